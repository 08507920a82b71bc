# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is in an organisation, and in which role."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError
from ..engine.identity import refuse_shared
from ..engine.kind import Kind, Orders
from ..engine.plan import CREATE, DELETE, Change
from ..engine.resource import Field, Listing, Resource, fill
from .user_in_use import is_in_use

ROLES = ("viewer", "editor", "admin", "none")

ORGANIZATION_USER = Resource(
    kind="organization_user",
    words="member",
    fields=(
        Field("login", required=True, normalise=str.lower),
        Field("role", choices=ROLES, default="viewer", normalise=str.lower),
    ),
    identities=(("login",),),
    listing=Listing("/api/orgs/{org}/users"),
    create=("POST", "/api/orgs/{org}/users"),
    update=("PATCH", "/api/orgs/{org}/users/{userId}"),
    # Not /api/org/users: that would delete a user who is in no other organisation.
    delete=("DELETE", "/api/orgs/{org}/users/{userId}"),
    after=("user", "organization"),
    returns="user",
)


class OrganizationUsers(Kind):
    """Members are listed whole, and go by their login or address."""

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """All members of the organisation that was named, by default the server's first."""
        org = api.org() or 1
        return [{**row, "org": org} for row in api.get(fill(self.resource.listing.path, {"org": org}))]

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The member of a login or an address."""
        return self.look(api, [wanted], False)[0][0]

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """All with one request."""
        there = self.everything(api)
        by_name = {row[name].lower(): row for name in ("email", "login") for row in there}
        found = [by_name.get(one["login"].lower()) for one in wanted]
        claimed = refuse_shared(self, wanted, found)
        return found, [row for row in there if id(row) not in claimed]

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """A purge passes over the account that asks."""
        changes = super().plan(api, wanted, orders)
        return changes if not orders.purge else [one for one in changes if one.action != DELETE or not is_in_use(api, one.found or {})]

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Somebody who was named by the address keeps the login."""
        change = super().plan_one(api, {**wanted, "login": found["login"]} if found else wanted, found, orders)
        role = wanted["role"].capitalize()
        change.body = {"role": role, **({} if found else {"loginOrEmail": wanted["login"]})}
        change.label = self.resource.label(wanted)
        return change

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Let somebody in who has an account."""
        org = api.org() or 1
        try:
            number = api.json("POST", fill(self.resource.create[1], {"org": org}), json=change.body)["userId"]
        except ClientError as error:
            if error.status != 404:
                raise
            hint = f"There may be no user {change.wanted['login']!r}: make one with grafana_user first."
            raise ClientError(error.verb, error.url, 404, error.message, hint) from error
        return {"orgId": org, "userId": number, "role": (change.body or {})["role"], **self._names(api, change.wanted["login"])}

    def _names(self, api: Any, login: str) -> dict[str, Any]:
        """What only an administrator of the server may ask of somebody; others see it on the next run."""
        try:
            user = api.get(fill("/api/users/lookup?loginOrEmail={login}", {"login": login}))
        except ClientError:
            return {"login": login}
        return {key: user[key] for key in ("login", "email", "name", "uid")}

    def written(self, change: Change, answer: Any) -> dict[str, Any]:
        """A member in the new role."""
        return {**(change.found or {}), "role": (change.body or {})["role"]}

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """A member as the server lists them; in check mode as they would be."""
        login = {"login": found["loginOrEmail"]} if "loginOrEmail" in found else {}
        return {**login, **{key: value for key, value in found.items() if key not in ("org", "loginOrEmail")}}

    def told(self, change: Change, found: Mapping[str, Any]) -> dict[str, Any]:
        """Whether somebody came or went."""
        return {CREATE: {"state": "present"}, DELETE: {"state": "absent"}}.get(change.action, {})

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """With the role as the option takes it."""
        return {"login": found["login"], "role": found["role"].lower()}
