# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data sources. Secrets are kept apart (`secrets`) and never shown; only their names are."""

from __future__ import annotations

import re
from typing import Any

from . import marks
from .datasource_types import ALIASES, CHECKED, CORE, logo
from .routes import route
from .wire import Request, coded, known, problem, said

GONE = "Data source not found"
LEGACY = "datasourceLegacyIdApi"
PLAIN = {
    "url": "", "user": "", "database": "", "basicAuth": False, "basicAuthUser": "", "withCredentials": False, "isDefault": False,
    "jsonData": {},
}  # fmt: skip


def sources(request: Request) -> Any:
    """Return the table of data sources of the caller's organisation: uid -> document."""
    return request.store.table("datasources", request.org)


def shown(org: int, one: dict[str, Any]) -> dict[str, Any]:
    """Return a data source as it is shown alone."""
    return {
        "id": one["id"], "uid": one["uid"], "orgId": org, "name": one["name"], "type": one["type"], "typeLogoUrl": logo(one["type"]),
        "access": one["access"], **{name: one[name] for name in PLAIN}, "secureJsonFields": dict.fromkeys(one["secrets"], True),
        "version": one["version"], "readOnly": one["read_only"], "apiVersion": "",
    }  # fmt: skip


def listed(org: int, one: dict[str, Any]) -> dict[str, Any]:
    """Return a data source as it stands in a list."""
    hidden = ("secureJsonFields", "version", "apiVersion", "basicAuthUser", "withCredentials")
    kind = one["type"]
    plain = {name: value for name, value in shown(org, one).items() if name not in hidden}
    return {**plain, "typeName": CORE[kind][0] if kind in CORE else kind}


def find(request: Request, field: str) -> dict[str, Any]:
    """Return the data source of the path, by one of its fields."""
    wanted = request[field]
    return known(next((one for one in sources(request).values() if str(one[field]) == wanted), None), 404, GONE)


def valid_address(kind: str, url: str) -> bool:
    """Tell whether upstream takes an address for a type."""
    return re.fullmatch(r"(\w+://)?[^\s:][^\s]*", url) is not None if url else kind not in CHECKED


def read(body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a request, checked."""
    if not body.get("type") or not body.get("access"):
        raise problem(400, "bad request data")
    kind = ALIASES.get(body["type"], body["type"])
    if not valid_address(kind, body.get("url") or ""):
        raise problem(400, "Validation error, invalid URL")
    fields = {name: body.get(name) if body.get(name) is not None else default for name, default in PLAIN.items()}
    return {"name": body.get("name") or "", "type": kind, "access": body["access"], **fields}


def put(store: Any, org: int, document: dict[str, Any]) -> dict[str, Any]:
    """Store a data source; there is one default only."""
    table = store.table("datasources", org)
    if document["isDefault"]:
        for one in [one for one in table.values() if one["isDefault"] and one["uid"] != document["uid"]]:
            table.put(one["uid"], {**one, "isDefault": False})
    return table.put(document["uid"], document)


def secrets(old: dict[str, str], sent: Any) -> dict[str, str]:
    """Return the secrets after an update: what was not sent stays, what was sent empty goes."""
    merged = {**old, **(sent if isinstance(sent, dict) else {})}
    return {name: value for name, value in merged.items() if value}


def free_name(table: Any, wanted: str) -> str:
    """Return a name that nobody has."""
    names, number = {one["name"] for one in table.values()}, 1
    name = wanted
    while name in names:
        name, number = f"{wanted}-{number}", number + 1
    return name


@route("POST /api/datasources", needs="datasources:create", role="Admin")
def post_source(request: Request) -> Any:
    """Make a data source; without a name it is called after its type."""
    body, table = request.json(), sources(request)
    fields, uid = read(body), body.get("uid") or marks.short_uid()
    if not marks.legal_uid(uid) or len(uid) > 40:
        raise coded(400, "datasource.uidInvalid", "Invalid datasource UID.")
    fields["name"] = fields["name"] or free_name(table, fields["type"])
    if any(one["name"] == fields["name"] for one in table.values()):
        raise problem(409, "data source with the same name already exists")
    if uid in table:
        raise problem(409, "data source with the same uid already exists")
    number, secret = request.store.next("datasources"), secrets({}, body.get("secureJsonData"))
    fields["isDefault"] = fields["isDefault"] or not table
    one = put(request.store, request.org, {**fields, "id": number, "uid": uid, "version": 1, "read_only": False, "secrets": secret})
    return said("Datasource added", id=number, name=one["name"], datasource=shown(request.org, one))


@route("GET /api/datasources", needs="datasources:read", role="Viewer")
def list_sources(request: Request) -> Any:
    """List the data sources by name."""
    return [listed(request.org, one) for one in sorted(sources(request).values(), key=lambda one: one["name"].lower())]


@route("GET /api/datasources/uid/:uid", needs="datasources:read", role="Viewer")
def get_by_uid(request: Request) -> Any:
    """Return a data source."""
    return shown(request.org, find(request, "uid"))


@route("GET /api/datasources/name/:name", needs="datasources:read", role="Viewer")
def get_by_name(request: Request) -> Any:
    """Return the data source of a name."""
    return shown(request.org, find(request, "name"))


@route("GET /api/datasources/#id", needs="datasources:read", role="Viewer", until=12, toggle=LEGACY)
def get_by_id(request: Request) -> Any:
    """Return the data source of a number."""
    return shown(request.org, find(request, "id"))


@route("GET /api/datasources/id/:name", needs="datasources.id:read", role="Viewer", until=12, toggle=LEGACY)
def get_id(request: Request) -> Any:
    """Return the number of a name."""
    return {"id": find(request, "name")["id"]}


def update(request: Request, field: str) -> Any:
    """Change a data source. The version is the client's: none switches the lock off, a future one is taken. A uid of null keeps the old."""
    one, body, table = find(request, field), request.json(), sources(request)
    if one["read_only"]:
        raise problem(403, "Cannot update read-only data source")
    fields, version = read(body), body.get("version") or 0
    if (body.get("uid") or one["uid"]) != one["uid"]:
        raise problem(500, "Failed to update datasource")
    if any(other["name"] == fields["name"] and other["uid"] != one["uid"] for other in table.values()):
        raise problem(409, "Failed to update datasource: data source with the same name already exists")
    if version and version < one["version"]:
        raise problem(409, "Datasource has already been updated by someone else. Please reload and try again")
    changed = {**one, **fields, "version": version + 1, "secrets": secrets(one["secrets"], body.get("secureJsonData"))}
    put(request.store, request.org, changed)
    return said("Datasource updated", id=one["id"], name=fields["name"], datasource=shown(request.org, changed))


@route("PUT /api/datasources/uid/:uid", needs="datasources:write", role="Admin")
def put_by_uid(request: Request) -> Any:
    """Change a data source."""
    return update(request, "uid")


@route("PUT /api/datasources/#id", needs="datasources:write", role="Admin", until=12, toggle=LEGACY)
def put_by_id(request: Request) -> Any:
    """Change the data source of a number."""
    return update(request, "id")


def delete(request: Request, field: str) -> Any:
    """Delete a data source."""
    one = find(request, field)
    if one["read_only"]:
        raise problem(403, "Cannot delete read-only data source")
    sources(request).drop(one["uid"])
    links = request.store.table("correlations", request.org)
    for uid in [uid for uid, link in links.items() if one["uid"] in (link["sourceUID"], link["targetUID"])]:
        links.drop(uid)
    return said("Data source deleted", id=one["id"])


@route("DELETE /api/datasources/uid/:uid", needs="datasources:delete", role="Admin")
def delete_by_uid(request: Request) -> Any:
    """Delete a data source."""
    return delete(request, "uid")


@route("DELETE /api/datasources/name/:name", needs="datasources:delete", role="Admin")
def delete_by_name(request: Request) -> Any:
    """Delete the data source of a name."""
    return delete(request, "name")


@route("DELETE /api/datasources/#id", needs="datasources:delete", role="Admin", until=12, toggle=LEGACY)
def delete_by_id(request: Request) -> Any:
    """Delete the data source of a number."""
    return delete(request, "id")


def provide(app: Any, org: int, item: dict[str, Any]) -> None:
    """Make or change a data source that a file describes."""
    table = app.store.table("datasources", org)
    old = next((one for one in table.values() if one["name"] == item["name"]), None)
    uid = item.get("uid") or (old["uid"] if old else marks.short_uid())
    fields = read({"access": "proxy", **item})
    if old and old["uid"] != uid:
        table.drop(old["uid"])
    number = old["id"] if old else app.store.next("datasources")
    same = {"id": number, "uid": uid, "version": item.get("version") or 1, "read_only": not item.get("editable", False)}
    fields["isDefault"] = fields["isDefault"] or (old["isDefault"] if old else not table)
    put(app.store, org, {**fields, **same, "secrets": secrets({}, item.get("secureJsonData"))})


def drop_named(store: Any, org: int, name: str) -> None:
    """Delete a data source for a file."""
    table = store.table("datasources", org)
    for uid in [uid for uid, one in table.items() if one["name"] == name]:
        table.drop(uid)

