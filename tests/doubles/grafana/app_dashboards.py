# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of the app platform."""

from __future__ import annotations

from typing import Any

from . import acl, folders, marks
from .app_objects import about, enter, failure, managed_fields, not_found, patched, sent, translated
from .app_specs import converted, stored, unreadable
from .dashboards import build, dashboards, home, keep, namespace, remove
from .routes import route
from .wire import Reply, Request, parse

Document = dict[str, Any]
GROUP, KIND = "dashboard.grafana.app", "Dashboard"
PATH = f"/apis/{GROUP}/:version/namespaces/:namespace/dashboards"
FOLDER, MESSAGE, ID = "grafana.app/folder", "grafana.app/message", "grafana.app/deprecatedInternalID"


def start(request: Request, level: str = "Viewer") -> Request:
    """Check version, namespace and role."""
    if request["version"] not in request.app.generation.dashboard_versions:
        raise failure(404, "the server could not find the requested resource", "NotFound", {})
    if not enter(request).who.at_least(level):
        raise failure(403)
    return request


def resource_version(request: Request, one: Document) -> str:
    """Return the version for optimistic locks: upstream's old storage counts, the unified one of 13 has times."""
    return str(one["version"] if request.app.settings.generation < 13 else int(one["updated"] * 1e6) + one["version"])


def person(uid: str) -> str:
    """Return a user as annotations name one."""
    return f"user:{uid}" if uid else "provisioning:"


def source(one: Document) -> Document:
    """Return the annotations of a dashboard that came from a file."""
    known = one["provisioned"]
    if not known:
        return {}
    return {
        "grafana.app/managedBy": "classic-file-provisioning", "grafana.app/managerId": known["provider"],
        "grafana.app/sourceChecksum": known["checksum"], "grafana.app/sourcePath": known["file"],
        "grafana.app/sourceTimestamp": str(known["time"]),
    }  # fmt: skip


def notes(one: Document) -> Document:
    """Return the annotations of a dashboard."""
    inside = {FOLDER: home(one)} if home(one) else {}
    times = {"grafana.app/updatedBy": person(one["updated_by_uid"]), "grafana.app/updatedTimestamp": marks.stamp(one["updated"])}
    return {**one.get("annotations", {}), "grafana.app/createdBy": person(one["created_by_uid"]), **inside, **times}


def metadata(request: Request, one: Document) -> Document:
    """Return the metadata of a dashboard."""
    return {
        "name": one["uid"], "namespace": namespace(request.org), "uid": one["object_uid"], "resourceVersion": resource_version(request, one),
        "generation": one["version"], "creationTimestamp": marks.stamp(one["created"]),
        "labels": {**one.get("labels", {}), ID: str(one["id"])}, "annotations": notes(one),
    }  # fmt: skip


def shown(request: Request, one: Document, named: Document | None = None) -> Document:
    """Return a dashboard in the version of the path; one of another family comes whole in the status."""
    version = request["version"]
    spec, conversion = converted(version, one["api"], one["spec"], request.app.generation.converts_v2)
    body = {"kind": KIND, "apiVersion": f"{GROUP}/{version}", "metadata": named or metadata(request, one), "spec": spec}
    if conversion.get("failed"):
        whole = {**body, "apiVersion": f"{GROUP}/{one['api']}", "spec": one["spec"], "status": {}}
        conversion = {**conversion, "source": whole}
    return {**body, "status": {"conversion": conversion} if conversion else {}}


def read(one: Document, request: Request) -> Document:
    """Return a dashboard as a GET or a list shows it."""
    return shown(request, one, {**(plain := metadata(request, one)), "annotations": {**plain["annotations"], **source(one)}})


def find(request: Request, least: int = 1) -> Document:
    """Return the dashboard of the path."""
    one = dashboards(request).get(request["name"])
    if one is None:
        raise not_found(GROUP, request["name"])
    if acl.level(request.store, request.who, "dashboards", one["uid"], home(one)) < least:
        raise failure(403)
    return one


def kept_metadata(request: Request, body: Document) -> Document:
    """Return the labels and annotations of the caller that are kept: the unified storage of 13 keeps them all."""
    if request.app.settings.generation < 13:
        return {}
    given = body["metadata"]
    own = {name: value for name, value in (given.get("annotations") or {}).items() if not name.startswith("grafana.app/")}
    return {"annotations": own, "labels": {name: value for name, value in (given.get("labels") or {}).items() if name != ID}}


def place(request: Request, body: Document) -> str:
    """Return the folder that an object names."""
    uid = (body["metadata"].get("annotations") or {}).get(FOLDER, "")
    if uid and uid not in folders.folders(request):
        raise not_found("folder.grafana.app", uid)
    return str(uid)


def check(request: Request, body: Document) -> str:
    """Return the name of a new object, if upstream takes it."""
    wrong = unreadable(request["version"], body["spec"])
    if wrong:
        raise failure(400, f'{KIND} in version "{request["version"]}" cannot be handled as a {KIND}: {wrong}', "BadRequest")
    name, prefix = body["metadata"].get("name") or "", body["metadata"].get("generateName") or ""
    if not name and not prefix:
        why = "Required value: name or generateName is required"
        causes = [{"reason": "FieldValueRequired", "message": why, "field": "metadata.name"}]
        details = {"group": GROUP, "kind": KIND, "causes": causes}
        raise failure(422, f'{KIND}.{GROUP} "" is invalid: metadata.name: {why}', "Invalid", details)
    translated(lambda: folders.check_uid(name))
    return name or prefix + marks.pick(marks.LETTERS, 5)


def create(request: Request, body: Document, upsert: bool = False) -> Reply:
    """Make a dashboard, or only say what would be made."""
    name, now, version = check(request, body), request.app.clock.now(), request["version"]
    if name in dashboards(request):
        raise failure(409, f'dashboards.{GROUP} "{name}" already exists', "AlreadyExists", about(GROUP, name))
    folder, dry = place(request, body), request.one("dryRun") == "All"
    fields = {} if version.startswith("v2") else {"managedFields": managed_fields(request, body, f"{GROUP}/{version}", now)}
    if dry:
        plain = {"name": name, "namespace": namespace(request.org), "uid": marks.object_uid(), "generation": 1, "creationTimestamp": marks.stamp(now)}
        spec = stored(version, body["spec"])
        return Reply({"kind": KIND, "apiVersion": f"{GROUP}/{version}", "metadata": {**plain, **fields}, "spec": spec, "status": {}}, 201)
    new = build(request.store, now, name, folder, stored(version, body["spec"]), request.who.login, request.who.uid)
    given = body["metadata"].get("annotations") or {}
    one = keep(request.store, request.org, {**new, "api": version, **kept_metadata(request, body)}, given.get(MESSAGE, ""))
    acl.start(request, "dashboards", name, folder)
    who = {"grafana.app/createdBy": f"{request.who.kind}:{request.who.uid}"}
    plain = {**metadata(request, one), "annotations": {**given, **who}, **fields}
    return Reply(shown(request, one, {**plain, "uid": marks.random_uuid()} if upsert else plain), 201)


def update(request: Request, one: Document, body: Document) -> Reply:
    """Change a dashboard, or only say how it would be."""
    version, given = request["version"], body["metadata"]
    check(request, body)
    if given.get("name", one["uid"]) != one["uid"]:
        why = f"the name of the object ({given['name']}) does not match the name on the URL ({one['uid']})"
        raise failure(400, why, "BadRequest")
    if given.get("resourceVersion") not in (None, "", resource_version(request, one)):
        why = "the object has been modified; please apply your changes to the latest version and try again"
        text = f'Operation cannot be fulfilled on dashboards.{GROUP} "{one["uid"]}": {why}'
        raise failure(409, text, "Conflict", about(GROUP, one["uid"]))
    changes = {"spec": stored(version, body["spec"]), "folder": place(request, body), "api": version, **kept_metadata(request, body)}
    if request.one("dryRun") == "All":
        names = ("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp")
        plain = {name: value for name, value in metadata(request, one).items() if name in names}
        return Reply(shown(request, {**one, **changes}, plain))
    by = {"updated": request.app.clock.now(), "updated_by": request.who.login, "updated_by_uid": request.who.uid}
    message = (given.get("annotations") or {}).get(MESSAGE, "")
    changed = keep(request.store, request.org, {**one, **changes, **by, "version": one["version"] + 1}, message)
    answer = shown(request, changed)
    # The answer to a write tells the version in which the object was stored before it.
    return Reply({**answer, "status": shown(request, {**changed, "api": one["api"]})["status"]})


@route(f"POST {PATH}", since=12)
def post_dashboard(request: Request) -> Any:
    """Make a dashboard."""
    return create(start(request, "Editor"), sent(request, KIND, GROUP))


@route(f"GET {PATH}/:name", since=12)
def get_dashboard(request: Request) -> Any:
    """Return a dashboard."""
    return read(find(start(request)), request)


@route(f"PUT {PATH}/:name", since=12)
def put_dashboard(request: Request) -> Any:
    """Change a dashboard, or make it."""
    body = sent(start(request, "Editor"), KIND, GROUP)
    if request["name"] not in dashboards(request):
        return create(request, {**body, "metadata": {**body["metadata"], "name": request["name"]}}, upsert=True)
    return update(request, find(request, 2), body)


@route(f"PATCH {PATH}/:name", since=12)
def patch_dashboard(request: Request) -> Any:
    """Change parts of a dashboard."""
    one = find(start(request, "Editor"), 2)
    if request.headers.get("content-type", "").startswith("application/apply-patch"):
        api, kind = f"{GROUP}/{request['version']}", f'no kind "{KIND}" is registered for the internal version of group "{GROUP}"'
        why = f'failed to convert to unversioned (/{one["uid"]}; {api}, Kind={KIND}): {kind} in scheme "pkg/runtime/scheme.go:110"'
        raise failure(500, why)
    return update(request, one, patched(request, read(one, request)))


@route(f"DELETE {PATH}/:name", since=12)
def delete_dashboard(request: Request) -> Any:
    """Delete a dashboard."""
    one = find(start(request, "Editor"), 2)
    conditions = (parse(request.body) if request.body else {}).get("preconditions") or {}
    current, wanted = resource_version(request, one), conditions.get("resourceVersion")
    if wanted not in (None, current):
        why = f"the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({current})"
        text = f'Operation cannot be fulfilled on {KIND}.{GROUP} "{one["uid"]}": {why}. The object might have been modified'
        raise failure(409, text, "Conflict", {"name": one["uid"], "group": GROUP, "kind": KIND})
    if one["provisioned"]:
        raise failure(400, "provisioned dashboard cannot be deleted", "BadRequest")
    remove(request.store, request.org, one["uid"])
    details = {**about(GROUP, one["uid"]), "uid": one["object_uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


@route(f"DELETE {PATH}", since=12)
def delete_many(request: Request) -> Any:
    """Say what upstream says to a delete of several."""
    start(request, "Editor")
    raise failure(500, "labels not yet supported")
