# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Correlations between data sources."""

from __future__ import annotations

from typing import Any

from . import marks
from .datasources import GONE, sources
from .routes import route
from .wire import Request, known, problem, said

LOST = "Correlation not found"


def links(request: Request) -> Any:
    """Return the table of correlations of the caller's organisation."""
    return request.store.table("correlations", request.org)


def of_source(request: Request) -> list[dict[str, Any]]:
    """Return the correlations of the data source of the path."""
    known(sources(request).get(request["source"]), 404, GONE)
    return [one for one in links(request).values() if one["sourceUID"] == request["source"]]


def find(request: Request) -> dict[str, Any]:
    """Return the correlation of the path."""
    return known(next((one for one in of_source(request) if one["uid"] == request["uid"]), None), 404, LOST)


def plain(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration as it is stored: the type moved out of it."""
    return {name: value for name, value in config.items() if name != "type"}


@route("POST /api/datasources/uid/:source/correlations", needs="datasources:write", role="Admin")
def post_link(request: Request) -> Any:
    """Make a correlation; an identical one is made again."""
    body = request.json()
    if not body.get("config") or "field" not in body["config"]:
        raise problem(400, "bad request data")
    for uid in (request["source"], body.get("targetUID")):
        known(sources(request).get(uid), 404, GONE)
    one = {
        "uid": marks.short_uid(), "sourceUID": request["source"], "orgId": request.org, "targetUID": body["targetUID"],
        "label": body.get("label", ""), "description": body.get("description", ""), "config": plain(body["config"]),
        "provisioned": False, "type": body.get("type") or body["config"].get("type", "query"),
    }  # fmt: skip
    return said("Correlation created", result=links(request).put(one["uid"], one))


@route("GET /api/datasources/correlations", needs="datasources:read", role="Viewer")
def list_all(request: Request) -> Any:
    """List the correlations of every data source."""
    every, wanted = list(links(request).values()), request.all("sourceUID")
    fits = [one for one in every if not wanted or one["sourceUID"] in wanted]
    size, page = request.number("limit", 100), max(request.number("page", 1), 1)
    return {"correlations": fits[size * (page - 1) : size * page], "totalCount": len(fits), "page": page, "limit": size}


@route("GET /api/datasources/uid/:source/correlations", needs="datasources:read", role="Viewer")
def list_links(request: Request) -> Any:
    """List the correlations of a data source."""
    return of_source(request)


@route("GET /api/datasources/uid/:source/correlations/:uid", needs="datasources:read", role="Viewer")
def get_link(request: Request) -> Any:
    """Return a correlation."""
    return find(request)


@route("PATCH /api/datasources/uid/:source/correlations/:uid", needs="datasources:write", role="Admin")
def patch_link(request: Request) -> Any:
    """Change a correlation."""
    one, body = find(request), request.json()
    changes = {name: body[name] for name in ("label", "description", "config") if body.get(name) is not None}
    if not changes:
        raise problem(400, "At least one of label, description or config is required")
    if "config" in changes:
        changes["config"] = {**one["config"], **plain(changes["config"])}
    return said("Correlation updated", result=links(request).put(one["uid"], {**one, **changes}))


@route("DELETE /api/datasources/uid/:source/correlations/:uid", needs="datasources:write", role="Admin")
def delete_link(request: Request) -> Any:
    """Delete a correlation."""
    links(request).drop(find(request)["uid"])
    return said("Correlation deleted")
