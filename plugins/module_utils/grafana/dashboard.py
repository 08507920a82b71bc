# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards: found by uid or by title in their folder, compared without what the server adds, saved, moved, removed."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.identity import one_by_one, refuse_twice
from ..engine.kind import Kind, Orders
from ..engine.parallel import each
from ..engine.plan import DELETE, Change
from ..engine.resource import Listing, Resource, fill
from . import dashboard_found as server
from .dashboard_document import GROUP, OLD, with_mark
from .dashboard_export import export_change, told, write_file
from .dashboard_inputs import filled, needs_sources
from .dashboard_places import Folders, Sources
from .dashboard_plan import body_of, plan_dashboard, plan_removal
from .dashboard_source import SOURCES, load
from .dashboard_write import current, remove, save

FEW = 4  # so many are read one by one: a list costs two requests before it begins

DASHBOARD = Resource(
    kind="dashboard",
    words="dashboard",
    fields=(
        Field("uid"),
        Field("title", aliases=("name",)),
        Field("dashboard", type="raw"),
        Field("path", at="", aliases=("dashboard_url",)),
        Field("dashboard_id", at=""),
        Field("dashboard_revision", at="", default="1"),
        Field("library_url", at=""),
        Field("inputs", at="", type="dict"),
        Field("folder", at=""),
        Field("folder_uid"),
        Field("parent_folder", at=""),
        Field("overwrite", at="", type="bool", default=False),
        Field("commit_message", at=""),
        Field("slug", at=""),
        Field("owner"),
    ),
    identities=(("uid",), ("title",)),
    direct={"uid": "/api/dashboards/uid/{uid}"},
    listing=Listing("/api/search", paged=True, page_size=5000, complete=False, params={"type": "dash-db", "sort": "alpha-asc"}),
    create=("POST", "/api/dashboards/db"),
    update=("POST", "/api/dashboards/db"),
    delete=("DELETE", "/api/dashboards/uid/{uid}"),
    server_only=("id", "version"),
    after=("folder", "datasource", "library_panel"),
)


class Dashboards(Kind):
    """Dashboards; ``found`` is everywhere in the form of dashboard_found.py, which is that of the options."""

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """What will happen to each; those that nobody describes go when they may."""
        self._folders, self._sources = Folders(api), Sources(api)
        if orders.state == "export":
            return one_by_one(lambda one: export_change(api, one), wanted)
        wanted = one_by_one(lambda one: self.complete(api, one, orders), wanted)
        refuse_twice(self, wanted)
        found, rest = self.look(api, wanted, orders.purge)
        pairs = list(zip(wanted, found))
        if orders.state == "absent":
            return one_by_one(lambda pair: plan_removal(pair[0], pair[1], "state: absent"), pairs)
        changes = one_by_one(lambda pair: self.plan_one(api, pair[0], pair[1], orders), pairs)
        going = [one for one in rest if not one.get("file") and orders.may_go(self.names(one))] if orders.purge else []
        return changes + [plan_removal({}, one, "nobody describes it") for one in going]

    # -- what is wanted -----------------------------------------------------------------------------------------------

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """A wanted dashboard with its content and the uid of its folder."""
        if orders.state == "absent":
            return self._going(api, wanted)
        folder = self._folders.uid(wanted)
        found = wanted.get("loaded") or load(wanted, api.client)
        spec = found.spec
        if wanted.get("inputs") or needs_sources(spec):
            spec, unknown = filled(spec, wanted.get("inputs") or {}, self._sources.all() if needs_sources(spec) else None)
            words = "Nobody said what the inputs {} of the dashboard {!r} stand for; give them in the option inputs."
            orders.warnings += [words.format(", ".join(unknown), found.title)] if unknown else []
        title = str(wanted.get("title") or found.title).strip()
        if folder is None and found.folder_uid is not None:
            folder = self._folders.uid({"folder_uid": found.folder_uid})
        plain = {name: value for name, value in wanted.items() if name not in (*SOURCES, "folder", "folder_uid", "loaded")}
        plain["overwrite"] = bool(wanted.get("overwrite") or found.more.get("overwrite"))
        plain.setdefault("commit_message", found.more.get("message"))
        plain.update(uid=str(wanted.get("uid") or found.uid), title=title, dashboard={**spec, "title": title}, api=found.api)
        return plain if folder is None else {**plain, "folder_uid": folder}

    def _going(self, api: Any, wanted: dict[str, Any]) -> dict[str, Any]:
        """What names the dashboard that is to go: the options, else the dashboard itself where one is given."""
        named = {name: wanted[name] for name in ("uid", "title") if wanted.get(name)}
        plain, folder_uid = {name: value for name, value in wanted.items() if name not in SOURCES}, None
        if "uid" not in named and any(wanted.get(name) is not None for name in SOURCES):
            found = load(wanted, api.client)
            folder_uid = found.folder_uid
            named = {"title": found.title, **({"uid": found.uid} if found.uid else {}), **named}
        if not named:
            raise Failure("Name the dashboard by its uid, or by its title and folder.")
        if "uid" in named:
            return {**plain, **named}  # wherever it is; its folder may be gone already
        folder = self._folders.uid(plain)
        if folder is None and folder_uid is not None:
            folder = self._folders.uid({"folder_uid": folder_uid})
        return {**plain, **named, **({} if folder is None else {"folder_uid": folder})}

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """Dashboards of one title may stand in several folders, or have several uids in one."""
        return ("uid", wanted["uid"]) if wanted.get("uid") else (wanted["title"], wanted.get("folder_uid") or "")

    # -- what is there ------------------------------------------------------------------------------------------------

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """All dashboards: with their content where the server lists it."""
        listed = server.pages(api)
        return server.hits(api) if listed is None else [one for page in listed for one in page]

    def read(self, api: Any, found: dict[str, Any]) -> dict[str, Any]:
        """A dashboard with its content, in the version in which the server keeps it."""
        return found if "dashboard" in found else current(api, found["uid"], {"owner": True, "api": found.get("api")}) or found

    def names(self, found: dict[str, Any]) -> dict[str, Any]:
        """What a dashboard is called, and whose it is."""
        return {name: found.get(name) for name in ("uid", "title", "folder_uid", "owner")}

    def is_meant(self, wanted: Mapping[str, Any], found: dict[str, Any]) -> bool:
        """A title means the dashboard of that title in the wanted folder, by default at the top."""
        if wanted.get("uid"):
            return bool(found["uid"] == wanted["uid"])
        return bool(found["title"].strip() == wanted["title"].strip() and found["folder_uid"] == (wanted.get("folder_uid") or ""))

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """One dashboard, with its content."""
        uid = wanted.get("uid")
        if not uid:
            hit = self.match(wanted, server.called(api, wanted["title"]))
            uid = hit["uid"] if hit else None
        return current(api, uid, wanted) if uid else None

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """Few are read one by one, many from the list of all, unless that turns out to be very much longer."""
        if len(wanted) == 1 and not besides:
            return [self.find(api, wanted[0])], []
        if besides or not all(one.get("uid") for one in wanted):
            return super().look(api, wanted, besides)
        return self._look_for(api, wanted), []

    def _look_for(self, api: Any, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        listed = server.pages(api) if len(wanted) > FEW else None
        seen: dict[str, dict[str, Any]] = {}
        enough = 2 * (len(wanted) + server.PAGE)
        for number, page in enumerate(listed or (), 1):
            seen.update((one["uid"], one) for one in page)
            if number * server.PAGE > enough or all(one["uid"] in seen for one in wanted):
                break
        else:
            if listed is not None:
                return each(lambda one: self.read(api, seen[one["uid"]]) if one["uid"] in seen else None, wanted)
        return each(lambda one: self.read(api, seen[one["uid"]]) if one["uid"] in seen else self.find(api, one), wanted)

    # -- what will happen ---------------------------------------------------------------------------------------------

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Compare a dashboard with the one that is there."""
        noted = bool(wanted.get("owner")) and server.keeps_notes(api)
        body = body_of(wanted, found, noted)
        change = plan_dashboard(wanted, found, body, noted)
        if change.writes:
            self._refuse(api, change, bool(orders.options.get("take_over")))
        return change

    def _refuse(self, api: Any, change: Change, take_over: bool) -> None:
        """Refuse what the server would refuse or, worse, do although it is somebody else's."""
        body, found = change.body or {}, change.found
        if body["api"] != OLD and body["api"] not in api.app_versions(GROUP):
            raise Failure(f"The dashboard {body['title']!r} is written for {GROUP}/{body['api']}, which this Grafana does not serve.")
        if found is None:
            return
        if found["file"] and "resource_version" in found:  # the app platform would overwrite it, and does not tell whether that is allowed
            found = {**found, "read_only": (server.read_one(api, found["uid"]) or found)["read_only"]}
        if found["read_only"]:
            where = f"the file {found['file']} on the server, which allows no other changes"
            raise Failure(f"The {change.label} was made by {where}. Change it there, or set allowUiUpdates.")
        if body["owner"] and found["owner"] not in (None, body["owner"]) and not take_over:
            raise Failure(f"The {change.label} belongs to {found['owner']!r}, not to {body['owner']!r}. Set take_over to take it.")

    # -- what happens -------------------------------------------------------------------------------------------------

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Carry a change out; in check mode say how it would be."""
        if api.read_only and change.writes:
            return {"planned": True} if change.action == DELETE else {**(change.found or {}), **(change.body or {}), "planned": True}
        if change.writes and change.body and "text" in change.body:
            write_file(change.body["path"], change.body["text"])
            return change.found or {}
        return super().apply(api, change)

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Save it for the first time."""
        return save(api, change)

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Save it over what is there."""
        return save(api, change)

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """Remove it."""
        found = change.found or {}
        remove(api, found["uid"], fill(self.resource.delete[1], found))
        return {}

    # -- what is told -------------------------------------------------------------------------------------------------

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """Where a dashboard is to be found; its content is long, and the caller knows it."""
        return {name: found[name] for name in ("uid", "title", "folder_uid", "url", "owner") if found.get(name) is not None}

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """The uid, and what was done in the words that playbooks for community.grafana ask for."""
        return told(change, found)

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """A dashboard as options."""
        spec: dict[str, Any] = with_mark(found["dashboard"], None)
        if found["api"] != OLD:
            spec = {"apiVersion": f"{GROUP}/{found['api']}", "kind": "Dashboard", "metadata": {"name": found["uid"]}, "spec": spec}
        return {"uid": found["uid"], **({"folder_uid": found["folder_uid"]} if found["folder_uid"] else {}), "dashboard": spec}
