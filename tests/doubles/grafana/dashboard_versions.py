# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The history of a dashboard in the old API."""

from __future__ import annotations

from typing import Any

from . import marks
from .dashboards import GONE, dashboards, home, save, saved_reply, wanted, whole
from .routes import route
from .wire import Request, problem


def history(request: Request, one: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the kept versions of a dashboard, the newest first."""
    table = request.store.table("dashboard_versions", request.org)
    numbers = range(one["version"], 0, -1)
    return [table[f"{one['uid']}/{number}"] for number in numbers if f"{one['uid']}/{number}" in table]


def shown(one: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """Return one version as the old API shows it."""
    number = version["version"]
    return {
        "id": number, "dashboardId": one["id"], "uid": one["uid"], "parentVersion": number - 1, "restoredFrom": version["restored"],
        "version": number, "created": marks.stamp(version["created"]), "message": version["message"],
        "data": whole(one, version["spec"], number), "createdBy": version["by"],
    }  # fmt: skip


@route("GET /api/dashboards/uid/:uid/versions", needs="dashboards:write", role="Viewer")
def list_versions(request: Request) -> Any:
    """List the versions. `start` is ignored, the token goes on."""
    one = wanted(request, 1, "dashboards:read")
    token = request.one("continueToken")
    before = int(token.split("start:")[1].split("/")[0]) if token else one["version"] + 1
    size = request.number("limit", 0) or 1000
    rest = [version for version in history(request, one) if version["version"] < before]
    more = f"org:{request.org}/start:{rest[size - 1]['version']}/folder:" if len(rest) > size else ""
    versions = [shown(one, version) for version in rest[:size]]
    # Upstream's list names the first version so, whatever its message was; the version alone has the message.
    named = [{**version, "message": "Initial save"} if version["version"] == 1 else version for version in versions]
    return {"continueToken": more, "versions": named}


@route("GET /api/dashboards/uid/:uid/versions/#version", needs="dashboards:write", role="Viewer")
def get_version(request: Request) -> Any:
    """Return one version."""
    one, number = wanted(request, 1, "dashboards:read"), int(request["version"])
    for version in history(request, one):
        if version["version"] == number:
            return shown(one, version)
    raise problem(500, f"Dashboard version {number} not found for dashboardId {one['id']}")


@route("POST /api/dashboards/uid/:uid/restore", needs="dashboards:write", role="Editor")
def restore(request: Request) -> Any:
    """Save an old version again."""
    one, number = wanted(request, 2, "dashboards:write"), request.json().get("version")
    old = next((version for version in history(request, one) if version["version"] == number), None)
    if old is None:
        raise problem(404, GONE)
    if old["spec"] == dashboards(request)[one["uid"]]["spec"]:
        raise problem(400, "Current dashboard is identical to the specified version")
    spec = {**old["spec"], "uid": one["uid"]}
    return saved_reply(*save(request, spec, home(one), True, f"Restored from version {number}", int(number or 0)))
