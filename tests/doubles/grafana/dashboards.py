# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of the old API: save, read, delete.

A document keeps the dashboard as it was sent (`spec`, without id, uid and version) and what the server knows about it.
"""

from __future__ import annotations

from typing import Any

from . import acl, folders, marks
from .app_specs import classic
from .routes import route
from .wire import Request, known, problem

SAVE = "any of dashboards:create, dashboards:write"
VERSIONS_KEPT = 20
GONE = "Dashboard not found"
ANNOTATE = {"canAdd": True, "canEdit": True, "canDelete": True}


def dashboards(request: Request) -> Any:
    """Return the table of dashboards of the caller's organisation."""
    return request.store.table("dashboards", request.org)


def address(dashboard: dict[str, Any]) -> str:
    """Return the path of a dashboard's page."""
    return f"/d/{dashboard['uid']}/{slug(dashboard)}"


def slug(dashboard: dict[str, Any]) -> str:
    """Return a dashboard's title as it stands in addresses."""
    return marks.slug(dashboard["spec"].get("title") or "")


def home(dashboard: dict[str, Any]) -> str:
    """Return the folder of a dashboard; "general" is another name of the root."""
    return "" if dashboard["folder"] == "general" else dashboard["folder"]


def keep(store: Any, org: int, document: dict[str, Any], message: str, restored: int = 0) -> dict[str, Any]:
    """Store a dashboard and its version; the oldest versions are forgotten."""
    number = document["version"]
    version = {
        "version": number, "created": document["updated"], "message": message, "by": document["updated_by"],
        "spec": document["spec"], "restored": restored, "api": document["api"],
    }  # fmt: skip
    versions = store.table("dashboard_versions", org)
    versions.put(f"{document['uid']}/{number}", version)
    versions.drop(f"{document['uid']}/{number - VERSIONS_KEPT}")
    return store.table("dashboards", org).put(document["uid"], document)


def build(store: Any, now: float, uid: str, folder: str, spec: dict[str, Any], by: str, by_uid: str) -> dict[str, Any]:
    """Return the document of a new dashboard, not yet stored."""
    return {
        "id": store.next("dashboards"), "uid": uid, "folder": folder, "spec": spec, "version": 1, "created": now, "updated": now,
        "created_by": by, "updated_by": by, "created_by_uid": by_uid, "updated_by_uid": by_uid, "api": "v0alpha1",
        "object_uid": marks.object_uid(), "provisioned": None,
    }  # fmt: skip


def remove(store: Any, org: int, uid: str) -> None:
    """Remove a dashboard, its versions and its rights."""
    versions = store.table("dashboard_versions", org)
    latest = store.table("dashboards", org).drop(uid)["version"]
    for number in range(max(1, latest - VERSIONS_KEPT), latest + 1):
        versions.drop(f"{uid}/{number}")
    store.table("acl", org).drop(f"dashboards/{uid}")
    store.table("public", org).drop(uid)


def read_spec(body: dict[str, Any]) -> dict[str, Any]:
    """Return the dashboard of a save request; upstream takes anything that is no object for an empty one."""
    if body.get("dashboard") is None:
        raise problem(400, "bad request data")
    if body.get("isFolder"):
        raise problem(400, "Use folders endpoint for saving folders.")
    spec = body["dashboard"] if isinstance(body["dashboard"], dict) else {}
    title = spec.get("title")
    if not isinstance(title, str) or not title.strip():
        raise problem(400, "Dashboard title cannot be empty", status="empty-name")
    return {**spec, "title": title.strip()}


def target_folder(request: Request, body: dict[str, Any]) -> str:
    """Return the folder that a save request names. The numeric one is read where the generation still does."""
    uid, number = body.get("folderUid") or "", body.get("folderId") or 0
    if not uid and number and request.app.generation.folder_ids:
        table = folders.folders(request)
        uid = next((name for name, folder in table.items() if folder["id"] == number), "nosuch")
    if uid and uid != "general" and uid not in folders.folders(request):
        raise problem(400, "folder not found")
    return str(uid)


def existing(request: Request, spec: dict[str, Any]) -> dict[str, Any] | None:
    """Return the dashboard that a save would change: the one with the numeric id, else the one with the uid."""
    number = spec.get("id")
    if number:
        by_id = next((one for one in dashboards(request).values() if one["id"] == number), None)
        return known(by_id, 404, GONE, status="not-found")
    return dashboards(request).get(spec.get("uid") or "")


def check_title(request: Request, uid: str, folder: str, title: str) -> None:
    """Refuse a second dashboard of the same title in a folder, where the generation does."""
    same = (one for one in dashboards(request).values() if one["spec"]["title"] == title and one["folder"] == folder)
    if request.app.generation.unique_titles and any(one["uid"] != uid for one in same):
        raise problem(412, "A dashboard with the same name in the folder already exists", status="name-exists")


def save(request: Request, spec: dict[str, Any], folder: str, overwrite: bool, message: str, restored: int = 0) -> tuple[dict[str, Any], int]:
    """Save a dashboard; return it and the version that the answer tells, which lags when nothing changed."""
    uid, old, now = spec.get("uid") or "", existing(request, spec), request.app.clock.now()
    if old is None:
        folders.check_uid(uid)
    check_title(request, old["uid"] if old else uid, folder, spec["title"])
    plain = {name: value for name, value in spec.items() if name not in ("id", "uid", "version")}
    if old is None:
        document = build(request.store, now, uid or marks.random_uuid(), folder, plain, request.who.login, request.who.uid)
        acl.start(request, "dashboards", document["uid"], folder)
        return keep(request.store, request.org, document, message), 1
    if old["provisioned"] and not old["provisioned"]["editable"]:
        raise problem(400, "Cannot save provisioned dashboard")
    acl.require(request, 2, "dashboards:write", "dashboards", old)
    if not overwrite and spec.get("version") != old["version"]:
        raise problem(412, "The dashboard has been changed by someone else", status="version-mismatch")
    changes = {
        "spec": plain, "folder": folder, "version": old["version"] + 1, "updated": now, "api": "v0alpha1",
        "updated_by": request.who.login, "updated_by_uid": request.who.uid,
        # Upstream writes the object anew, without what only the app platform knows (its pkg/api/dashboard.go).
        "annotations": {}, "labels": {},
    }  # fmt: skip
    same = plain == old["spec"] and folder == old["folder"]
    return keep(request.store, request.org, {**old, **changes}, message, restored), old["version"] + (0 if same else 1)


@route("POST /api/dashboards/db", needs=SAVE, role="Editor")
def post_dashboard(request: Request) -> Any:
    """Save a dashboard."""
    body = request.json()
    spec = read_spec(body)
    saved, version = save(request, spec, target_folder(request, body), bool(body.get("overwrite")), body.get("message") or "")
    return saved_reply(saved, version)


def saved_reply(saved: dict[str, Any], version: int) -> dict[str, Any]:
    """Return what a save answers."""
    names = {"folderUid": saved["folder"], "id": saved["id"], "slug": slug(saved), "status": "success"}
    return {**names, "uid": saved["uid"], "url": address(saved), "version": version}


def meta(request: Request, one: dict[str, Any]) -> dict[str, Any]:
    """Return what the old API says about a dashboard."""
    folder = folders.folders(request).get(home(one))
    flags = acl.can(request, "dashboards", one["uid"], home(one))
    annotate = {**ANNOTATE, **dict.fromkeys(ANNOTATE, flags["canEdit"])}
    source = one["provisioned"]
    return {
        "type": "db", **flags, "canStar": request.who.kind == "user", "slug": slug(one), "url": address(one), "expires": marks.NEVER,
        "created": marks.stamp(one["created"]), "updated": marks.stamp(one["updated"]), "updatedBy": one["updated_by"],
        "createdBy": one["created_by"], "version": one["version"], "hasAcl": False, "isFolder": False, "apiVersion": "v0alpha1",
        "folderId": folder["id"] if folder else 0, "folderUid": folder["uid"] if folder else "",
        "folderTitle": folder["title"] if folder else "General", "folderUrl": folders.address(folder) if folder else "",
        "provisioned": bool(source and not source["editable"]), "provisionedExternalId": source["file"] if source else "",
        "annotationsPermissions": {"dashboard": annotate, "organization": annotate},
    }  # fmt: skip


def whole(one: dict[str, Any], spec: dict[str, Any] | None = None, version: int = 0) -> dict[str, Any]:
    """Return a dashboard with the uid and version that the server adds."""
    return {**(spec or one["spec"]), "uid": one["uid"], "version": version or one["version"]}


def wanted(request: Request, least: int, needs: str) -> dict[str, Any]:
    """Return the dashboard of the path, when there is one and the caller has a right on it."""
    one = known(dashboards(request).get(request["uid"]), 404, GONE)
    acl.require(request, least, needs, "dashboards", one)
    return one


@route("GET /api/dashboards/uid/:uid", needs="dashboards:read", role="Viewer")
def get_dashboard(request: Request) -> Any:
    """Return a dashboard."""
    one = wanted(request, 1, "dashboards:read")
    if one["api"].startswith("v2") and request.app.generation.converts_v2:
        one = {**one, "spec": classic(one["spec"])}  # and nothing tells that it is kept in another version
    elif one["api"].startswith("v2"):
        there = f"/apis/dashboard.grafana.app/{one['api']}/namespaces/{namespace(request.org)}/dashboards/{one['uid']}"
        raise problem(406, f"dashboard api version not supported, use {there} instead")
    return {"meta": meta(request, one), "dashboard": {**whole(one), "id": one["id"]}}


def namespace(org: int) -> str:
    """Return the namespace of an organisation in the app platform."""
    return "default" if org == 1 else f"org-{org}"


@route("DELETE /api/dashboards/uid/:uid", needs="dashboards:delete", role="Editor")
def delete_dashboard(request: Request) -> Any:
    """Delete a dashboard."""
    one = wanted(request, 2, "dashboards:delete")
    if one["provisioned"]:
        raise problem(400, "provisioned dashboard cannot be deleted")
    remove(request.store, request.org, one["uid"])
    title = one["spec"]["title"]
    return {"message": f"Dashboard {title} deleted", "title": title, "uid": one["uid"]}
