# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards that are shown without a login. The documents lie under the dashboard's uid."""

from __future__ import annotations

from typing import Any

from . import dashboards, marks
from .routes import route
from .wire import Problem, Reply, Request, coded

SWITCHES = ("timeSelectionEnabled", "isEnabled", "annotationsEnabled")
SHARES = ("public", "email")


def table(request: Request) -> Any:
    """Return the table of public dashboards of the caller's organisation."""
    return request.store.table("public", request.org)


def no(word: str, code: int = 404, text: str = "Dashboard not found") -> Problem:
    """Return an error of this area."""
    return coded(code, f"publicdashboards.{word}", text)


def shown(one: dict[str, Any], fresh: bool = False) -> dict[str, Any]:
    """Return a public dashboard."""
    when = {"createdAt": marks.stamp(one["created"]), "updatedAt": (marks.fine_stamp if fresh else marks.stamp)(one["updated"])}
    return {**{name: value for name, value in one.items() if name not in ("created", "updated")}, **when}


def find(request: Request) -> dict[str, Any]:
    """Return the public dashboard of the path."""
    one = table(request).get(request["board"])
    if one is None or request.params.get("uid", one["uid"]) != one["uid"]:
        raise no("notFound")
    return one


def share(body: dict[str, Any], default: str) -> str:
    """Return with whom a request shares."""
    value = body.get("share") or default
    if value not in SHARES:
        raise no("invalidShareType", 400, "Invalid share type")
    return str(value)


@route("GET /api/dashboards/uid/:board/public-dashboards", needs="dashboards:read", role="Viewer")
def get_public(request: Request) -> Any:
    """Return the public dashboard of a dashboard."""
    return shown(find(request))


@route("POST /api/dashboards/uid/:board/public-dashboards", needs="dashboards.public:write", role="Editor")
def post_public(request: Request) -> Any:
    """Make a dashboard public; the caller may choose uid and token."""
    body, board, now = request.json(), request["board"], request.app.clock.now()
    if board not in dashboards.dashboards(request):
        raise no("dashboardNotFound")
    if board in table(request):
        raise no("dashboardIsPublic", 400, "Dashboard is already public")
    one = {
        "uid": body.get("uid") or marks.short_uid(), "dashboardUid": board, "share": share(body, "public"),
        "accessToken": body.get("accessToken") or marks.pick("0123456789abcdef", 32), "createdBy": request.who.id,
        "updatedBy": request.who.id, "created": now, "updated": now, **{name: bool(body.get(name)) for name in SWITCHES},
    }  # fmt: skip
    return shown(table(request).put(board, one))


@route("PATCH /api/dashboards/uid/:board/public-dashboards/:uid", needs="dashboards.public:write", role="Editor")
def patch_public(request: Request) -> Any:
    """Change a public dashboard."""
    one, body = find(request), request.json()
    switches = {name: body[name] for name in SWITCHES if body.get(name) is not None}
    changed = {**one, **switches, "share": share(body, one["share"]), "updatedBy": request.who.id, "updated": request.app.clock.now()}
    return shown(table(request).put(request["board"], changed), True)


@route("DELETE /api/dashboards/uid/:board/public-dashboards/:uid", needs="dashboards.public:write", role="Editor")
def delete_public(request: Request) -> Any:
    """Make a dashboard private again."""
    find(request)
    table(request).drop(request["board"])
    return Reply("", 200, None)


@route("GET /api/dashboards/public-dashboards", needs="dashboards:read", role="Viewer")
def list_public(request: Request) -> Any:
    """List the public dashboards by title."""
    boards, rows = dashboards.dashboards(request), []
    for one in table(request).values():
        if one["dashboardUid"] in boards:
            board = boards[one["dashboardUid"]]
            names = {"title": board["spec"]["title"], "slug": dashboards.slug(board)}
            rows.append({**{name: one[name] for name in ("uid", "accessToken", "dashboardUid", "isEnabled")}, **names})
    size, page = request.number("perpage", 1000), max(request.number("page", 1), 1)
    rows.sort(key=lambda row: row["title"])
    return {"publicDashboards": rows[size * (page - 1) : size * page], "totalCount": len(rows), "page": page, "perPage": size}


@route("GET /api/public/dashboards/:token", public=True)
def view(request: Request) -> Any:
    """Return a public dashboard to anyone who has its token."""
    for org in request.store.table("orgs"):
        for one in request.store.table("public", org).values():
            if one["accessToken"] == request["token"] and one["isEnabled"]:
                board = request.store.table("dashboards", org)[one["dashboardUid"]]
                return {"meta": {**anonymous(board), "publicDashboardEnabled": True}, "dashboard": dashboards.whole(board)}
    raise no("notFound")


def anonymous(board: dict[str, Any]) -> dict[str, Any]:
    """Return what is said about a dashboard to someone without a login."""
    may = dict.fromkeys(("canSave", "canEdit", "canAdmin", "canStar", "canDelete", "hasAcl", "isFolder", "provisioned"), False)
    texts = dict.fromkeys(("url", "updatedBy", "createdBy", "folderUid", "folderTitle", "folderUrl", "provisionedExternalId"), "")
    times = {"created": marks.stamp(board["created"]), "updated": marks.stamp(board["updated"]), "expires": marks.NEVER}
    plain = {"type": "db", "slug": dashboards.slug(board), "version": board["version"], "folderId": 0, "annotationsPermissions": None}
    return {**may, **texts, **times, **plain}
