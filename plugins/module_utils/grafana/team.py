# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Teams and who is in them."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.kind import Kind, Orders
from ..engine.parallel import each
from ..engine.plan import DELETE, Change
from ..engine.resource import Field, Listing, Resource, fill
from .team_members import ADMIN, name_of, names, numbered, numbers_of, rows_of, target_of, write

ROWS = "_rows"  # where an object keeps its members as the server lists them


def names_only(body: dict[str, Any], _wanted: dict[str, Any], _found: Any) -> dict[str, Any]:
    """What a team's own request holds; members have requests of theirs. An address that is not sent would be cleared."""
    return {key: body[key] for key in ("name", "email") if key in body}


TEAM = Resource(
    kind="team",
    words="team",
    fields=(
        Field("name", required=True),
        Field("uid"),
        Field("email"),
        Field("members", type="list", elements="str", unordered=True),
        Field("admins", type="list", elements="str", unordered=True),
        Field("enforce_members", type="bool", default=False, at=""),
    ),
    identities=(("uid",), ("name",)),
    direct={"uid": "/api/teams/{uid}"},
    listing=Listing("/api/teams/search", rows="teams", paged=True, size_word="perpage"),
    create=("POST", "/api/teams"),
    update=("PUT", "/api/teams/{id}"),
    delete=("DELETE", "/api/teams/{id}"),
    prepare=names_only,
    after=("user", "organization_user"),
)


class Teams(Kind):
    """A team's members are read with it where they are wanted, and written one by one."""

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """All teams, each with what its requests are addressed by."""
        return [numbered(one) for one in super().everything(api)]

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """By uid, or by its name, which the search takes exactly."""
        if wanted.get("uid"):
            found = super().find(api, wanted)
            return numbered(found) if found else None
        rows = api.get("/api/teams/search", {"name": wanted["name"]})["teams"]
        return self.match(wanted, [numbered(one) for one in rows])

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """With the members of those teams of which they matter: of one, or where somebody says who they are."""
        found, rest = super().look(api, wanted, besides)
        asked = [len(wanted) == 1 or one.get("members") is not None or one.get("admins") is not None for one in wanted]
        return each(lambda pair: with_members(api, pair[0]) if pair[0] and pair[1] else pair[0], list(zip(found, asked))), rest

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Compare with everybody who will be in the team, so that members besides the named ones are seen to stay or go."""
        if wanted.get("uid") and found is None:
            raise Failure(f"There is no team with the uid {wanted['uid']!r}. Grafana chooses uids itself: leave it out to make a team.")
        target = target_of(wanted, (found or {}).get(ROWS, ()))
        whole = dict(wanted)
        if wanted.get("members") is not None or wanted.get("admins") is not None:
            whole["members"] = names(target)
        if wanted.get("admins") is not None:
            whole["admins"] = names(target, ADMIN)
        change = super().plan_one(api, whole, found, orders)
        change.wanted = wanted
        return change

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make the team; who makes it is in it, unless that is not wanted."""
        numbers = numbers_of(api, target_of(change.wanted, ()))
        answer = super().create(api, change)
        made = numbered({"id": answer.get("teamId"), "uid": answer.get("uid")})
        if numbers or change.wanted.get("enforce_members"):
            rows = rows_of(api, made)
            write(api, made, rows, target_of(change.wanted, rows), numbers)
        return self.again(api, made)

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Its own names, and its members."""
        found = change.found or {}
        rows = found.get(ROWS, ())
        target = target_of(change.wanted, rows)
        numbers = numbers_of(api, set(target) - set(map(name_of, rows)))
        if {"name", "email"} & set(change.reasons):
            super().update(api, change)
        if {"members", "admins"} & set(change.reasons):
            write(api, found, rows, target, numbers)
        return self.again(api, found)

    def again(self, api: Any, team: Mapping[str, Any]) -> dict[str, Any]:
        """The team after a write."""
        return with_members(api, numbered(api.get(fill("/api/teams/{id}", team))))

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """A team with the names of its members."""
        return {key: value for key, value in found.items() if key != ROWS}

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """A sentence about a removal."""
        if change.found is None and not change.writes:
            return {"message": "No team found"}
        return {"message": "Team deleted"} if change.action == DELETE else {}

    def export(self, api: Any) -> list[dict[str, Any]]:
        """All teams with their members."""
        there = each(lambda one: with_members(api, one), self.everything(api))
        return [self.exported(one) for one in there]

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without its uid, which another server would choose itself."""
        return {name: value for name, value in super().exported(found).items() if name != "uid"}


def with_members(api: Any, team: dict[str, Any]) -> dict[str, Any]:
    """A team with its members: their names, and the rows of the server."""
    rows = rows_of(api, team)
    admins = [name_of(row) for row in rows if row["permission"] == ADMIN]
    return {**team, "members": [name_of(row) for row in rows], "admins": admins, ROWS: rows}
