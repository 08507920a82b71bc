# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Discovery of the app platform, its search, and the read-only side of alerting in it."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

from . import marks, search
from .app_dashboards import start
from .app_objects import enter, failure, no_page
from .contact_point_types import redacted
from .contact_points import branches, receiver_of
from .dashboards import namespace
from .mute_timings import version
from .routes import route
from .wire import Request

Document = dict[str, Any]
ALERTING = "notifications.alerting.grafana.app"
VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update"]
BELOW = {
    "Dashboard": {"dto": "DashboardWithAccessInfo"},
    "Folder": {"access": "FolderAccessInfo", "counts": "DescendantCounts", "parents": "FolderInfoList"},
}
# Group -> versions; the empty lists are filled by the generation, but for the last one, which upstream lists without any.
OTHERS = {
    "features.grafana.app": ("v0alpha1",), "dashboard.grafana.app": (), "folder.grafana.app": (), "iam.grafana.app": ("v0alpha1",),
    "userstorage.grafana.app": ("v0alpha1",), "playlist.grafana.app": ("v0alpha1",), "plugins.grafana.app": ("v0alpha1",),
    "example.grafana.app": (), ALERTING: ("v0alpha1",),
}  # fmt: skip


def groups(request: Request) -> dict[str, tuple[str, ...]]:
    """Return the groups and their versions."""
    own = request.app.generation
    return {**OTHERS, "dashboard.grafana.app": own.dashboard_versions, "folder.grafana.app": own.folder_versions}


def described(group: str, versions: tuple[str, ...]) -> Document:
    """Return a group with its versions, the preferred one named."""
    rows = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"name": group, "versions": rows, "preferredVersion": rows[0] if rows else {"groupVersion": f"{group}/v1alpha1", "version": "v1alpha1"}}


@route("GET /apis", since=12)
def list_groups(request: Request) -> Any:
    """List the groups."""
    where = [{"clientCIDR": "0.0.0.0/0", "serverAddress": request.app.address}]
    found = [{**described(group, versions), "serverAddressByClientCIDRs": where} for group, versions in groups(request).items()]
    return {"kind": "APIGroupList", "groups": found}


@route("GET /apis/:group", since=12)
def get_group(request: Request) -> Any:
    """Return a group."""
    versions = groups(request).get(request["group"])
    if not versions:
        raise no_page()
    return {"kind": "APIGroup", "apiVersion": "v1", **described(request["group"], versions)}


@route("GET /apis/:group/:version", since=12)
def get_version(request: Request) -> Any:
    """Return the resources of a version of a group."""
    group, version = request["group"], request["version"]
    if version not in groups(request).get(group, ()):
        raise no_page()
    kind = {"dashboard.grafana.app": "Dashboard", "folder.grafana.app": "Folder"}.get(group)
    rows: list[Document] = []
    if kind:
        name = kind.lower()
        rows = [{"name": f"{name}s", "singularName": name, "namespaced": True, "kind": kind, "verbs": VERBS}]
        rows += [{"name": f"{name}s/{sub}", "singularName": "", "namespaced": True, "kind": other, "verbs": ["get"]} for sub, other in BELOW[kind].items()]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{group}/{version}", "resources": rows}


@route("GET /apis/:group/:version/namespaces/*rest", since=12)
def unknown(request: Request) -> Any:
    """Say what upstream says of a resource that it does not serve."""
    if request["version"] not in groups(request).get(request["group"], ()):
        raise no_page()
    raise failure(404, "the server could not find the requested resource", "NotFound", {})


@route("GET /apis/dashboard.grafana.app/:version/namespaces/:namespace/search", since=12)
def find(request: Request) -> Any:
    """Search folders and dashboards; only v0alpha1 can."""
    if start(request)["version"] != "v0alpha1":
        raise failure(404, "the server could not find the requested resource", "NotFound", {})
    words, hits = request.one("query").lower(), []
    rows = [row for row in search.candidates(request) if words in row[2].lower()]
    for kind, one, title, place, tags in sorted(rows, key=lambda row: row[2]):
        hit = {"resource": "folders" if kind == "dash-folder" else "dashboards", "name": one["uid"], "title": title}
        hit |= {"tags": sorted(tags)} if tags else {}
        hit |= {"folder": place} if place else {}
        hits.append({**hit, "field": {"grafana.app/deprecatedInternalID": one["id"]}})
    hits = hits[: request.number("limit", 50)]
    return {"totalHits": len(hits), "hits": hits}


def alerting(request: Request, kind: str, items: list[Document]) -> Document:
    """Return a list of alerting's objects."""
    enter(request)
    return {"kind": f"{kind}List", "apiVersion": f"{ALERTING}/v0alpha1", "metadata": {}, "items": items}


def named(request: Request, kind: str, name: str, spec: Document, notes: Document, version: str = "") -> Document:
    """Return an object of alerting: its name is the encoded title, its version the content's."""
    metadata = {
        "name": name, "namespace": namespace(request.org), "uid": marks.stable_uid(kind, str(request.org), name),
        "resourceVersion": version or marks.fingerprint(str(spec)), "annotations": notes,
    }  # fmt: skip
    return {"metadata": metadata, "spec": spec}


def encoded(title: str) -> str:
    """Return a title as the name of an object."""
    return base64.urlsafe_b64encode(title.encode()).decode().rstrip("=")


@route(f"GET /apis/{ALERTING}/v0alpha1/namespaces/:namespace/receivers", since=12)
def list_receivers(request: Request) -> Any:
    """List the contact points, each with its integrations."""
    found: dict[str, tuple[list[Document], str]] = {}
    routes = Counter(branch.get("receiver") for branch in branches(request.store.table("alerting", request.org)["policy"]["route"]))
    rules = Counter(receiver_of(one) for one in request.store.table("rules", request.org).values())
    for one in request.store.table("receivers", request.org).values():
        integration = {
            "uid": one["uid"], "type": one["type"], "version": "v1", "disableResolveMessage": one["disable"],
            "settings": redacted(one["type"], one["settings"]),
        }  # fmt: skip
        found.setdefault(one["group"], ([], one["provenance"]))[0].append(integration)
    may = dict.fromkeys(("canAdmin", "canDelete", "canReadSecrets", "canWrite"), "true")
    items = []
    for title, (integrations, provenance) in found.items():
        notes = {f"grafana.com/access/{name}": value for name, value in may.items()}
        used = {"grafana.com/inUse/routes": str(routes[title]), "grafana.com/inUse/rules": str(rules[title])}
        notes |= {"grafana.com/canUse": "true", **used, "grafana.com/provenance": provenance or "none"}
        items.append(named(request, "Receiver", encoded(title), {"title": title, "integrations": integrations}, notes))
    return alerting(request, "Receiver", items)


@route(f"GET /apis/{ALERTING}/v0alpha1/namespaces/:namespace/routingtrees", since=12)
def list_trees(request: Request) -> Any:
    """List the one tree of policies."""
    policy = request.store.table("alerting", request.org)["policy"]
    spec = {"defaults": {name: value for name, value in policy["route"].items() if name != "routes"}, "routes": policy["route"].get("routes", [])}
    notes = {"grafana.com/provenance": policy["provenance"] or "none"}
    return alerting(request, "RoutingTree", [named(request, "RoutingTree", "user-defined", spec, notes)])


@route(f"GET /apis/{ALERTING}/v0alpha1/namespaces/:namespace/timeintervals", since=12)
def list_times(request: Request) -> Any:
    """List the mute timings."""
    items = [
        named(request, "TimeInterval", encoded(one["name"]), {"name": one["name"], "time_intervals": one["intervals"]},
              {"grafana.com/provenance": one["provenance"] or "none"}, version(one))
        for one in request.store.table("mute_timings", request.org).values()
    ]  # fmt: skip
    return alerting(request, "TimeInterval", items)
