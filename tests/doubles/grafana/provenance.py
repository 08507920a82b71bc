# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where an object of alerting comes from: a file, the API, or a hand ("" - the header X-Disable-Provenance)."""

from __future__ import annotations

from typing import Any

from .wire import Problem, Request, coded

READ = "alert.provisioning:read"
WRITE = (
    "any of alert.provisioning:write, alert.notifications.provisioning:write, "
    "all of alert.notifications:write, alert.provisioning.provenance:write"
)


def of(request: Request) -> str:
    """Return what a request makes of the objects that it writes."""
    return "" if "x-disable-provenance" in request.headers else "api"


def check(request: Request, old: str) -> str:
    """Return the new provenance, or refuse: what a file or the API made stays theirs."""
    new = of(request)
    if old not in ("", new):
        names = {"SourceProvenance": old, "TargetProvenance": new or "none"}
        text = (
            f"Resource with provenance status '{old}' cannot be managed via API that handles resources with provenance status "
            f"'{new or 'none'}'. You must use appropriate API to manage this resource"
        )
        raise coded(403, "alerting.notifications.invalidProvenance", text, **names)
    return new


def conflict() -> Problem:
    """Return the answer to a version that is not the current one."""
    return coded(409, "alerting.notifications.conflict", "Conflict")


def mark(document: dict[str, Any], provenance: str) -> dict[str, Any]:
    """Return a document with its provenance, which is left out when it is empty."""
    return {**document, "provenance": provenance} if provenance else document
