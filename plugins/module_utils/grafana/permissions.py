# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may do what with a folder, a dashboard or a data source.

An object here is all rights that were given on one thing. It is always there as long as the thing is: it is changed, never made.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.identity import one_by_one, refuse_twice
from ..engine.kind import Kind, Orders
from ..engine.parallel import each
from ..engine.plan import UPDATE, Change, plan_present
from ..engine.reading import get_or_none
from ..engine.resource import Field, Listing, Resource, fill
from .dashboard_found import called
from .folder import titled
from .permissions_holders import SORTS, Holder, Right, given, holder_of, missing

THINGS = {"folder": "folders", "dashboard": "dashboards", "datasource": "datasources"}
PATH = "/api/access-control/{things}/{uid}"
PERMISSIONS = ("View", "Edit", "Admin", "Query")
ENTRY = {
    **{sort: {"type": "str"} for sort in SORTS},
    "role": {"type": "str", "choices": ["Viewer", "Editor", "Admin"]},
    "permission": {"type": "str", "choices": list(PERMISSIONS)},
}
RIGHTS = "_rights"  # where an object keeps the rights by their holders

RESOURCE = Resource(
    kind="permissions",
    words="permissions of",
    fields=(
        Field("folder"),
        Field("dashboard"),
        Field("datasource"),
        Field("permissions", "list", elements="dict", options=ENTRY),
        Field("exclusive", "bool", at="", default=False),
    ),
    identities=(("folder",), ("dashboard",), ("datasource",)),
    listing=Listing("/api/search", paged=True, page_size=5000, params={"type": "dash-folder", "sort": "alpha-asc"}),
    create=("POST", PATH),
    update=("POST", PATH),
    delete=("POST", PATH),
    after=("folder", "dashboard", "datasource", "team", "user", "organization_user", "service_account"),
)


def thing_of(wanted: Mapping[str, Any]) -> str:
    """The kind of thing that is meant.

    :raises Failure: when none is named, or several are.
    """
    names = [name for name in THINGS if wanted.get(name) not in (None, "")]
    if len(names) != 1:
        raise Failure(f"permissions: name one thing, by {', '.join(THINGS)}; {len(names)} are named.")
    return names[0]


def uid_of_path(api: Any, path: str) -> str:
    """The uid of the folder that a path of titles leads to; empty when there is none.

    :raises Failure: when several folders have a title.
    """
    uid = ""
    for title in [part.strip() for part in path.split("/") if part.strip()]:
        found = titled(api, title, uid)
        if len(found) > 1:
            raise Failure(f"There are {len(found)} folders called {title!r}. Name the one that is meant by its uid.")
        if not found:
            return ""
        uid = str(found[0]["uid"])
    return uid


def lines(rights: Mapping[Holder, Right]) -> list[str]:
    """Rights as people read them, in an order of their own."""
    return sorted(f"{label}: {permission}" for label, permission in rights.values())


class Permissions(Kind):
    """The rights on things."""

    def __init__(self, resource: Resource = RESOURCE) -> None:
        super().__init__(resource)

    # -- looking ------------------------------------------------------------------------------------------------------

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The rights on what is named; None when there is no such thing."""
        thing = thing_of(wanted)
        name = str(wanted[thing])
        if thing == "datasource":
            found = get_or_none(api, fill("/api/datasources/uid/{n}", {"n": name})) or get_or_none(api, fill("/api/datasources/name/{n}", {"n": name}))
            return self._rights(api, thing, found["uid"], name) if found else None
        return self._rights(api, thing, name, name) or self._by_title(api, thing, name)

    def _by_title(self, api: Any, thing: str, name: str) -> dict[str, Any] | None:
        if thing == "folder":
            uid = uid_of_path(api, name)
            return self._rights(api, thing, uid, name) if uid else None
        found = called(api, name)
        if len(found) > 1:
            raise Failure(f"There are {len(found)} dashboards called {name!r}. Name the one that is meant by its uid.")
        return self._rights(api, thing, found[0]["uid"], name) if found else None

    def _rights(self, api: Any, thing: str, uid: str, name: str) -> dict[str, Any] | None:
        """The rights on a thing, as an object with a place for each option."""
        try:
            rows = api.get(fill(PATH, {"things": THINGS[thing], "uid": uid}))
        except ClientError as error:
            if error.status not in (400, 404):  # a title may be no uid at all
                raise
            if thing == "datasource":
                raise Failure("This server has no permissions of data sources: they are part of Grafana Enterprise and Grafana Cloud.") from error
            return None
        rights = given(rows)
        return {"uid": uid, "things": THINGS[thing], thing: name, "permissions": lines(rights), RIGHTS: rights, "rows": rows}

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """Each thing is asked for its own rights: no list tells them."""
        if besides:
            raise Failure("purge removes objects, and there are none here. To take all rights away that are not described, use exclusive.")
        return each(lambda one: self.find(api, one), list(wanted)), []

    # -- planning -----------------------------------------------------------------------------------------------------

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """Rights are changed whether they are to be there or not; the thing itself is never removed."""
        refuse_twice(self, wanted)
        found, _rest = self.look(api, wanted, orders.purge)
        return one_by_one(lambda pair: self.plan_one(api, pair[0], pair[1], orders), list(zip(wanted, found)))

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Compare with all rights that there will be."""
        thing = thing_of(wanted)
        if found is None:
            found = self._missing(api, wanted, thing, orders)
        had = dict(found[RIGHTS])
        target = self._target(api, wanted, found, orders)
        ask = {thing: wanted[thing], "permissions": lines(target)}
        change = plan_present(self.resource, ask, {key: found[key] for key in (thing, "permissions")})
        change.found, change.label = found, f"permissions of the {thing} {wanted[thing]}"
        if change.action == UPDATE:
            levels = {holder: target[holder].permission if holder in target else "" for holder in {**had, **target}}
            changed = {holder: level for holder, level in levels.items() if level != (had[holder].permission if holder in had else "")}
            change.body = {"permissions": [sent(holder, level) for holder, level in changed.items()]}
        change.wanted = {**wanted, RIGHTS: target}
        return change

    def _missing(self, api: Any, wanted: Mapping[str, Any], thing: str, orders: Orders) -> dict[str, Any]:
        """What stands for a thing that is not there."""
        if not api.read_only and orders.state == "present":
            raise Failure(f"There is no {thing} {wanted[thing]!r}.")
        return {"uid": "", "things": THINGS[thing], thing: wanted[thing], "permissions": [], RIGHTS: {}, "rows": []}

    def _target(self, api: Any, wanted: Mapping[str, Any], found: Mapping[str, Any], orders: Orders) -> dict[Holder, Right]:
        """All rights that there will be."""
        had: dict[Holder, Right] = found[RIGHTS]
        entries = [(entry, holder_of(api, entry, found["rows"])) for entry in wanted.get("permissions") or []]
        if orders.state == "absent":
            gone = {who[0] for _entry, who in entries if who}
            return {holder: right for holder, right in had.items() if holder not in gone and wanted.get("permissions") is not None}
        if wanted.get("permissions") is None:
            raise Failure("permissions are needed, or state: absent.")
        target, named = {} if wanted.get("exclusive") else dict(had), set()
        for entry, who in entries:
            holder, label = who or missing(api, entry)
            if holder in named:
                raise Failure(f"permissions: {label} is described twice.")
            named.add(holder)
            target[holder] = Right(label, checked(label, entry.get("permission"), thing_of(wanted)))
        return target

    # -- writing and telling ------------------------------------------------------------------------------------------

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Send what differs; Grafana keeps the rest."""
        if change.writes and not api.read_only:
            api.json("POST", fill(PATH, change.found or {}), json=change.body)
        return {**(change.found or {}), "permissions": lines(change.wanted[RIGHTS])}

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """The rights in the form of the option."""
        return {key: value for key, value in found.items() if key not in (RIGHTS, "rows", "things")}

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """The rights on all folders; those of dashboards follow from them nearly always."""
        found = each(lambda one: self._rights(api, "folder", one["uid"], one["uid"]), super().everything(api))
        return [one for one in found if one]

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """With the names of the holders."""
        entries = []
        for label, permission in found[RIGHTS].values():
            sort = next(sort for sort in SORTS if label.startswith(sort.replace("_", " ") + " "))
            entries.append({sort: label[len(sort) + 1 :], "permission": permission})
        return {"folder": found["folder"], "permissions": entries}


def checked(label: str, permission: str | None, thing: str) -> str:
    """A permission that there is on such a thing.

    :raises Failure: when there is none.
    """
    known = ("Query", "Edit", "Admin") if thing == "datasource" else ("View", "Edit", "Admin")
    if permission not in known:
        raise Failure(f"permissions: {label} needs a permission on the {thing}, one of {', '.join(known)}{f', not {permission}' if permission else ''}.")
    return permission


def sent(holder: Holder, permission: str) -> dict[str, Any]:
    """A right as it is sent; without a permission it is taken away."""
    key = {"role": "builtInRole", "team": "teamId"}.get(holder.sort, "userId")
    return {key: holder.number, "permission": permission}
