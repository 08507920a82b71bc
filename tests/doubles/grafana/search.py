# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Search of folders and dashboards, tags and stars."""

from __future__ import annotations

from collections import Counter
from typing import Any

from . import acl, folders
from .dashboards import GONE, address, dashboards, home
from .marks import slug as slug_of
from .routes import route
from .wire import CHARSET_JSON, Reply, Request, known, problem, said

MOST, TYPES = 5000, ("dash-db", "dash-folder")
SORTS = [
    {"description": f"Sort results in an alphabetically {way}ending order", "displayName": f"Alphabetically ({ends})", "meta": "", "name": name}
    for way, ends, name in (("asc", "A–Z", "alpha-asc"), ("desc", "Z–A", "alpha-desc"))  # noqa: RUF001
]


def starred(request: Request) -> list[str]:
    """Return the dashboards that the caller starred."""
    return list(request.store.table("stars", request.org).get(f"{request.who.kind}/{request.who.id}", []))


def hit(request: Request, kind: str, one: dict[str, Any], title: str, place: str, tags: list[str]) -> dict[str, Any]:
    """Return one result."""
    shown: dict[str, Any] = {
        "id": one["id"], "uid": one["uid"], "orgId": request.org, "title": title, "uri": f"db/{slug_of(title)}",
        "url": folders.address(one) if kind == "dash-folder" else address(one), "slug": "", "type": kind,
        "tags": sorted(tags), "isStarred": one["uid"] in starred(request), "sortMeta": 0, "isDeleted": False,
    }  # fmt: skip
    folder = folders.folders(request).get(place)
    if folder:
        shown.update(folderId=folder["id"], folderUid=place, folderTitle=folder["title"], folderUrl=folders.address(folder))
    return shown


def texts(value: Any) -> list[str]:
    """Return the texts of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


Row = tuple[str, dict[str, Any], str, str, list[str]]


def candidates(request: Request) -> list[Row]:
    """Return what the caller sees: type, document, title, folder, tags. Folders come first, each sorted by title."""
    trees: list[Row] = [
        ("dash-folder", one, one["title"], one["parent"], []) for one in folders.folders(request).values() if folders.readable(request, one)
    ]
    boards: list[Row] = [
        ("dash-db", one, str(one["spec"].get("title", "")), home(one), texts(one["spec"].get("tags")))
        for one in dashboards(request).values()
        if acl.level(request.store, request.who, "dashboards", one["uid"], home(one))
    ]
    down = request.one("sort") == "alpha-desc"
    return [row for rows in (trees, boards) for row in sorted(rows, key=lambda row: (row[2], row[1]["id"]), reverse=down)]


def places(request: Request) -> set[str]:
    """Return the folders to which the search is limited."""
    named = [uid for value in request.all("folderUIDs") + request.all("folderUids") for uid in value.split(",")]
    numbers = [number for value in request.all("folderIds") for number in value.split(",") if request.app.generation.dashboard_ids]
    table = folders.folders(request)
    named += [name for name, folder in table.items() if str(folder["id"]) in numbers] + ["general"] * ("0" in numbers)
    return {"" if uid == "general" else uid for uid in named}


@route("GET /api/search")
def search(request: Request) -> Any:
    """Search folders and dashboards."""
    kind, size = request.one("type"), request.number("limit", 1000) or 1000
    if size > MOST:
        raise problem(422, f"Limit is above maximum allowed ({MOST}), use page parameter to access hits beyond limit")
    if kind and kind not in TYPES:
        raise problem(500, "Search failed")
    if request.one("deleted") == "true":
        return []
    words, uids, tags, inside = request.one("query").lower(), request.all("dashboardUIDs"), request.all("tag"), places(request)
    stars = starred(request) if request.one("starred") == "true" else None
    rows = [
        row
        for row in candidates(request)
        if (not kind or row[0] == kind)
        and words in row[2].lower()
        and (not uids or row[1]["uid"] in uids)
        and (not inside or row[3] in inside)
        and (stars is None or row[1]["uid"] in stars)
        and all(tag in row[4] for tag in tags)
    ]
    page = max(request.number("page", 1), 1)
    return [hit(request, *row) for row in rows[size * (page - 1) : size * page]]


@route("GET /api/search/sorting")
def sorting(_request: Request) -> Any:
    """Return the orders that there are."""
    return {"sortOptions": SORTS}


@route("GET /api/dashboards/tags")
def tags(request: Request) -> Any:
    """Count the tags."""
    counts = Counter(tag for one in dashboards(request).values() for tag in texts(one["spec"].get("tags")))
    return Reply([{"term": tag, "count": counts[tag]} for tag in sorted(counts)], 200, CHARSET_JSON)


def star(request: Request, on: bool, message: str) -> Reply:
    """Star a dashboard, or no more."""
    one = known(dashboards(request).get(request["uid"]), 404, GONE)
    others = [uid for uid in starred(request) if uid != one["uid"]]
    request.store.table("stars", request.org).put(f"{request.who.kind}/{request.who.id}", [*others, one["uid"]] if on else others)
    return said(message)


@route("POST /api/user/stars/dashboard/uid/:uid")
def post_star(request: Request) -> Any:
    """Star a dashboard."""
    return star(request, True, "Dashboard starred!")


@route("DELETE /api/user/stars/dashboard/uid/:uid")
def delete_star(request: Request) -> Any:
    """Remove a star."""
    return star(request, False, "Dashboard unstarred")


@route("GET /api/user/stars")
def get_stars(request: Request) -> Any:
    """Return the starred dashboards."""
    return starred(request)


