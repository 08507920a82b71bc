# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shape of a proof."""

from __future__ import annotations

from typing import Any

# Modules speak of their options; who runs the playbook sets variables.
VARIABLES = {
    "Check url_username and url_password, or token": "Check observability_api_username and observability_api_password, or observability_api_token",
    "in ca_path": "in observability_api_ca_file",
}
PASSED, FAILED, SKIPPED = True, False, None


def proof(name: str, service: str, host: str, ok: bool | None, **more: Any) -> dict[str, Any]:
    """One proof: {name, service, host, subject, ok, detail, seconds, hint}.

    ``ok`` None means that it could not be tried; ``detail`` then says why. ``subject`` is what was looked at where one
    host has several (a rule group, a target); ``hint`` is what to do about a failure.
    """
    record = {"name": name, "service": service, "host": host, "subject": "", "ok": ok, "detail": "", "seconds": None, "hint": ""}
    return {**record, **more, "hint": more.get("hint", "") if ok is FAILED else ""}


def done(result: dict[str, Any] | None) -> bool:
    """Whether a task did what it should; the playbook lets failures pass, so that they look like other results."""
    return bool(result) and not any((result or {}).get(key) for key in ("unreachable", "msg", "exception"))


def trouble(result: dict[str, Any] | None) -> str:
    """Why a task's result holds no observation: its message, on one line."""
    if not result:
        return "nothing was observed"
    message = str(result.get("msg") or result.get("exception") or "no reason given")
    for option, variable in VARIABLES.items():
        message = message.replace(option, variable)
    return " ".join(message.split())[:400]
