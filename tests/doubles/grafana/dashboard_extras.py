# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of the old API: import, the home page, and what is asked by number."""

from __future__ import annotations

import json
from typing import Any

from . import marks
from .dashboards import GONE, SAVE, address, dashboards, read_spec, save, slug, target_folder
from .routes import route
from .wire import Problem, Reply, Request, known, parse


@route("POST /api/dashboards/import", needs=SAVE, role="Editor")
def import_dashboard(request: Request) -> Any:
    """Save a dashboard whose inputs were chosen."""
    body = request.json()
    spec = {name: value for name, value in read_spec(body).items() if name != "__inputs"}
    text = json.dumps(spec)
    for chosen in body.get("inputs") or []:
        text = text.replace("${%s}" % chosen["name"], json.dumps(chosen["value"])[1:-1])
    saved, _version = save(request, parse(text), target_folder(request, body), bool(body.get("overwrite")), "")
    return {
        "uid": saved["uid"], "pluginId": "", "title": saved["spec"]["title"], "imported": True, "importedUri": f"db/{slug(saved)}",
        "importedUrl": address(saved), "slug": slug(saved), "dashboardId": saved["id"], "folderId": 0, "folderUid": saved["folder"],
        "description": "", "path": "", "removed": False,
    }  # fmt: skip


@route("GET /api/dashboards/home")
def get_home(request: Request) -> Any:
    """Return the default home dashboard, or the way to the chosen one."""
    chosen = request.store.table("preferences", request.org).get("org", {}).get("homeDashboardUID")
    if chosen in dashboards(request):
        return Reply({"redirectUri": address(dashboards(request)[chosen])})
    flags = dict.fromkeys(("canSave", "canAdmin", "canStar", "canDelete", "hasAcl", "isFolder", "provisioned"), False)
    texts = dict.fromkeys(("slug", "url", "updatedBy", "createdBy", "folderUid", "folderUrl", "provisionedExternalId"), "")
    times = dict.fromkeys(("expires", "created", "updated"), marks.NEVER)
    rest = {"canEdit": True, "version": 0, "folderId": 0, "folderTitle": "General", "annotationsPermissions": None}
    return {"meta": {**flags, **texts, **times, **rest}, "dashboard": WELCOME}


WELCOME = {
    "editable": False,
    "links": [],
    "panels": [
        {"datasource": None, "gridPos": {"h": 3, "w": 24, "x": 0, "y": 0}, "id": 1, "title": "", "transparent": False, "type": "welcome"},
        {
            "datasource": None, "folderId": 0, "gridPos": {"h": 15, "w": 12, "x": 0, "y": 4}, "id": 3, "links": [],
            "options": {
                "folderId": 0, "maxItems": 30, "query": "", "showHeadings": True, "showRecentlyViewed": True,
                "showSearch": False, "showStarred": True, "tags": [],
            },
            "title": "Dashboards", "type": "dashlist",
        },
    ],
    "schemaVersion": 42,
    "title": "Home",
}  # fmt: skip


@route("GET /api/dashboards/id/#number/versions", until=12)
@route("GET /api/dashboards/id/#number/permissions", until=12)
def by_number(request: Request) -> Any:
    """Answer for a dashboard by its numeric id, as long as the generation does."""
    one = next((one for one in dashboards(request).values() if str(one["id"]) == request["number"]), None)
    uid = known(one, 404, GONE)["uid"]
    row, request.params = request.app.router.find("GET", f"/api/dashboards/uid/{uid}/" + request.path.rsplit("/", 1)[1])
    if row is None:
        raise Problem(404, {"message": "Not found"})
    return row.handler(request)
