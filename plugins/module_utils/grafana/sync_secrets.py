# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets stand in files by name only, as ``${secret:NAME}``; their values are given beside."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ..engine.errors import Failure
from ..engine.plan import CREATE, Change
from .sync_content import Entry

PLACEHOLDER = re.compile(r"\$\{secret:([^}]+)\}")
REDACTED = "[REDACTED]"  # Grafana's own word for a secret that stays as it is
GONE = object()


def placeholder(*parts: Any) -> str:
    """The text that stands for a secret."""
    name = "/".join(str(part) for part in parts).replace("}", "")
    return "${secret:" + name + "}"


def names_in(value: Any) -> set[str]:
    """The names of all secrets within a value."""
    if isinstance(value, (dict, list)):
        return {name for one in (value.values() if isinstance(value, dict) else value) for name in names_in(one)}
    found = PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    return {found.group(1)} if found else set()


def fill_in(entry: Entry, secrets: Mapping[str, Any]) -> None:
    """Put the values of secrets where their names stand. Those that nobody gave are left out, and noted.

    An object that is there keeps such a secret; one that is to be made cannot be without it (refuse_missing).
    """
    keep = REDACTED if entry.kind == "contact_point" else GONE
    entry.wanted = _filled(entry.wanted, secrets, entry.missing, keep)


def _filled(value: Any, secrets: Mapping[str, Any], missing: list[str], keep: Any) -> Any:
    if isinstance(value, dict):
        filled = {key: _filled(one, secrets, missing, keep) for key, one in value.items()}
        return {key: one for key, one in filled.items() if one is not GONE}
    if isinstance(value, list):
        return [one for one in (_filled(one, secrets, missing, keep) for one in value) if one is not GONE]
    found = PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return value
    if secrets.get(found.group(1)) is None:
        missing.append(found.group(1))
        return keep
    return str(secrets[found.group(1)])


def refuse_missing(pairs: list[tuple[Entry, Change]], always: bool) -> None:
    """Refuse to make objects without the secrets that they need.

    :raises Failure: with the names of all secrets that are missing.
    """
    lacking = sorted({f"{name} ({entry.source})" for entry, change in pairs if change.action == CREATE or always for name in entry.missing})
    if lacking:
        raise Failure(f"These secrets are needed and nobody gave them; give them in the option secrets: {', '.join(lacking)}.")
