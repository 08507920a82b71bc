# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users: the caller, the server administrator's view, and their organisations."""

from __future__ import annotations

from typing import Any

from . import bootstrap, marks
from .identity import AVATAR, find_user
from .routes import route
from .wire import Problem, Reply, Request, coded, known, problem, said

GONE = "user not found"
EDITABLE = ("name", "login", "email", "theme")


def users(request: Request) -> Any:
    """Return the table of users."""
    return request.store.table("users")


def shown(one: dict[str, Any], labels: list[str] | None, avatar: str) -> dict[str, Any]:
    """Return a user as it is shown alone."""
    return {
        "id": one["id"], "uid": one["uid"], "email": one["email"], "name": one["name"], "login": one["login"], "theme": one["theme"],
        "orgId": one["org"], "isGrafanaAdmin": one["is_admin"], "isDisabled": one["disabled"], "isExternal": False,
        "isExternallySynced": False, "isGrafanaAdminExternallySynced": False, "authLabels": labels,
        "updatedAt": marks.stamp(one["updated"]), "createdAt": marks.stamp(one["created"]), "avatarUrl": avatar, "isProvisioned": False,
    }  # fmt: skip


def find(request: Request) -> dict[str, Any]:
    """Return the user of the path."""
    return known(users(request).get(int(request["id"])), 404, GONE)


def change(request: Request, one: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Store a changed user."""
    return users(request).put(one["id"], {**one, **changes, "updated": request.app.clock.now()})


@route("GET /api/user")
def whoami(request: Request) -> Any:
    """Return the caller; a service account is shown like a user without a number."""
    who = request.who
    if who.kind == "user":
        return shown(users(request)[who.id], [], AVATAR)
    fields = shown({"id": 0, "uid": f"service-account:{who.id}", "email": who.login, "name": who.name, "login": who.login, "theme": "",
                    "org": who.org, "is_admin": False, "disabled": False, "updated": 0, "created": 0}, None, "")  # fmt: skip
    return {**fields, "updatedAt": marks.NEVER, "createdAt": marks.NEVER}


@route("PUT /api/user")
def update_self(request: Request) -> Any:
    """Change the caller's own names."""
    return update(request, users(request)[request.who.id])


@route("PUT /api/user/password")
def change_password(request: Request) -> Any:
    """Change the caller's own password."""
    body, one = request.json(), users(request)[request.who.id]
    if one["password"] != marks.secret_hash(body.get("oldPassword", "")):
        raise coded(401, "user.password-mismatch", "Invalid old password")
    check_password(body.get("newPassword") or "")
    change(request, one, password=marks.secret_hash(body["newPassword"]))
    return said("User password changed")


@route("POST /api/user/using/#org")
def use_org(request: Request) -> Any:
    """Switch the caller's active organisation."""
    if request.who.kind != "user":
        return Reply("", 304, None)
    org = int(request["org"])
    if request.who.id not in request.store.table("members", org):
        raise Problem(401, {"message": "Not a valid organization"})
    users(request).put(request.who.id, {**users(request)[request.who.id], "org": org})
    return said("Active organization changed")


def orgs_of(request: Request, number: int) -> list[dict[str, Any]]:
    """Return the organisations of a user."""
    orgs = request.store.table("orgs").values()
    member = {org["id"]: request.store.table("members", org["id"]).get(number) for org in orgs}
    return [{"orgId": org["id"], "name": org["name"], "role": member[org["id"]]["role"]} for org in orgs if member[org["id"]]]


@route("GET /api/user/orgs")
def own_orgs(request: Request) -> Any:
    """Return the caller's organisations."""
    return orgs_of(request, request.who.id)


@route("GET /api/users/#id/orgs", needs="users:read", role="Server")
def user_orgs(request: Request) -> Any:
    """Return a user's organisations."""
    return orgs_of(request, find(request)["id"])


@route("GET /api/access-control/user/permissions")
def permissions(request: Request) -> Any:
    """Return some of the caller's permissions, by role."""
    every = ["folders", "dashboards", "datasources", "annotations"]
    named = {f"{kind}:read": [f"{kind}:*"] for kind in every}
    if request.who.at_least("Editor"):
        named |= {f"{kind}:{verb}": [f"{kind}:*"] for kind in ("folders", "dashboards") for verb in ("create", "write", "delete")}
    if request.who.at_least("Admin"):
        named |= {f"{kind}:{verb}": [f"{kind}:*"] for kind in ("datasources", "teams", "serviceaccounts") for verb in ("create", "write", "delete")}
    return named


def check_password(password: str) -> None:
    """Refuse a password that is too short."""
    if len(password) < 4:
        raise coded(400, "password.password-policy-too-short", "New password is too short")


@route("POST /api/admin/users", needs="users:create", role="Server")
def post_user(request: Request) -> Any:
    """Make a user; it is a Viewer of the organisation."""
    body = request.json()
    login, email = body.get("login") or "", body.get("email") or ""
    if not login and not email:
        raise coded(400, "user.empty-username-and-email", "Need to specify either username or email")
    check_password(body.get("password") or "")
    if any(find_user(request.store, name) for name in (login, email) if name):
        raise problem(412, f"User with email '{email}' or username '{login}' already exists")
    org = int(body.get("OrgId") or body.get("orgId") or 1)
    one = bootstrap.new_user(request.app, login, email, body.get("name") or "", body["password"], org=org)
    request.store.table("members", org).put(one["id"], {"role": "Viewer"})
    return said("User created", id=one["id"], uid=one["uid"])


@route("DELETE /api/admin/users/#id", needs="users:delete", role="Server")
def delete_user(request: Request) -> Any:
    """Delete a user everywhere."""
    one = find(request)
    users(request).drop(one["id"])
    for org in request.store.table("orgs"):
        request.store.table("members", org).drop(one["id"])
        for team in request.store.table("teams", org).values():
            if team["members"].pop(str(one["id"]), None):
                request.store.table("teams", org).put(team["id"], team)
    return said("User deleted")


@route("PUT /api/admin/users/#id/password", needs="users.password:write", role="Server")
def set_password(request: Request) -> Any:
    """Set a user's password."""
    one, password = find(request), request.json().get("password") or ""
    check_password(password)
    change(request, one, password=marks.secret_hash(password))
    return said("User password updated")


@route("PUT /api/admin/users/#id/permissions", needs="users.permissions:write", role="Server")
def set_permissions(request: Request) -> Any:
    """Make a user an administrator of the server, or no more."""
    change(request, find(request), is_admin=bool(request.json().get("isGrafanaAdmin")))
    return said("User permissions updated")


@route("POST /api/admin/users/#id/disable", needs="users:disable", role="Server")
def disable(request: Request) -> Any:
    """Shut a user out."""
    change(request, find(request), disabled=True)
    return said("User disabled")


@route("POST /api/admin/users/#id/enable", needs="users:enable", role="Server")
def enable(request: Request) -> Any:
    """Let a user in again."""
    change(request, find(request), disabled=False)
    return said("User enabled")


@route("GET /api/users/lookup", needs="users:read", role="Server")
def lookup(request: Request) -> Any:
    """Find a user by login or e-mail address."""
    return shown(known(find_user(request.store, request.one("loginOrEmail")), 404, GONE), None, "")


@route("GET /api/users/#id", needs="users:read", role="Server")
def get_user(request: Request) -> Any:
    """Return a user."""
    return shown(find(request), [], AVATAR)


@route("PUT /api/users/#id", needs="users:write", role="Server")
def put_user(request: Request) -> Any:
    """Change a user's names."""
    return update(request, find(request))


def update(request: Request, one: dict[str, Any]) -> Any:
    """Change the names of a user; what is not sent stays."""
    body = request.json()
    names = {name: body.get(name) or one[name] for name in EDITABLE}
    others = [find_user(request.store, names[name]) for name in ("login", "email") if names[name]]
    if any(other and other["id"] != one["id"] for other in others):
        raise problem(500, "Failed to update user")
    change(request, one, **names)
    return said("User updated")


def row(one: dict[str, Any], now: float) -> dict[str, Any]:
    """Return a user as a list shows it."""
    return {
        "id": one["id"], "uid": one["uid"], "name": one["name"], "login": one["login"], "email": one["email"], "avatarUrl": AVATAR,
        "isAdmin": one["is_admin"], "isDisabled": one["disabled"], "isProvisioned": False, "lastSeenAt": marks.stamp(one["seen"]),
        "lastSeenAtAge": age(now - one["seen"]), "authLabels": [],
    }  # fmt: skip


def age(seconds: float) -> str:
    """Return how long ago something was, in words."""
    for name, size in (("year", 31557600), ("month", 2629800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {name}" + "s" * (seconds >= 2 * size)
    return "< 1 minute"


def matching(request: Request) -> list[dict[str, Any]]:
    """Return the users that a search means, sorted by login."""
    words = request.one("query").lower()
    fits = [one for one in users(request).values() if any(words in one[name].lower() for name in ("name", "login", "email"))]
    return [row(one, request.app.clock.now()) for one in sorted(fits, key=lambda one: one["login"])]


@route("GET /api/users", needs="users:read", role="Server")
def list_users(request: Request) -> Any:
    """List users."""
    size, page = request.number("perpage", 1000), max(request.number("page", 1), 1)
    return matching(request)[size * (page - 1) : size * page]


@route("GET /api/users/search", needs="users:read", role="Server")
def search_users(request: Request) -> Any:
    """Search users."""
    fits, size, page = matching(request), request.number("perpage", 1000), max(request.number("page", 1), 1)
    return {"totalCount": len(fits), "users": fits[size * (page - 1) : size * page], "page": page, "perPage": size}
