# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Organisations of a server."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.kind import Kind, Orders
from ..engine.plan import CREATE, DELETE, Change
from ..engine.resource import Field, Listing, Resource

MAIN = 1  # the organisation that a server begins with, and in which new users begin

ORGANIZATION = Resource(
    kind="organization",
    words="organization",
    fields=(Field("name", required=True), Field("id", type="int")),
    identities=(("id",), ("name",)),
    direct={"id": "/api/orgs/{id}", "name": "/api/orgs/name/{name}"},
    # The only list of Grafana's whose first page has the number 0.
    listing=Listing("/api/orgs", paged=True, size_word="perpage", first_page=0),
    create=("POST", "/api/orgs"),
    update=("PUT", "/api/orgs/{id}"),
    delete=("DELETE", "/api/orgs/{id}"),
    server_only=("address",),
    prepare=lambda body, _wanted, _found: {"name": body["name"]},
    returns="org",
)


class Organizations(Kind):
    """The main organisation is never removed."""

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """A purge passes over the main organisation; an order to remove it is refused."""
        changes = super().plan(api, wanted, orders)
        main = [one for one in changes if one.action == DELETE and (one.found or {})["id"] == MAIN]
        if main and orders.state == "absent":
            raise Failure(f"The {main[0].label} is the server's first one, without which it does not work, so it is not removed. Nothing was changed.")
        return [one for one in changes if one not in main]

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """A number is the server's to choose."""
        if found is None and wanted.get("id"):
            words = "Grafana chooses numbers itself: leave it out to make an organization."
            raise Failure(f"There is no organization with the number {wanted['id']}. {words}")
        return super().plan_one(api, wanted, found, orders)

    def written(self, change: Change, answer: Any) -> dict[str, Any]:
        """The organisation with the number that it was given."""
        made = {"id": answer["orgId"]} if change.action == CREATE else {}
        return {**(change.found or {}), **(change.body or {}), **made}

    def told(self, change: Change, found: Mapping[str, Any]) -> dict[str, Any]:
        """A sentence about what was done."""
        name = change.wanted.get("name")
        if change.found is None and not change.writes:
            return {"msg": "No org found, nothing to do"}
        words = {CREATE: f"Organization {name} created.", DELETE: "Organization deleted", "update": f"Organization {name} updated."}
        return {"msg": words.get(change.action, f"Organization {name} already created.")}

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without the number, which another server would choose itself."""
        return {name: value for name, value in super().exported(found).items() if name != "id"}
