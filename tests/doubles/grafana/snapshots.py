# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots of dashboards."""

from __future__ import annotations

from typing import Any

from . import marks
from .dashboards import GONE, dashboards
from .routes import route
from .wire import CHARSET_JSON, Problem, Reply, Request, coded, said

DELETED = "Snapshot deleted. It might take an hour before it's cleared from any CDN caches."
FOREVER = 50 * 365 * 86400


def snapshots(request: Request) -> Any:
    """Return the table of snapshots; a key opens one in every organisation."""
    return request.store.table("snapshots")


def no(status: int, message: str, **more: Any) -> Problem:
    """Return an error in the form of this area."""
    return Problem(status, {"message": message, **more}, CHARSET_JSON)


@route("POST /api/snapshots", needs="snapshots:create", role="Editor")
def post_snapshot(request: Request) -> Any:
    """Make a snapshot of a dashboard that exists."""
    body, now = request.json(), request.app.clock.now()
    if body.get("external"):
        raise no(403, "External dashboard creation is disabled")
    spec = body.get("dashboard") or {}
    if spec.get("uid") not in dashboards(request):
        raise no(400, GONE, traceID="")
    key, delete_key = body.get("key") or marks.pick(marks.ALNUM, 32), body.get("deleteKey") or marks.pick(marks.ALNUM, 32)
    if any(key == one["key"] or delete_key == one["delete_key"] for one in snapshots(request).values()):
        raise no(500, "Failed to create snapshot", traceID="")
    one = {
        "id": request.store.next("snapshots"), "name": body.get("name", ""), "key": key, "delete_key": delete_key, "org": request.org,
        "dashboard": {**spec, "snapshot": {"originalUrl": "/d/" + spec["uid"]}}, "created": now,
        "expires": now + (body.get("expires") or FOREVER),
    }  # fmt: skip
    snapshots(request).put(key, one)
    links = {"url": f"{request.app.url}/dashboard/snapshot/{key}", "deleteUrl": f"{request.app.url}/api/snapshots-delete/{delete_key}"}
    return Reply({"key": key, "deleteKey": delete_key, **links}, 200, CHARSET_JSON)


def find(request: Request, field: str) -> dict[str, Any]:
    """Return the snapshot with a key."""
    wanted, now = request["key"], request.app.clock.now()
    for one in snapshots(request).values():
        if one[field] == wanted and one["expires"] > now:
            return one
    raise coded(404, "dashboardsnapshots.not-found", "Snapshot not found")


@route("GET /api/snapshots/:key", public=True)
def get_snapshot(request: Request) -> Any:
    """Return a snapshot to anyone who has its key."""
    one = find(request, "key")
    may = dict.fromkeys(("canSave", "canEdit", "canAdmin", "canStar", "canDelete", "hasAcl", "isFolder", "provisioned"), False)
    texts = dict.fromkeys(("slug", "url", "updatedBy", "createdBy", "folderUid", "folderTitle", "folderUrl", "provisionedExternalId"), "")
    times = {"expires": marks.stamp(one["expires"]), "created": marks.stamp(one["created"]), "updated": marks.NEVER}
    plain = {"isSnapshot": True, "type": "snapshot", "version": 0, "folderId": 0, "annotationsPermissions": None}
    return {"meta": {**may, **texts, **times, **plain}, "dashboard": one["dashboard"]}


@route("GET /api/dashboard/snapshots", needs="snapshots:read", role="Viewer")
def list_snapshots(request: Request) -> Any:
    """List the snapshots of the organisation."""
    now, own = request.app.clock.now(), [one for one in snapshots(request).values() if one["org"] == request.org]
    return [
        {
            "name": one["name"], "key": one["key"], "external": False, "externalUrl": "", "expires": marks.stamp(one["expires"]),
            "created": marks.stamp(one["created"]), "updated": marks.stamp(one["created"]),
        }
        for one in own
        if one["expires"] > now
    ]  # fmt: skip


@route("DELETE /api/snapshots/:key", needs="snapshots:delete", role="Editor")
def delete_snapshot(request: Request) -> Any:
    """Delete a snapshot."""
    one = find(request, "key")
    snapshots(request).drop(one["key"])
    return said(DELETED, id=one["id"])


@route("GET /api/snapshots-delete/:key", public=True)
def delete_by_key(request: Request) -> Any:
    """Delete a snapshot for anyone who has the key to delete it."""
    snapshots(request).drop(find(request, "delete_key")["key"])
    return said(DELETED)


@route("GET /api/snapshot/shared-options")
def options(_request: Request) -> Any:
    """Return where snapshots may go."""
    name, url = "Publish to snapshots.raintank.io", "https://snapshots.raintank.io"
    body = {"externalEnabled": False, "externalSnapshotName": name, "externalSnapshotURL": url, "snapshotEnabled": True}
    return Reply(body, 200, CHARSET_JSON)
