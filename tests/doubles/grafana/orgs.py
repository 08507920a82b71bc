# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Organisations and their members."""

from __future__ import annotations

from typing import Any

from . import bootstrap, marks
from .identity import AVATAR, RANK, find_user
from .routes import route
from .users import age
from .wire import Request, known, problem, said

ADDRESS = ("address1", "address2", "city", "zipCode", "state", "country")
GONE = "Organization not found"


def orgs(request: Request) -> Any:
    """Return the table of organisations."""
    return request.store.table("orgs")


def shown(one: dict[str, Any]) -> dict[str, Any]:
    """Return an organisation."""
    return {"id": one["id"], "name": one["name"], "address": {name: one["address"].get(name, "") for name in ADDRESS}}


def named(request: Request, name: str) -> dict[str, Any] | None:
    """Return the organisation of a name."""
    return next((one for one in orgs(request).values() if one["name"] == name), None)


def find(request: Request) -> dict[str, Any]:
    """Return the organisation of the path."""
    return known(orgs(request).get(int(request["id"])), 404, GONE)


@route("GET /api/org", needs="orgs:read", role="Viewer")
def current(request: Request) -> Any:
    """Return the organisation in which the caller works."""
    return shown(known(orgs(request).get(request.org), 404, GONE))


@route("PUT /api/org", needs="orgs:write", role="Admin")
def rename_current(request: Request) -> Any:
    """Rename the organisation in which the caller works."""
    return rename(request, orgs(request)[request.org])


def rename(request: Request, one: dict[str, Any]) -> Any:
    """Rename an organisation."""
    name = request.json().get("name") or ""
    if (named(request, name) or one)["id"] != one["id"]:
        raise problem(400, "Organization name taken")
    orgs(request).put(one["id"], {**one, "name": name})
    return said("Organization updated")


@route("GET /api/orgs", needs="orgs:read", role="Server")
def list_orgs(request: Request) -> Any:
    """List organisations; here the first page has the number 0."""
    size, page = request.number("perpage", 1000), request.number("page", 0)
    fits = [one for one in orgs(request).values() if request.one("query").lower() in one["name"].lower()]
    return [{"id": one["id"], "name": one["name"]} for one in sorted(fits, key=lambda one: one["name"])[size * page : size * (page + 1)]]


@route("POST /api/orgs", needs="orgs:create", role="Server")
def post_org(request: Request) -> Any:
    """Make an organisation; its maker is its administrator."""
    name = request.json().get("name") or ""
    if not name:
        raise problem(400, "bad request data")
    if named(request, name):
        raise problem(409, "Organization name taken")
    number = bootstrap.new_org(request.app, name)
    request.store.table("members", number).put(request.who.id, {"role": "Admin"})
    return said("Organization created", orgId=number)


@route("GET /api/orgs/#id", needs="orgs:read", role="Server")
def get_org(request: Request) -> Any:
    """Return an organisation."""
    return shown(find(request))


@route("GET /api/orgs/name/:name", needs="orgs:read", role="Server")
def get_named(request: Request) -> Any:
    """Return the organisation of a name."""
    return shown(known(named(request, request["name"]), 404, GONE))


@route("PUT /api/orgs/#id", needs="orgs:write", role="Server")
def put_org(request: Request) -> Any:
    """Rename an organisation."""
    return rename(request, find(request))


@route("DELETE /api/orgs/#id", needs="orgs:delete", role="Server")
def delete_org(request: Request) -> Any:
    """Delete an organisation with all that is in it, but not the one in which the caller works."""
    number = int(request["id"])
    if number not in orgs(request):
        raise problem(404, "Failed to delete organization. ID not found")
    if request.org == number:
        raise problem(400, "Cannot delete your active organization. Please switch to a different organization first.")
    request.store.forget(number)
    orgs(request).drop(number)
    return said("Organization deleted")


def members(request: Request, org: int) -> list[dict[str, Any]]:
    """Return the members of an organisation."""
    users, now = request.store.table("users"), request.app.clock.now()
    return [
        {
            "orgId": org, "userId": number, "uid": users[number]["uid"], "email": users[number]["email"], "name": users[number]["name"],
            "avatarUrl": AVATAR, "login": users[number]["login"], "role": member["role"], "lastSeenAt": marks.stamp(users[number]["seen"]),
            "lastSeenAtAge": age(now - users[number]["seen"]), "isDisabled": users[number]["disabled"], "authLabels": None,
            "isExternallySynced": False, "isProvisioned": False,
        }
        for number, member in sorted(request.store.table("members", org).items(), key=lambda item: users[item[0]]["login"])
    ]  # fmt: skip


def add(request: Request, org: int) -> Any:
    """Add a user to an organisation."""
    body = request.json()
    if body.get("role") not in RANK:
        raise problem(400, "bad request data")
    user = known(find_user(request.store, body.get("loginOrEmail") or ""), 404, "User not found")
    if user["id"] in request.store.table("members", org):
        raise problem(409, "User is already member of this organization", userId=user["id"])
    request.store.table("members", org).put(user["id"], {"role": body["role"]})
    return said("User added to organization", userId=user["id"])


def set_role(request: Request, org: int) -> Any:
    """Change the role of a member."""
    role, table, number = request.json().get("role"), request.store.table("members", org), int(request["user"])
    if role not in RANK:
        raise problem(400, "bad request data")
    if number not in table:
        raise problem(404, "user not found")
    admins = [key for key, member in table.items() if member["role"] == "Admin"]
    if admins == [number] and role != "Admin":
        raise problem(400, "Cannot change role so that there is no organization admin left")
    table.put(number, {"role": role})
    return said("Organization user updated")


def expel(request: Request, org: int) -> Any:
    """Remove a member; the last administrator stays."""
    table, number = request.store.table("members", org), int(request["user"])
    if [key for key, member in table.items() if member["role"] == "Admin"] == [number]:
        raise problem(400, "Cannot remove last organization admin")
    known(table.drop(number), 404, "user not found")
    return said("User removed from organization")


@route("GET /api/org/users", needs="org.users:read", role="Admin")
def own_members(request: Request) -> Any:
    """List the members of the caller's organisation."""
    return members(request, request.org)


@route("POST /api/org/users", needs="org.users:add", role="Admin")
def add_own(request: Request) -> Any:
    """Add a member to the caller's organisation."""
    return add(request, request.org)


@route("PATCH /api/org/users/#user", needs="org.users:write", role="Admin")
def set_own_role(request: Request) -> Any:
    """Change the role of a member of the caller's organisation."""
    return set_role(request, request.org)


@route("DELETE /api/org/users/#user", needs="org.users:remove", role="Admin")
def expel_own(request: Request) -> Any:
    """Remove a member of the caller's organisation."""
    return expel(request, request.org)


@route("GET /api/orgs/#id/users", needs="org.users:read", role="Server")
def list_members(request: Request) -> Any:
    """List the members of an organisation."""
    return members(request, find(request)["id"])


@route("POST /api/orgs/#id/users", needs="org.users:add", role="Server")
def add_member(request: Request) -> Any:
    """Add a member to an organisation."""
    return add(request, find(request)["id"])


@route("PATCH /api/orgs/#id/users/#user", needs="org.users:write", role="Server")
def set_member_role(request: Request) -> Any:
    """Change the role of a member."""
    return set_role(request, find(request)["id"])


@route("DELETE /api/orgs/#id/users/#user", needs="org.users:remove", role="Server")
def expel_member(request: Request) -> Any:
    """Remove a member."""
    return expel(request, find(request)["id"])
