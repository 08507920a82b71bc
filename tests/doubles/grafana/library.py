# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Library panels."""

from __future__ import annotations

from typing import Any

from . import folders, marks
from .identity import AVATAR
from .routes import route
from .wire import Request, known, problem, said

GONE = "library element could not be found"


def library(request: Request) -> Any:
    """Return the table of library elements of the caller's organisation."""
    return request.store.table("library", request.org)


def panels(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels of a dashboard, those in rows included."""
    direct = spec.get("panels")
    direct = [panel for panel in direct if isinstance(panel, dict)] if isinstance(direct, list) else []
    return direct + [inner for panel in direct for inner in panels(panel)]


def connections(request: Request, uid: str) -> list[dict[str, Any]]:
    """Return the dashboards that use an element."""
    boards = request.store.table("dashboards", request.org).values()
    return [one for one in boards if any((panel.get("libraryPanel") or {}).get("uid") == uid for panel in panels(one["spec"]))]


def shown(request: Request, one: dict[str, Any], fresh: str = "") -> dict[str, Any]:
    """Return an element; right after a write its times have more digits (`fresh` names them)."""
    folder = folders.folders(request).get(one["folder"])
    place = folder["uid"] if folder else ""
    times = {name: (marks.fine_stamp if name in fresh.split() else marks.stamp)(one[name]) for name in ("created", "updated")}
    people = {name: {"id": one[name][0], "name": one[name][1], "avatarUrl": AVATAR} for name in ("createdBy", "updatedBy")}
    used = {"folderName": folder["title"] if folder else "", "folderUid": place, "connectedDashboards": len(connections(request, one["uid"]))}
    return {
        "id": one["id"], "orgId": request.org, "folderId": folder["id"] if folder else 0, "folderUid": place, "uid": one["uid"],
        "name": one["name"], "kind": one["kind"], "type": one["model"].get("type", ""), "description": one["model"].get("description", ""),
        "model": one["model"], "version": one["version"], "meta": {**used, **times, **people},
    }  # fmt: skip


def place_of(request: Request, body: dict[str, Any]) -> str:
    """Return the folder that a request names."""
    uid = body.get("folderUid") or ""
    if uid and uid != "general" and uid not in folders.folders(request):
        raise problem(400, "failed to get folder")
    return "" if uid == "general" else uid


@route("POST /api/library-elements", needs="library.panels:create", role="Editor")
def post_element(request: Request) -> Any:
    """Make an element."""
    body, now, who = request.json(), request.app.clock.now(), [request.who.id, request.who.login]
    folder = place_of(request, body)
    if body.get("kind") not in (1, 2):
        raise problem(500, "Failed to create library element")
    uid = body.get("uid") or marks.short_uid()
    if uid in library(request):
        raise problem(400, "library element with that name or UID already exists")
    one = {
        "id": request.store.next("library"), "uid": uid, "folder": folder, "name": body.get("name", ""), "kind": body["kind"],
        "model": body.get("model") or {}, "version": 1, "created": now, "updated": now, "createdBy": who, "updatedBy": who,
    }  # fmt: skip
    return {"result": shown(request, library(request).put(uid, one), "created updated")}


@route("GET /api/library-elements", needs="library.panels:read", role="Viewer")
def list_elements(request: Request) -> Any:
    """Search elements; by name."""
    words, kind = request.one("searchString").lower(), request.one("kind")
    fits = [one for one in library(request).values() if kind in ("", str(one["kind"])) and matches(request, one, words)]
    size, page = request.number("perPage", 100), max(request.number("page", 1), 1)
    fits.sort(key=lambda one: (one["name"], one["id"]), reverse=request.one("sortDirection") == "alpha-desc")
    part = fits[size * (page - 1) : size * page]
    return {"result": {"totalCount": len(fits), "elements": [shown(request, one) for one in part], "page": page, "perPage": size}}


def matches(request: Request, one: dict[str, Any], words: str) -> bool:
    """Tell whether an element, or the folder it is in, has the words that are searched for."""
    folder = folders.folders(request).get(one["folder"], {"title": ""})
    return any(words in text.lower() for text in (one["name"], one["model"].get("description", ""), folder["title"]))


@route("GET /api/library-elements/:uid", needs="library.panels:read", role="Viewer")
def get_element(request: Request) -> Any:
    """Return an element."""
    return {"result": shown(request, known(library(request).get(request["uid"]), 404, GONE))}


@route("GET /api/library-elements/name/:name", needs="library.panels:read", role="Viewer")
def get_named(request: Request) -> Any:
    """Return the elements of a name."""
    named = [one for one in library(request).values() if one["name"] == request["name"]]
    return {"result": [shown(request, one) for one in known(named or None, 404, GONE)]}


@route("PATCH /api/library-elements/:uid", needs="library.panels:write", role="Editor")
def patch_element(request: Request) -> Any:
    """Change an element. Without a folder the answer says that it moved to the root; it still blocks its folder's deletion."""
    one, body = known(library(request).get(request["uid"]), 404, GONE), request.json()
    if not body.get("version"):
        raise problem(400, "bad request data")
    if body["version"] != one["version"]:
        raise problem(412, "the library element has been changed by someone else")
    changed = {
        **one, "name": body.get("name") or one["name"], "model": body.get("model") or one["model"], "folder": place_of(request, body) or one["folder"],
        "version": one["version"] + 1, "updated": request.app.clock.now(), "updatedBy": [request.who.id, request.who.login],
    }  # fmt: skip
    library(request).put(one["uid"], changed)
    return {"result": shown(request, {**changed, "folder": place_of(request, body)}, "updated")}


@route("GET /api/library-elements/:uid/connections", needs="library.panels:read", role="Viewer")
def get_connections(request: Request) -> Any:
    """List the dashboards that use an element."""
    one = known(library(request).get(request["uid"]), 404, GONE)
    maker = {"id": one["createdBy"][0], "name": one["createdBy"][1], "avatarUrl": AVATAR}
    base = {"id": one["id"], "kind": 1, "elementId": one["id"], "created": marks.stamp(one["created"]), "createdBy": maker}
    return {"result": [{**base, "connectionId": board["id"], "connectionUid": board["uid"]} for board in connections(request, one["uid"])]}


@route("DELETE /api/library-elements/:uid", needs="library.panels:delete", role="Editor")
def delete_element(request: Request) -> Any:
    """Delete an element that nobody uses."""
    one = known(library(request).get(request["uid"]), 404, GONE)
    if connections(request, one["uid"]):
        raise problem(403, "the library element has connections")
    library(request).drop(one["uid"])
    return said("Library element deleted", id=one["id"])
