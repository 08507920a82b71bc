# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Annotations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from . import acl
from .dashboards import dashboards, home
from .identity import AVATAR
from .routes import route
from .wire import Problem, Request, known, problem, said

GONE = "Annotation not found"


def notes(request: Request) -> Any:
    """Return the table of annotations of the caller's organisation."""
    return request.store.table("annotations", request.org)


def shown(one: dict[str, Any]) -> dict[str, Any]:
    """Return an annotation."""
    plain = {name: one[name] for name in ("id", "dashboardUID", "created", "updated", "time", "timeEnd", "text", "login", "email")}
    extra = {"panelId": one["panelId"]} if one["panelId"] else {}
    extra |= {"tags": one["tags"]} if one["tags"] else {}
    return {**plain, **extra, "avatarUrl": AVATAR, "data": one["data"]}


def check(request: Request, board: str) -> None:
    """Refuse a caller who may not annotate a dashboard, or at all."""
    if board and board not in dashboards(request):
        raise problem(500, "Error while checking annotation permissions")
    one = dashboards(request).get(board)
    allowed = acl.level(request.store, request.who, "dashboards", board, home(one)) >= 2 if one else request.who.at_least("Editor")
    if not allowed:
        raise Problem(403, {"message": "Access denied to save the annotation"})


def add(request: Request, body: dict[str, Any], message: str) -> Any:
    """Store an annotation."""
    now = int(request.app.clock.now() * 1000)
    begin = body.get("time") or now
    begin, end = sorted((begin, body.get("timeEnd") or begin))
    user = request.store.table("users").get(request.who.id, {})
    one = {
        "id": request.store.next("annotations"), "dashboardUID": body.get("dashboardUID") or "", "panelId": body.get("panelId") or 0,
        "created": now, "updated": now, "time": begin, "timeEnd": end, "text": body["text"], "tags": body.get("tags") or [],
        "login": user.get("login", request.who.login), "email": user.get("email", request.who.login), "data": body.get("data") or {},
    }  # fmt: skip
    notes(request).put(one["id"], one)
    return said(message, id=one["id"])


@route("POST /api/annotations")
def post_annotation(request: Request) -> Any:
    """Make an annotation."""
    body = request.json()
    if not body.get("text"):
        raise problem(400, "Failed to save annotation")
    check(request, body.get("dashboardUID") or "")
    return add(request, body, "Annotation added")


@route("POST /api/annotations/graphite", needs="annotations:create", role="Editor")
def post_graphite(request: Request) -> Any:
    """Make an annotation in the form of Graphite."""
    body = request.json()
    if not body.get("what"):
        raise problem(400, "Failed to save Graphite annotation")
    tags = body.get("tags") or []
    text = body["what"] + ("\n" + body["data"] if body.get("data") else "")
    plain = {"text": text, "tags": tags.split() if isinstance(tags, str) else tags, "time": (body.get("when") or 0) * 1000}
    return add(request, plain, "Graphite annotation added")


@route("GET /api/annotations", needs="annotations:read", role="Viewer")
def list_annotations(request: Request) -> Any:
    """List annotations, those that end last first."""
    begin, end, tags = request.number("from", 0), request.number("to", 0), request.all("tags")
    board, any_tag = request.one("dashboardUID"), request.one("matchAny") == "true"
    fits = [
        one
        for one in notes(request).values()
        if (not end or (one["time"] <= end and one["timeEnd"] >= begin))
        and board in ("", one["dashboardUID"])
        and (not tags or (any if any_tag else all)(tag in one["tags"] for tag in tags))
    ]
    fits.sort(key=lambda one: (one["timeEnd"], one["time"], one["id"]), reverse=True)
    return [shown(one) for one in fits[: request.number("limit", 100)]]


@route("GET /api/annotations/#id", needs="annotations:read", role="Viewer")
def get_annotation(request: Request) -> Any:
    """Return an annotation."""
    return shown(known(notes(request).get(int(request["id"])), 404, GONE))


def change(request: Request, names: tuple[str, ...], message: str) -> Any:
    """Change an annotation; times that are not sent stay."""
    one, body = known(notes(request).get(int(request["id"])), 404, GONE), request.json()
    changes = {name: body[name] for name in names if body.get(name) is not None}
    notes(request).put(one["id"], {**one, **changes, "updated": int(request.app.clock.now() * 1000)})
    return said(message)


@route("PUT /api/annotations/#id", needs="annotations:write", role="Editor")
def put_annotation(request: Request) -> Any:
    """Replace the text and the tags."""
    return change(request, ("text", "tags", "time", "timeEnd", "data"), "Annotation updated")


@route("PATCH /api/annotations/#id", needs="annotations:write", role="Editor")
def patch_annotation(request: Request) -> Any:
    """Change what is sent."""
    return change(request, ("text", "tags", "time", "timeEnd", "data"), "Annotation patched")


@route("DELETE /api/annotations/#id", needs="annotations:delete", role="Editor")
def delete_annotation(request: Request) -> Any:
    """Delete an annotation; one that is not there is no error."""
    notes(request).drop(int(request["id"]))
    return said("Annotation deleted")


@route("POST /api/annotations/mass-delete", needs="annotations:delete", role="Editor")
def mass_delete(request: Request) -> Any:
    """Delete the annotations of a panel of a dashboard."""
    body = request.json()
    board, panel = body.get("dashboardUID"), body.get("panelId")
    for one in [one for one in notes(request).values() if board == one["dashboardUID"] and panel == one["panelId"]]:
        notes(request).drop(one["id"])
    return said("Annotations deleted")


@route("GET /api/annotations/tags", needs="annotations:read", role="Viewer")
def list_tags(request: Request) -> Any:
    """Count the tags."""
    counts, wanted = Counter(tag for one in notes(request).values() for tag in one["tags"]), request.one("tag")
    fits = [{"tag": tag, "count": counts[tag]} for tag in sorted(counts) if wanted in tag]
    return {"result": {"tags": fits[: request.number("limit", 100)]}}
