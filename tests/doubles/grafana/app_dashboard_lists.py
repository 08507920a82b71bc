# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of the app platform: lists, the history, and what the caller may do."""

from __future__ import annotations

from typing import Any

from . import acl
from .app_dashboards import GROUP, KIND, MESSAGE, PATH, find, metadata, read, shown, start
from .app_objects import about, failure, listing
from .dashboard_versions import history
from .dashboards import ANNOTATE, address, dashboards, home, slug
from .routes import route
from .wire import Request

Document = dict[str, Any]


@route(f"GET {PATH}/:name/dto", since=12)
def get_access(request: Request) -> Any:
    """Return a dashboard and what the caller may do with it."""
    one = find(start(request))
    may = {**acl.can(request, "dashboards", one["uid"], home(one)), "canStar": request.who.kind == "user"}
    annotate = dict.fromkeys(ANNOTATE, may["canEdit"])
    access = {"slug": slug(one), "url": address(one), **may, "annotationsPermissions": {"dashboard": annotate, "organization": annotate}}
    return {**read(one, request), "kind": "DashboardWithAccessInfo", "access": access}


@route(f"GET {PATH}", since=12)
def list_dashboards(request: Request) -> Any:
    """List dashboards, the newest first."""
    start(request)
    labels, fields, api = request.one("labelSelector"), request.one("fieldSelector"), f"{GROUP}/{request['version']}"
    if request.one("watch") == "true":
        text = f'watch is not supported on resources of kind "dashboards.{GROUP}"'
        raise failure(405, text, "MethodNotAllowed", about(GROUP))
    stamp = {"resourceVersion": f"{int(request.app.clock.now())}000000"}
    if labels == "grafana.app/get-trash=true":
        return listing(request, api, KIND, [], stamp)
    if labels == "grafana.app/get-history=true" and fields.startswith("metadata.name="):
        request.params["name"] = fields.partition("=")[2]
        return listing(request, api, KIND, past(request, find(request)), stamp)
    if labels or fields:
        raise failure(500, "labels not yet supported")
    seen = [one for one in dashboards(request).values() if acl.level(request.store, request.who, "dashboards", one["uid"], home(one))]
    seen = sorted((one for one in seen if one["id"] < before(request)), key=lambda one: -one["id"])
    size = request.number("limit", 0) or len(seen)
    more = {"continue": f"org:{request.org}/start:{seen[size - 1]['id']}/folder:"} if len(seen) > size else {}
    return listing(request, api, KIND, [read(one, request) for one in seen[:size]], {**stamp, **more})


def before(request: Request) -> float:
    """Return the number below which a list goes on."""
    token = request.one("continue")
    if token and len(token.split("/")) < 3:
        raise failure(500, "invalid continue token (too few parts)")
    return int(token.split("start:")[1].split("/")[0]) if token else float("inf")


def past(request: Request, one: Document) -> list[Document]:
    """Return the versions of a dashboard as objects."""
    found = []
    for version in history(request, one):
        then = {**one, "version": version["version"], "spec": version["spec"], "api": version["api"], "updated": version["created"]}
        plain = metadata(request, then)
        note = {MESSAGE: version["message"]} if version["message"] else {}
        found.append(shown(request, then, {**plain, "annotations": {**plain["annotations"], **note}}))
    return found
