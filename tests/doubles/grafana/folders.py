# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders of the old API."""

from __future__ import annotations

from typing import Any

from . import acl, marks
from .routes import route
from .wire import Problem, Reply, Request, coded, known, problem, said

DEEPEST = 5
GONE = {"message": "folder not found", "status": "not-found"}
CHANGED = "The dashboard has been changed by someone else"
FOLDER_ACTIONS = [
    f"{kind}:{verb}"
    for kind, verbs in {
        "alert.rules": ("create", "delete", "read", "write"),
        "alert.silences": ("create", "read", "write"),
        "annotations": ("create", "delete", "read", "write"),
        "dashboards.permissions": ("read", "write"),
        "dashboards": ("create", "delete", "read", "write"),
        "folders.permissions": ("read", "write"),
        "folders": ("create", "delete", "read", "write"),
        "library.panels": ("create", "delete", "read", "write"),
    }.items()
    for verb in verbs
]


def folders(request: Request) -> Any:
    """Return the table of folders of the caller's organisation."""
    return request.store.table("folders", request.org)


def ancestors(table: Any, uid: str) -> list[dict[str, Any]]:
    """Return the folders above a folder, the topmost first."""
    above: list[dict[str, Any]] = []
    uid = table[uid]["parent"]
    while uid and uid in table:
        above.insert(0, table[uid])
        uid = table[uid]["parent"]
    return above


def below(table: Any, uid: str) -> list[str]:
    """Return the identifiers of a folder and of all folders inside it."""
    children: dict[str, list[str]] = {}
    for name, folder in table.items():
        children.setdefault(folder["parent"], []).append(name)
    found = [uid]
    for inside in found:
        found.extend(children.get(inside, ()))
    return found


def address(folder: dict[str, Any]) -> str:
    """Return the path of a folder's page."""
    return f"/dashboards/f/{folder['uid']}/{marks.slug(folder['title'])}"


def flat(request: Request, folder: dict[str, Any]) -> dict[str, Any]:
    """Return a folder without what lies above it."""
    shown = {
        "id": folder["id"], "uid": folder["uid"], "orgId": request.org, "title": folder["title"], "url": address(folder),
        "hasAcl": False, **acl.can(request, "folders", folder["uid"], folder["parent"]),
        "createdBy": folder["created_by"], "created": marks.stamp(folder["created"]),
        "updatedBy": folder["updated_by"], "updated": marks.stamp(folder["updated"]), "version": folder["version"],
    }  # fmt: skip
    return {**shown, "parentUid": folder["parent"]} if folder["parent"] else shown


def full(request: Request, folder: dict[str, Any]) -> dict[str, Any]:
    """Return a folder with the folders above it."""
    above = [flat(request, one) for one in ancestors(folders(request), folder["uid"])]
    return {**flat(request, folder), **({"parents": above} if above else {})}


def check_uid(uid: str) -> None:
    """Refuse an identifier that upstream refuses."""
    if len(uid) > 40:
        raise problem(400, "uid too long, max 40 characters")
    if not marks.legal_uid(uid):
        raise problem(400, "uid contains illegal characters")
    if uid == "general":
        raise problem(500, "Folder API error: invalid uid for folder provided")


def build(store: Any, org: int, now: float, uid: str, title: str, parent: str = "", by: str = "Anonymous", by_id: int = 0) -> dict[str, Any]:
    """Make a folder and return it."""
    document = {
        "id": store.next("dashboards"), "legacy_id": store.next("folders"), "uid": uid, "title": title, "description": "",
        "parent": parent, "version": 1, "created": now, "updated": now, "created_by": by, "updated_by": by, "by_id": by_id,
        "object_uid": marks.object_uid(), "resource_version": int(now * 1000),
    }  # fmt: skip
    return store.table("folders", org).put(uid, document)


def create(request: Request, uid: str, title: str, parent: str, description: str) -> dict[str, Any]:
    """Make a folder for the caller, if upstream would."""
    table = folders(request)
    parent = parent if request.app.generation.nested_folders else ""
    if parent and parent not in table:
        raise problem(404, "folder not found")
    if uid in table:
        raise problem(412, "the folder has been changed by someone else")
    if request.app.generation.unique_titles and any(one["title"] == title and one["parent"] == parent for one in table.values()):
        raise problem(409, "a folder with the same name already exists in the current location")
    if parent and len(ancestors(table, parent)) + 2 > DEEPEST:
        raise problem(400, "Maximum nested folder depth reached")
    folder = build(request.store, request.org, request.app.clock.now(), uid, title, parent, request.who.login, request.who.id)
    folders(request).put(uid, {**folder, "description": description})
    acl.start(request, "folders", uid, parent)
    return folders(request)[uid]


@route("POST /api/folders", needs="folders:create", role="Editor")
def post_folder(request: Request) -> Any:
    """Make a folder."""
    body = request.json()
    title, uid = body.get("title") or "", body.get("uid") or ""
    if not title:
        raise problem(400, "folder title cannot be empty")
    check_uid(uid)
    if title == "General":
        raise problem(400, "A folder with that name already exists")
    folder = create(request, uid or marks.short_uid(), title, body.get("parentUid") or "", body.get("description") or "")
    return full(request, folder)


@route("GET /api/folders", needs="folders:read", role="Viewer")
def list_folders(request: Request) -> Any:
    """List one level."""
    table, parent = folders(request), request.one("parentUid")
    if parent and parent not in table:
        raise Problem(404, GONE)
    least = 2 if request.one("permission") == "Edit" else 1
    level = [one for one in table.values() if one["parent"] == parent or not request.app.generation.nested_folders]
    seen = sorted((one for one in level if readable(request, one, least)), key=lambda one: (one["title"], one["id"]))
    size, page = request.number("limit", 1000), max(request.number("page", 1), 1)
    up = {"parentUid": parent} if parent else {}
    return [{"id": one["id"], "uid": one["uid"], "title": one["title"], **up} for one in seen[size * (page - 1) : size * page]]


def readable(request: Request, folder: dict[str, Any], least: int = 1) -> bool:
    """Tell whether the caller sees a folder."""
    return acl.level(request.store, request.who, "folders", folder["uid"], folder["parent"]) >= least


def wanted(request: Request, least: int, needs: str) -> dict[str, Any]:
    """Return the folder of the path, when there is one and the caller has a right on it."""
    folder = known(folders(request).get(request["uid"]), 404, GONE["message"], status="not-found")
    acl.require(request, least, needs, "folders", folder)
    return folder


@route("GET /api/folders/:uid", needs="folders:read", role="Viewer")
def get_folder(request: Request) -> Any:
    """Return a folder; "general" is the root."""
    if request["uid"] == "general":
        return {
            "id": 0, "uid": "general", "orgId": 0, "title": "Dashboards", "url": "", "hasAcl": False,
            **acl.can(request, "folders", "general", ""), "createdBy": "Anonymous", "created": marks.NEVER,
            "updatedBy": "Anonymous", "updated": marks.NEVER,
        }  # fmt: skip
    folder = full(request, wanted(request, 1, "folders:read"))
    if request.one("accesscontrol") == "true":
        have = [name for name in FOLDER_ACTIONS if folder["canSave"] or name.endswith(":read")]
        folder["accessControl"] = dict.fromkeys(have, True)
    return folder


@route("PUT /api/folders/:uid", needs="folders:write", role="Editor")
def put_folder(request: Request) -> Any:
    """Rename a folder: with the version that was read, or with overwrite."""
    folder, body = wanted(request, 2, "folders:write"), request.json()
    if not body.get("overwrite") and body.get("version") != folder["version"]:
        raise problem(412, CHANGED)
    title = body.get("title", folder["title"])
    if not title:
        raise problem(400, "Dashboard title cannot be empty")
    changed = {"title": title, "description": body.get("description", folder["description"])}
    return full(request, touch(request, folder, 1, **changed))


def touch(request: Request, folder: dict[str, Any], steps: int, **changed: Any) -> dict[str, Any]:
    """Store a changed folder."""
    now = request.app.clock.now()
    document = {
        **folder, **changed, "version": folder["version"] + steps, "updated": now, "updated_by": request.who.login,
        "resource_version": int(now * 1000),
    }  # fmt: skip
    return folders(request).put(folder["uid"], document)


@route("POST /api/folders/:uid/move", needs="folders:write", role="Editor")
def move_folder(request: Request) -> Any:
    """Move a folder. The version rises by two when it was moved, and by one when it was there already."""
    table, uid, target = folders(request), request["uid"], request.json().get("parentUid") or ""
    if uid not in table or (target and target not in table):
        raise problem(500, "move folder failed")
    if target in below(table, uid):
        raise coded(400, "folder.circular-reference", "Circular reference detected")
    return full(request, touch(request, table[uid], 1 if table[uid]["parent"] == target else 2, parent=target))


def inside(request: Request, kind: str, uids: list[str]) -> list[dict[str, Any]]:
    """Return the documents of a kind that lie in some folders."""
    return [one for one in request.store.table(kind, request.org).values() if one["folder"] in uids]


@route("GET /api/folders/:uid/counts", needs="folders:read", role="Viewer")
def count_folder(request: Request) -> Any:
    """Count what lies in a folder, at any depth."""
    wanted(request, 1, "folders:read")
    uids = below(folders(request), request["uid"])
    kinds = {"alertrule": "rules", "dashboard": "dashboards", "librarypanel": "library"}
    return {"folder": len(uids) - 1, **{name: len(inside(request, kind, uids)) for name, kind in kinds.items()}}


@route("DELETE /api/folders/:uid", needs="folders:delete", role="Editor")
def delete_folder(request: Request) -> Reply:
    """Delete a folder with all that is in it; alert rules forbid it unless the caller insists."""
    folder = known(folders(request).get(request["uid"]), 404, "folder not found")
    acl.require(request, 2, "folders:delete", "folders", folder)
    uids = below(folders(request), folder["uid"])
    if inside(request, "rules", uids) and request.one("forceDeleteRules") != "true":
        raise coded(400, "folder.not-empty", "Folder cannot be deleted: folder is not empty")
    remove(request, uids)
    return said("Folder deleted")


def remove(request: Request, uids: list[str]) -> None:
    """Remove folders and what they hold."""
    from . import dashboards
    from .library import connections

    elements = inside(request, "library", uids)
    if any(connections(request, element["uid"]) for element in elements):
        raise problem(403, "Folder could not be deleted because it contains library elements in use")
    for dashboard in inside(request, "dashboards", uids):
        dashboards.remove(request.store, request.org, dashboard["uid"])
    for kind in ("rules", "library"):
        for one in inside(request, kind, uids):
            request.store.table(kind, request.org).drop(one["uid"])
    for uid in uids:
        folders(request).drop(uid)
        request.store.table("acl", request.org).drop(f"folders/{uid}")
