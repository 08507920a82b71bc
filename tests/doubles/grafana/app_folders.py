# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders of the app platform."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from . import acl, folders, marks
from .app_objects import about, enter, failure, not_found, patched, sent, translated
from .dashboards import namespace
from .routes import route
from .wire import Problem, Reply, Request

Document = dict[str, Any]
GROUP, KIND, FOLDER = "folder.grafana.app", "Folder", "grafana.app/folder"
PATH = f"/apis/{GROUP}/:version/namespaces/:namespace/folders"
LOST = "folder not found"


def start(request: Request, level: str = "Viewer") -> Request:
    """Check version, namespace and role."""
    if request["version"] not in request.app.generation.folder_versions:
        raise failure(404, "the server could not find the requested resource", "NotFound", {})
    if not enter(request).who.at_least(level):
        raise failure(403)
    return request


def own(one: Document) -> Document:
    """Return the annotations that tell where a folder is and who made it."""
    inside = {FOLDER: one["parent"]} if one["parent"] else {}
    who = f"user:{one['by_id']}"
    stamped = {"grafana.app/updatedBy": who, "grafana.app/updatedTimestamp": marks.stamp(one["updated"])}
    return {**one.get("annotations", {}), "grafana.app/createdBy": who, **inside, **stamped}


def shown(request: Request, one: Document, description: bool = False) -> Document:
    """Return a folder; the answer to a write does not tell the description."""
    metadata = {
        "name": one["uid"], "namespace": namespace(request.org), "uid": one["object_uid"], "resourceVersion": str(one["resource_version"]),
        "generation": one["version"], "creationTimestamp": marks.stamp(one["created"]),
        "labels": {**one.get("labels", {}), "grafana.app/deprecatedInternalID": str(one["id"])}, "annotations": own(one),
    }  # fmt: skip
    spec = {"title": one["title"], "description": one["description"] if description else ""}
    return {"kind": KIND, "apiVersion": f"{GROUP}/{request['version']}", "metadata": metadata, "spec": spec, "status": {}}


def listed(request: Request, one: Document, paths: bool) -> Document:
    """Return a folder as a list shows it: without its makers, with its path when pages were asked for."""
    body = shown(request, one, description=True)
    chain = [*folders.ancestors(folders.folders(request), one["uid"]), one]
    where = {FOLDER: one["parent"]} if one["parent"] else {}
    if paths:
        where["grafana.app/fullpath"] = "/".join(above["title"].replace("/", "\\/") for above in chain)
        where["grafana.app/fullpathUIDs"] = "/".join(above["uid"] for above in chain)
    stamped = {**one.get("annotations", {}), **where, "grafana.app/updatedTimestamp": marks.stamp(one["updated"])}
    labels = {**one.get("labels", {}), "grafana.app/deprecatedInternalID": str(one["legacy_id"])}
    plain = {name: value for name, value in body["metadata"].items() if name != "generation"}
    return {**body, "metadata": {**plain, "labels": labels, "annotations": stamped}}


def find(request: Request, least: int = 1) -> Document:
    """Return the folder of the path."""
    one = folders.folders(request).get(request["name"])
    if one is None:
        raise not_found(GROUP, request["name"])
    if acl.level(request.store, request.who, "folders", one["uid"], one["parent"]) < least:
        raise failure(403)
    return one


def kept(request: Request, body: Document) -> Document:
    """Return the caller's own labels and annotations, which only the unified storage of 13 keeps."""
    if request.app.settings.generation < 13:
        return {}
    notes = body["metadata"].get("annotations") or {}
    return {"annotations": {name: value for name, value in notes.items() if not name.startswith("grafana.app/")},
            "labels": body["metadata"].get("labels") or {}}  # fmt: skip


def make(request: Request, body: Document, name: str) -> Reply:
    """Make a folder."""
    def act() -> Document:
        folders.check_uid(name)
        if not body["spec"].get("title"):
            raise Problem(400, {"message": "folder title cannot be empty"})
        parent = (body["metadata"].get("annotations") or {}).get(FOLDER, "")
        return folders.create(request, name, body["spec"]["title"], parent, body["spec"].get("description") or "")

    if name in folders.folders(request):
        raise failure(409, f'folders.{GROUP} "{name}" already exists', "AlreadyExists", about(GROUP, name))
    one = translated(act)
    return Reply(shown(request, folders.folders(request).put(name, {**one, **kept(request, body)})), 201)


@route(f"POST {PATH}", since=12)
def post_folder(request: Request) -> Any:
    """Make a folder."""
    body = sent(start(request, "Editor"), KIND, GROUP)
    metadata = body["metadata"]
    prefix = metadata.get("generateName") or ""
    return make(request, body, metadata.get("name") or (prefix + marks.pick(marks.LETTERS, 5) if prefix else marks.short_uid()))


@route(f"GET {PATH}", since=12)
def list_folders(request: Request) -> Any:
    """List all folders by title; the token of a page holds its size and number."""
    start(request)
    size, page = request.number("limit", 0), 1
    try:
        if request.one("continue"):
            size, page = (int(part) for part in base64.b64decode(request.one("continue")).split(b"|"))
    except (binascii.Error, ValueError):
        raise failure(400, "invalid continue token", "BadRequest") from None
    seen = sorted((one for one in folders.folders(request).values() if folders.readable(request, one)), key=lambda one: one["title"])
    count = size or len(seen)
    items = [listed(request, one, bool(size)) for one in seen[count * (page - 1) : count * page]]
    more = {"continue": base64.b64encode(f"{count}|{page + 1}".encode()).decode()} if len(seen) > count * page else {}
    return {"kind": "FolderList", "apiVersion": f"{GROUP}/{request['version']}", "metadata": more, "items": items}


@route(f"GET {PATH}/:name", since=12)
def get_folder(request: Request) -> Any:
    """Return a folder."""
    return shown(request, find(start(request)), description=True)


@route(f"GET {PATH}/:name/parents", since=12)
def get_parents(request: Request) -> Any:
    """Return the folders above a folder, and itself."""
    one = find(start(request))
    items = []
    for above in [*folders.ancestors(folders.folders(request), one["uid"]), one]:
        extra = {"description": above["description"]} if above["description"] else {}
        extra |= {"parent": above["parent"]} if above["parent"] else {}
        items.append({"name": above["uid"], "title": above["title"], **extra})
    return {"kind": "FolderInfoList", "apiVersion": f"{GROUP}/{request['version']}", "metadata": {}, "items": items}


@route(f"GET {PATH}/:name/counts", since=12)
def get_counts(request: Request) -> Any:
    """Count what lies in a folder."""
    uids = folders.below(folders.folders(request), find(start(request))["uid"])
    kinds = {"alertrules": "rules", "dashboards": "dashboards", "library_elements": "library"}
    counts = {name: len(folders.inside(request, kind, uids)) for name, kind in kinds.items()} | {"folders": len(uids) - 1}
    rows = [{"group": "sql-fallback", "resource": name, "count": counts[name]} for name in sorted(counts)]
    return {"kind": "DescendantCounts", "apiVersion": f"{GROUP}/{request['version']}", "counts": rows}


@route(f"GET {PATH}/:name/access", since=12)
def get_access(request: Request) -> Any:
    """Return what the caller may do with a folder."""
    one = find(start(request))
    may = acl.can(request, "folders", one["uid"], one["parent"])
    return {"kind": "FolderAccessInfo", "apiVersion": f"{GROUP}/{request['version']}", **may}


def change(request: Request, one: Document, body: Document) -> Document:
    """Change a folder's title, description and place."""
    given, spec = body["metadata"], body["spec"]
    if given.get("resourceVersion") not in (None, "", str(one["resource_version"])):
        why = "the object has been modified; please apply your changes to the latest version and try again"
        text = f'Operation cannot be fulfilled on folders.{GROUP} "{one["uid"]}": {why}'
        raise failure(409, text, "Conflict", about(GROUP, one["uid"]))
    parent = (given.get("annotations") or {}).get(FOLDER, "")
    if parent and parent not in folders.folders(request):
        raise not_found(GROUP, parent)
    if parent in folders.below(folders.folders(request), one["uid"]):
        raise failure(400, "Circular reference detected", "BadRequest")
    fields = {"title": spec.get("title") or one["title"], "description": spec.get("description") or "", "parent": parent}
    return shown(request, folders.touch(request, one, 1, **fields, **kept(request, body)))


@route(f"PUT {PATH}/:name", since=12)
def put_folder(request: Request) -> Any:
    """Change a folder, or make it."""
    body = sent(start(request, "Editor"), KIND, GROUP)
    if request["name"] not in folders.folders(request):
        return make(request, body, request["name"])
    return change(request, find(request, 2), body)


@route(f"PATCH {PATH}/:name", since=12)
def patch_folder(request: Request) -> Any:
    """Change parts of a folder."""
    one = find(start(request, "Editor"), 2)
    return change(request, one, patched(request, shown(request, one, description=True)))


@route(f"DELETE {PATH}/:name", since=12)
def delete_folder(request: Request) -> Any:
    """Delete a folder with all that is in it, and return it."""
    one = folders.folders(start(request, "Editor")).get(request["name"])
    if one is None:
        raise failure(404, LOST)
    uids = folders.below(folders.folders(request), one["uid"])
    if folders.inside(request, "rules", uids) and request.one("forceDeleteRules") != "true":
        raise failure(400, "Folder cannot be deleted: folder is not empty", "BadRequest")
    answer = shown(request, {**one, "resource_version": one["resource_version"] + 1})
    translated(lambda: folders.remove(request, uids))
    return answer
