# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The routes of rights: the old lists of folders and dashboards, and the newer access control."""

from __future__ import annotations

from typing import Any

from . import acl, dashboards, folders, marks
from .identity import AVATAR
from .routes import route
from .wire import Problem, Request, known, problem, said

KINDS = {"folders": folders.GONE, "dashboards": {"message": dashboards.GONE}}
DASHBOARD_ACTIONS = [f"{kind}:{verb}" for kind in ("dashboards", "annotations") for verb in ("read", "write", "delete")] + [
    "annotations:create", "dashboards.permissions:read", "dashboards.permissions:write",
]  # fmt: skip


def subject(request: Request, kind: str) -> dict[str, Any]:
    """Return the folder or the dashboard of the path."""
    table = request.store.table(kind, request.org)
    if request["uid"] not in table:
        raise Problem(404, KINDS[kind])
    return table[request["uid"]]


def holder(request: Request, kind: str, right: dict[str, Any]) -> dict[str, Any]:
    """Return who has a right, in the fields of the old list."""
    user = request.store.table("users").get(right.get("user"), {})
    team = request.store.table("teams", request.org).get(right.get("team"), {})
    shown = {
        "userId": user.get("id", 0), "userUid": user.get("uid", "") if kind == "folders" else "", "userLogin": user.get("login", ""),
        "userEmail": user.get("email", ""), "userAvatarUrl": AVATAR, "teamId": team.get("id", 0), "teamUid": team.get("uid", ""),
        "teamEmail": team.get("email", ""), "teamAvatarUrl": AVATAR if team else "", "team": team.get("name", ""),
    }  # fmt: skip
    return {**shown, "role": right["role"]} if "role" in right else shown


def listing(request: Request, kind: str) -> list[dict[str, Any]]:
    """Return the old list of rights on an item."""
    one = subject(request, kind)
    if kind == "folders":
        about = {"folderId": one["id"], "title": one["title"], "slug": "", "isFolder": True, "url": folders.address(one)}
    else:
        title, path = one["spec"].get("title", ""), dashboards.address(one)
        about = {"dashboardId": one["id"], "title": title, "slug": dashboards.slug(one), "isFolder": False, "url": path}
    made = marks.stamp(one["created"])
    about |= {"created": made, "updated": made, "uid": one["uid"], "inherited": False}
    return [
        {**about, **holder(request, kind, right), "permission": right["level"], "permissionName": acl.NAMES[right["level"]]}
        for right in acl.entries(request.store, request.org, kind, one["uid"])
    ]


def replace(request: Request, kind: str, message: str) -> Any:
    """Replace the rights on an item."""
    one, rights = subject(request, kind), []
    for item in request.json().get("items") or []:
        right = {"level": item.get("permission", 0)}
        if item.get("role"):
            rights.append({**right, "role": item["role"]})
        elif item.get("teamId"):
            rights.append({**right, "team": checked(request, "teams", item["teamId"])})
        else:
            rights.append({**right, "user": checked(request, "users", item.get("userId"))})
    acl.give(request.store, request.org, kind, one["uid"], rights)
    return said(message)


def checked(request: Request, kind: str, number: Any) -> Any:
    """Return the number of a user or a team that exists."""
    table = request.store.table(kind, request.org if kind == "teams" else 0)
    accounts = request.store.table("service_accounts", request.org)
    if number not in table and not (kind == "users" and number in accounts):
        raise problem(500, "Failed to update permissions")
    return number


@route("GET /api/folders/:uid/permissions", needs="folders.permissions:read", role="Editor")
def get_folder_rights(request: Request) -> Any:
    """List the rights on a folder."""
    return listing(request, "folders")


@route("POST /api/folders/:uid/permissions", needs="folders.permissions:write", role="Editor")
def set_folder_rights(request: Request) -> Any:
    """Replace the rights on a folder."""
    return replace(request, "folders", "Folder permissions updated")


@route("GET /api/dashboards/uid/:uid/permissions", needs="dashboards.permissions:read", role="Editor")
def get_dashboard_rights(request: Request) -> Any:
    """List the rights on a dashboard."""
    return listing(request, "dashboards")


@route("POST /api/dashboards/uid/:uid/permissions", needs="dashboards.permissions:write", role="Editor")
def set_dashboard_rights(request: Request) -> Any:
    """Replace the rights on a dashboard."""
    return replace(request, "dashboards", "Dashboard permissions updated")


def kind_of(request: Request) -> str:
    """Return the kind of the path, if it is one that has rights."""
    if request["kind"] not in KINDS:
        raise Problem(404, {"message": "Not found"}, "application/json; charset=UTF-8")
    return request["kind"]


@route("GET /api/access-control/:kind/description")
def describe(request: Request) -> Any:
    """Say what rights there are and who can have them."""
    kind_of(request)
    who = dict.fromkeys(("users", "serviceAccounts", "teams", "builtInRoles"), True)
    return {"assignments": who, "permissions": list(acl.LEVELS)}


def actions(kind: str, level: int) -> list[str]:
    """Return the actions of a level."""
    every = DASHBOARD_ACTIONS if kind == "dashboards" else [name for name in folders.FOLDER_ACTIONS if name != "folders:create"]
    if level == 1:
        return [name for name in every if name.endswith(":read") and "permissions" not in name]
    return every if level == 4 else [name for name in every if "permissions" not in name]


@route("GET /api/access-control/:kind/:uid")
def get_rights(request: Request) -> Any:
    """List the rights on an item; the administrators' is always there."""
    kind = kind_of(request)
    one, store = subject(request, kind), request.store
    base = {"id": 0, "roleName": "", "isManaged": False, "isInherited": False, "isServiceAccount": False, "userAvatarUrl": AVATAR}
    rows = [{**base, "builtInRole": "Admin", "actions": actions(kind, 4), "permission": "Admin"}]
    for number, right in enumerate(acl.entries(store, request.org, kind, one["uid"]), start=1):
        row = {**base, "id": number, "isManaged": True, "actions": actions(kind, right["level"]), "permission": acl.NAMES[right["level"]]}
        if "role" in right:
            row |= {"builtInRole": right["role"], "roleName": f"managed:builtins:{right['role'].lower()}:permissions"}
        elif "team" in right:
            team = store.table("teams", request.org)[right["team"]]
            row |= {"team": team["name"], "teamId": team["id"], "teamUid": team["uid"], "roleName": f"managed:teams:{team['id']}:permissions"}
        else:
            account = store.table("service_accounts", request.org).get(right["user"])
            user = account or store.table("users")[right["user"]]
            names = {"userId": user["id"], "userUid": user["uid"], "userLogin": user["login"], "isServiceAccount": bool(account)}
            row |= {**names, "roleName": f"managed:users:{user['id']}:permissions"}
        rows.append(row)
    return rows


def merge(request: Request, kind: str, changes: list[tuple[dict[str, Any], str]]) -> None:
    """Change the rights of some holders and leave the others'; a level that does not exist takes the right away."""
    one = subject(request, kind)
    rights = acl.entries(request.store, request.org, kind, one["uid"])
    for who, name in changes:
        rights = [right for right in rights if {**right, **who} != right]
        rights.append({**who, "level": acl.LEVELS.get(name, 0)})
    acl.give(request.store, request.org, kind, one["uid"], rights)


def holder_of(item: dict[str, Any], request: Request) -> dict[str, Any]:
    """Return who is meant by an item of a request."""
    if item.get("builtInRole"):
        return {"role": item["builtInRole"]}
    if item.get("teamId"):
        return {"team": checked(request, "teams", item["teamId"])}
    return {"user": checked(request, "users", item.get("userId"))}


@route("POST /api/access-control/:kind/:uid", needs="permissions:write", role="Editor")
def set_rights(request: Request) -> Any:
    """Change several rights on an item."""
    items = request.json().get("permissions") or []
    merge(request, kind_of(request), [(holder_of(item, request), item.get("permission", "")) for item in items])
    return said("Permissions updated")


@route("POST /api/access-control/:kind/:uid/:sort/:who", needs="permissions:write", role="Editor")
def set_right(request: Request) -> Any:
    """Change one right on an item."""
    names = {"builtInRoles": "builtInRole", "teams": "teamId", "users": "userId"}
    kind, name = kind_of(request), known(names.get(request["sort"]), 404, "Not found")
    table = {"teams": request.store.table("teams", request.org), "users": request.store.table("users")}.get(request["sort"], {})
    number = next((key for key, one in table.items() if request["who"] in (str(key), one["uid"])), 0)
    item = {name: request["who"] if name == "builtInRole" else number}
    merge(request, kind, [(holder_of(item, request), request.json().get("permission", ""))])
    return said("Permission updated")
