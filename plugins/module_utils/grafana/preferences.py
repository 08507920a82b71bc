# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Preferences of the organisation, of teams and of the account itself. They are always there: changed and reset, never made."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.identity import one_by_one, refuse_twice
from ..engine.kind import Kind, Orders
from ..engine.parallel import each
from ..engine.plan import Change
from ..engine.resource import Field, Listing, Resource
from .permissions_holders import team_of

PATHS = {"organization": "/api/org/preferences", "user": "/api/user/preferences"}
CHOSEN = ("home_dashboard_uid", "theme", "timezone", "week_start", "language")
ABOUT = ("of", "team", "path")  # what an object knows about whose it is, which is no preference


PREFERENCES = Resource(
    kind="preferences",
    words="preferences of the",
    fields=(
        Field("of", choices=("organization", "team", "user")),
        Field("team"),
        Field("home_dashboard_uid", at="homeDashboardUID", aliases=("home_dashboard",)),
        Field("theme", choices=("", "light", "dark", "system")),
        Field("timezone"),
        Field("week_start", at="weekStart", choices=("", "monday", "saturday", "sunday")),
        Field("language"),
    ),
    identities=(("of", "team"), ("of",)),
    listing=Listing("/api/teams/search", rows="teams", paged=True, size_word="perpage"),
    create=("PUT", "{path}"),
    update=("PUT", "{path}"),
    delete=("PUT", "{path}"),
    after=("dashboard", "team", "organization"),
)


class Preferences(Kind):
    """The preferences of one organisation and those in it."""

    def __init__(self, resource: Resource = PREFERENCES) -> None:
        super().__init__(resource)

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """Whose they are: a team's when one is named, else the organisation's. To reset is to want nothing."""
        wanted = {"of": "team" if wanted.get("team") else "organization", **wanted}
        if (wanted["of"] == "team") != bool(wanted.get("team")):
            raise Failure("preferences: those of a team need its name, and only those do.")
        return {**wanted, **dict.fromkeys(CHOSEN, "")} if orders.state == "absent" else wanted

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The preferences as they are."""
        about = {"of": wanted["of"], **({"team": wanted["team"]} if wanted.get("team") else {})}
        path = PATHS.get(wanted["of"]) or self._path_of_team(api, str(wanted["team"]))
        return {**(api.get(path) if path else {}), **about, "path": path}

    def _path_of_team(self, api: Any, name: str) -> str:
        found = team_of(api, name)
        if found is None and not api.read_only:
            raise Failure(f"There is no team {name!r} in this organization.")
        return f"/api/teams/{found['number']}/preferences" if found else ""

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """Each is asked for its own."""
        if besides:
            raise Failure("purge removes objects, and preferences are always there. To reset some, use state: absent.")
        return each(lambda one: self.find(api, one), list(wanted)), []

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """They are changed, even if all are reset."""
        wanted = one_by_one(lambda one: self.complete(api, one, orders), wanted)
        refuse_twice(self, wanted)
        found, _rest = self.look(api, wanted, orders.purge)
        return one_by_one(lambda pair: self.plan_one(api, pair[0], pair[1], orders), list(zip(wanted, found)))

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Send all of them, since what is left out would be reset."""
        found, body = change.found or {}, self.shown(change.body or {})
        try:
            api.json("PUT", found["path"], json=body)
        except ClientError as error:
            if error.status == 404 and "ashboard" in error.message:
                raise Failure(f"There is no dashboard with the uid {body.get('homeDashboardUID')!r} to be the home of the {found['of']}.") from error
            raise
        return {**found, **body}

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """The preferences themselves."""
        return {key: value for key, value in found.items() if key not in ABOUT}

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """The organisation's, and those of the teams that have some."""
        rows = [{"of": "organization"}, *({"of": "team", "team": one["name"]} for one in super().everything(api))]
        return [one for one in each(lambda row: self.find(api, row), rows) if one and self.shown(one)]
