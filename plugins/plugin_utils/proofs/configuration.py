# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof that a server runs the configuration that is on its disk. Pure."""

from __future__ import annotations

from typing import Any

from ..running_config import differences, said_differences
from .record import proof, trouble

NAME = "runs the configuration on disk"
COMPARE = {"loki": said_differences}


def configuration_proof(service: str, server: dict[str, Any], running: str, loaded: bool, disk: dict[str, Any] | None) -> dict[str, Any]:
    """``running`` is what the server shows, ``loaded`` whether its last attempt to load a configuration succeeded."""
    detail, hint = _fault(service, server, running, loaded, disk)
    return proof(NAME, service, server["host"], not detail, detail=detail or server["config"], hint=hint)


def _fault(service: str, server: dict[str, Any], running: str, loaded: bool, disk: dict[str, Any] | None) -> tuple[str, str]:
    """(what is wrong, what to do), both empty when nothing is."""
    host, path = server["host"], server["config"]
    text = next((item["content"] for item in (disk or {}).get("files", []) if item["path"] == path), None)
    if text is None:
        why = f"{path} is not there" if disk and "files" in disk else trouble(disk)
        return why, f"Check that Ansible reaches {host} and that {path} exists; run site.yml when it does not."
    if not loaded:
        hint = f"See 'journalctl -u {service}' on {host}, mend {path}, or run site.yml for the group {service}."
        return "the last attempt to load the configuration failed", hint
    found = COMPARE.get(service, differences)(text, running)
    if not found:
        return "", ""
    more = f" and {len(found) - 5} more places" if len(found) > 5 else ""
    hint = f"{path} was changed without being loaded, or the other way round: run site.yml for the group {service}."
    return f"differs in {', '.join(found[:5])}{more}", hint
