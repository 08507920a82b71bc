# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Playlists."""

from __future__ import annotations

from typing import Any

from . import marks
from .routes import route
from .wire import CHARSET_JSON, Problem, Reply, Request


def playlists(request: Request) -> Any:
    """Return the table of playlists of the caller's organisation."""
    return request.store.table("playlists", request.org)


def shown(one: dict[str, Any]) -> Reply:
    """Return a playlist."""
    return Reply({name: one[name] for name in ("uid", "name", "interval", "items")}, 200, CHARSET_JSON)


def find(request: Request) -> dict[str, Any]:
    """Return the playlist of the path."""
    uid = request["uid"]
    if uid not in playlists(request):
        raise Problem(404, {"message": f'playlists.playlist.grafana.app "{uid}" not found', "traceID": ""}, CHARSET_JSON)
    return playlists(request)[uid]


def read(body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a request; an item has a type and a value, its title is dropped."""
    items = [{"type": one.get("type", ""), "value": one.get("value", "")} for one in body.get("items") or []]
    return {"name": body.get("name") or "", "interval": body.get("interval") or "5m", "items": items}


@route("POST /api/playlists", needs="playlists:write", role="Editor")
def post_playlist(request: Request) -> Any:
    """Make a playlist."""
    body = request.json()
    # Since playlists belong to the app platform, a uid is taken (upstream's pkg/api/playlist.go).
    uid = body.get("uid") if request.app.settings.generation >= 12 else ""
    one = {**read(body), "id": request.store.next("playlists"), "uid": uid or marks.short_uid()}
    return shown(playlists(request).put(one["uid"], one))


@route("GET /api/playlists")
def list_playlists(request: Request) -> Any:
    """List the playlists, without their items."""
    words = request.one("query").lower()
    rows = [{name: one[name] for name in ("id", "uid", "name", "interval")} for one in playlists(request).values() if words in one["name"].lower()]
    return Reply(rows, 200, CHARSET_JSON)


@route("GET /api/playlists/:uid")
def get_playlist(request: Request) -> Any:
    """Return a playlist."""
    return shown(find(request))


@route("GET /api/playlists/:uid/items")
def get_items(request: Request) -> Any:
    """Return the items of a playlist."""
    return Reply(find(request)["items"], 200, CHARSET_JSON)


@route("PUT /api/playlists/:uid", needs="playlists:write", role="Editor")
def put_playlist(request: Request) -> Any:
    """Replace a playlist."""
    one = find(request)
    return shown(playlists(request).put(one["uid"], {**one, **read(request.json())}))


@route("DELETE /api/playlists/:uid", needs="playlists:write", role="Editor")
def delete_playlist(request: Request) -> Any:
    """Delete a playlist."""
    playlists(request).drop(find(request)["uid"])
    return Reply("", 200, CHARSET_JSON)
