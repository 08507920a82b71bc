# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data sources: found by uid, else by name; never by number, which Grafana 13 has given up."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.identity import refuse_shared
from ..engine.kind import Kind, Orders
from ..engine.parallel import each
from ..engine.plan import DELETE, NOTHING, Change
from ..engine.reading import get_or_none
from ..engine.resource import Listing, Resource, fill
from . import datasource_correlations as correlations
from .datasource_compare import compare, sent_secrets
from .datasource_fields import COMMON
from .datasource_health import prove
from .datasource_secrets import MARKS
from .datasource_types import VARIANTS
from .datasource_wanted import completed
from .datasource_write import move, unmake_default, write_again

BY_UID, BY_NAME = "/api/datasources/uid/{uid}", "/api/datasources/name/{name}"
NOT_LISTED = {"basic_auth_user", "with_credentials"}  # what Grafana's list of data sources leaves out


def without_marks(found: dict[str, Any]) -> dict[str, Any]:
    """A data source without our marks of its secrets; they are put back when it is sent."""
    if isinstance(found.get("jsonData"), dict):
        found["jsonData"].pop(MARKS, None)
    return found


def sendable(body: dict[str, Any], _wanted: dict[str, Any], found: Any) -> dict[str, Any]:
    """What is sent: a key that is to be gone is left out; a new data source has no secrets to remove."""
    body["jsonData"] = {key: value for key, value in (body.get("jsonData") or {}).items() if value is not None}
    if not found:
        body["secureJsonData"] = {key: value for key, value in (body.get("secureJsonData") or {}).items() if value not in (None, "")}
    return body


DATASOURCE = Resource(
    kind="datasource",
    words="data source",
    fields=COMMON,
    identities=(("uid",), ("name",)),
    direct={"uid": BY_UID, "name": BY_NAME},
    listing=Listing("/api/datasources", complete=False),
    create=("POST", "/api/datasources"),
    update=("PUT", BY_UID),
    delete=("DELETE", BY_UID),
    server_only=("id", "orgId", "typeName", "typeLogoUrl", "readOnly", "apiVersion", "secureJsonFields", "accessControl", "password"),
    reply="datasource",
    variant_by="ds_type",
    variants=VARIANTS,
    prepare=sendable,
    unprepare=without_marks,
    after=("plugin",),
)


class Datasources(Kind):
    """Data sources, their secrets and their correlations."""

    def __init__(self, resource: Resource = DATASOURCE) -> None:
        super().__init__(resource)
        self._orders = Orders()
        self._changes: list[Change] = []

    # -- looking ------------------------------------------------------------------------------------------------------

    def secrets(self, given: Mapping[str, Any]) -> list[Any]:
        """Secrets within mappings are hidden one by one."""
        values = super().secrets(given)
        return [one for value in values for one in (value.values() if isinstance(value, dict) else [value]) if one]

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """What the options mean."""
        return completed(self.resource, wanted, orders)

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """By uid, else by name."""
        found = get_or_none(api, fill(BY_UID, wanted)) if wanted.get("uid") else None
        return found or (get_or_none(api, fill(BY_NAME, wanted)) if wanted.get("name") else None)

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """Many are listed; read alone are those only of which the list does not tell enough. What a file describes is nobody's to purge."""
        if len(wanted) == 1 and not besides:
            return [self.find(api, wanted[0])], []
        there = self.everything(api)
        by_uid, by_name = ({one[key]: one for one in there} for key in ("uid", "name"))
        matches = [by_uid.get(one.get("uid")) or by_name.get(one.get("name")) for one in wanted]
        claimed = refuse_shared(self, wanted, matches)
        rest = [one for one in there if id(one) not in claimed and not one.get("readOnly")]
        return each(lambda pair: self._as_needed(api, *pair), list(zip(wanted, matches))), rest

    def _as_needed(self, api: Any, wanted: Mapping[str, Any], row: dict[str, Any] | None) -> dict[str, Any] | None:
        if row is None or self._orders.state == "absent":
            return row
        unseen = any(wanted.get(name) is not None for name in NOT_LISTED) or sent_secrets(self.resource, wanted)
        if not unseen and compare(self.resource, dict(wanted), row, self._orders).action == NOTHING:
            return row
        return self.read(api, row)

    # -- planning -----------------------------------------------------------------------------------------------------

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """Remember how it is to be done; refuse what only the server's files can change."""
        self._orders = orders
        self._changes = super().plan(api, wanted, orders)
        for change in self._changes:
            if change.writes and (change.found or {}).get("readOnly"):
                raise Failure(f"The {change.label} is described by a provisioning file on the server and cannot be changed here. Change that file.")
        return self._changes

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Compare it, and its correlations where some are described."""
        links = wanted.get("correlations")
        if links is None:
            return compare(self.resource, wanted, found, orders)
        there = correlations.of_source(api, found["uid"]) if found else []
        forms = [correlations.wanted_form(one, self._target(api, one)) for one in links]
        if not correlations.differ(forms, there):
            return compare(self.resource, wanted, found, orders)
        return correlations.noted(compare(self.resource, wanted, found, orders, ["correlations"]), forms, there)

    def _target(self, api: Any, link: Mapping[str, Any]) -> str:
        """The uid that a correlation leads to; the name as long as only this run makes it."""
        return correlations.target_uid(api, str(link.get("target") or "")) or str(link.get("target") or "")

    # -- writing ------------------------------------------------------------------------------------------------------

    def apply_all(self, api: Any, changes: Sequence[Change]) -> list[dict[str, Any]]:
        """Data sources, then what links them, then the proof that they work."""
        results = super().apply_all(api, changes)
        if not api.read_only:
            now = dict(zip(map(id, changes), results))
            present = [(one, now.get(id(one), one.found or {})) for one in self._changes if one.action != DELETE and self._orders.state == "present"]
            for change, found in present:
                correlations.settle(api, change, found["uid"])
            prove(api, [found for _change, found in present], self._orders)
        return results

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """The first data source of an organisation becomes its default whether it is to or not."""
        made = super().create(api, change)
        if made.get("isDefault") and not (change.body or {}).get("isDefault"):
            return self.written(change, unmake_default(api, self.resource, made))
        return made

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """The version that was read goes along, so that nobody's change is undone unseen."""
        if change.reasons == ["correlations"]:
            return change.found or {}
        if "uid" in change.reasons:
            return self.written(change, move(api, self.resource, change))
        try:
            return super().update(api, change)
        except ClientError as error:
            if error.status != 409:
                raise
            again = write_again(api, self.resource, change, error, self._orders)
            return super().update(api, again) if again.writes else again.found or {}

    # -- telling ------------------------------------------------------------------------------------------------------

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without secrets and marks; in check mode with the names of the secrets that there would be."""
        sent = found.get("secureJsonData") or {}
        names = {**(found.get("secureJsonFields") or {}), **{name: True for name, value in sent.items() if value}}
        gone = {name for name, value in sent.items() if not value}
        plain = without_marks({key: dict(value) if key == "jsonData" else value for key, value in found.items() if key != "secureJsonData"})
        return {**plain, "secureJsonFields": {name: True for name in names if name not in gone}} if found else {}

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """The words and keys of community.grafana's module."""
        name = (found or change.found or change.wanted).get("name") or change.wanted.get("uid")
        words = {"create": "created", "update": "updated", "delete": "deleted.", "nothing": "unchanged" if found else "does not exist."}
        gone = {} if found else {"datasource": None}
        return {"msg": f"Datasource {name} {words[change.action]}", "id": found.get("id"), "uid": found.get("uid"), **gone}

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """As options where there are some, the rest as json_data."""
        options = super().exported(found)
        fields = {one.name: one for one in self.resource.fields_of(options)}
        json_data = dict(options.pop("json_data", {}))
        for name in [name for name in options if fields[name].choices and options[name] not in fields[name].choices]:
            del options[name]
        for one in fields.values():
            if one.name in options and one.place[:1] == ("jsonData",) and len(one.place) == 2:
                json_data.pop(one.place[1], None)
        return {**options, **({"json_data": json_data} if json_data else {})}
