# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Teams and their members."""

from __future__ import annotations

from typing import Any

from . import marks
from .identity import AVATAR, find_user
from .routes import route
from .wire import Request, known, problem, said

GONE = "Team not found"
ADMIN = 4


def teams(request: Request) -> Any:
    """Return the table of teams of the caller's organisation."""
    return request.store.table("teams", request.org)


def find(request: Request) -> dict[str, Any]:
    """Return the team of the path, which has a number or a uid."""
    wanted = request["id"]
    return known(next((one for one in teams(request).values() if wanted in (str(one["id"]), one["uid"])), None), 404, GONE)


def shown(request: Request, one: dict[str, Any]) -> dict[str, Any]:
    """Return a team."""
    return {
        "id": one["id"], "uid": one["uid"], "orgId": request.org, "name": one["name"], "email": one["email"], "externalUID": "",
        "isProvisioned": False, "avatarUrl": AVATAR, "memberCount": len(one["members"]), "permission": 0, "accessControl": None,
    }  # fmt: skip


@route("POST /api/teams", needs="teams:create", role="Admin")
def post_team(request: Request) -> Any:
    """Make a team; the user who makes it is its administrator."""
    body = request.json()
    name = body.get("name") or ""
    if not name:
        raise problem(400, "bad request data")
    if any(one["name"] == name for one in teams(request).values()):
        raise problem(409, "Team name taken")
    first = {str(request.who.id): {"uid": marks.short_uid(), "permission": ADMIN}} if request.who.kind == "user" else {}
    one = {"id": request.store.next("teams"), "uid": marks.short_uid(), "name": name, "email": body.get("email") or "", "members": first}
    teams(request).put(one["id"], one)
    return said("Team created", teamId=one["id"], uid=one["uid"])


@route("GET /api/teams/search", needs="teams:read", role="Viewer")
def search(request: Request) -> Any:
    """Search teams: by name exactly, or by a part of it."""
    name, words = request.one("name"), request.one("query").lower()
    fits = [one for one in teams(request).values() if name in ("", one["name"]) and words in one["name"].lower()]
    size, page = request.number("perpage", 1000), max(request.number("page", 1), 1)
    part = [shown(request, one) for one in sorted(fits, key=lambda one: one["name"])[size * (page - 1) : size * page]]
    if "kubernetesTeamsRedirect" in request.app.settings.toggles and not name:
        # Without a filter that it lacks, the app platform answers, which knows no numbers (upstream's teamapi/team_adapter.go).
        part = [{**one, "id": 0} for one in part]
    return {"totalCount": len(fits), "teams": part, "page": page, "perPage": size}


@route("GET /api/teams/:id", needs="teams:read", role="Viewer")
def get_team(request: Request) -> Any:
    """Return a team."""
    return shown(request, find(request))


@route("PUT /api/teams/:id", needs="teams:write", role="Admin")
def put_team(request: Request) -> Any:
    """Change a team; an address that is not sent is cleared."""
    one, body = find(request), request.json()
    if any(other["name"] == body.get("name") and other["id"] != one["id"] for other in teams(request).values()):
        raise problem(400, "Team name taken")
    teams(request).put(one["id"], {**one, "name": body.get("name") or one["name"], "email": body.get("email") or ""})
    return said("Team updated")


@route("DELETE /api/teams/:id", needs="teams:delete", role="Admin")
def delete_team(request: Request) -> Any:
    """Delete a team."""
    number = find(request)["id"]
    teams(request).drop(number)
    rights = request.store.table("acl", request.org)
    for place, entries in list(rights.items()):
        if any(entry.get("team") == number for entry in entries):
            rights.put(place, [entry for entry in entries if entry.get("team") != number])
    return said("Team deleted")


@route("GET /api/teams/:id/members", needs="teams.permissions:read", role="Admin")
def list_members(request: Request) -> Any:
    """List the members of a team."""
    one, users = find(request), request.store.table("users")
    return [
        {
            "uid": member["uid"], "orgId": request.org, "teamId": one["id"], "teamUID": one["uid"], "userId": int(number),
            "userUID": users[int(number)]["uid"], "auth_module": "", "email": users[int(number)]["email"],
            "name": users[int(number)]["name"], "login": users[int(number)]["login"], "avatarUrl": AVATAR, "labels": [],
            "permission": member["permission"],
        }
        for number, member in sorted(one["members"].items(), key=lambda item: users[int(item[0])]["login"])
    ]  # fmt: skip


@route("POST /api/teams/:id/members", needs="teams.permissions:write", role="Admin")
def add_member(request: Request) -> Any:
    """Add a member, who need not be of the team's organisation (community.grafana's own tests do that)."""
    one, number = find(request), request.json().get("userId")
    if number not in request.store.table("users"):
        raise problem(500, "Failed to add Member to Team")
    if str(number) in one["members"]:
        raise problem(400, "User is already added to this team")
    members = {**one["members"], str(number): {"uid": marks.short_uid(), "permission": 0}}
    teams(request).put(one["id"], {**one, "members": members})
    return said("Member added to Team")


@route("PUT /api/teams/:id/members", needs="teams.permissions:write", role="Admin")
def set_members(request: Request) -> Any:
    """Replace the members, who are named by their addresses."""
    one, body, members = find(request), request.json(), {}
    for field, permission in (("members", 0), ("admins", ADMIN)):
        for name in body.get(field) or []:
            user = known(find_user(request.store, name), 404, "user not found")
            old = one["members"].get(str(user["id"]), {"uid": marks.short_uid()})
            members[str(user["id"])] = {**old, "permission": permission}
    teams(request).put(one["id"], {**one, "members": members})
    return said("Team memberships have been updated")


@route("PUT /api/teams/:id/members/#user", needs="teams.permissions:write", role="Admin")
def set_member(request: Request) -> Any:
    """Change what a member may do."""
    one, number = find(request), request["user"]
    member = known(one["members"].get(number), 404, "Team member not found")
    changed = {**member, "permission": request.json().get("permission", 0)}
    teams(request).put(one["id"], {**one, "members": {**one["members"], number: changed}})
    return said("Team member updated")


@route("DELETE /api/teams/:id/members/#user", needs="teams.permissions:write", role="Admin")
def remove_member(request: Request) -> Any:
    """Remove a member."""
    one, number = find(request), request["user"]
    known(one["members"].get(number), 404, "Team member not found")
    rest = {key: member for key, member in one["members"].items() if key != number}
    teams(request).put(one["id"], {**one, "members": rest})
    return said("Team Member removed")
