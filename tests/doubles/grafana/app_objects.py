# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all kinds of the app platform have in common: errors, namespaces, patches, forms of lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from . import marks
from .wire import CHARSET_JSON, PLAIN, Problem, Reply, Request, parse

Document = dict[str, Any]
META = "meta.k8s.io/v1"
NAME = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to "
    "request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and "
    "configuration definition. Cannot be updated. More info: "
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
)
CREATED = (
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in "
    "happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in "
    "UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
)
COLUMNS = [
    {"name": "Name", "type": "string", "format": "name", "description": NAME, "priority": 0},
    {"name": "Title", "type": "string", "format": "string", "description": "The dashboard name", "priority": 0},
    {"name": "Created At", "type": "date", "format": "", "description": CREATED, "priority": 0},
]


def failure(code: int, message: str = "", reason: str = "", details: Document | None = None) -> Problem:
    """Return an error in the form of Kubernetes; parts that are empty are left out."""
    body: Document = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    body |= {"message": message} if message else {}
    body |= {"reason": reason} if reason else {}
    return Problem(code, {**body, **({} if details is None else {"details": details}), "code": code})


def about(group: str, name: str = "") -> Document:
    """Return the details of an error; the kind is the plural that begins the group's name."""
    kind = group.partition(".")[0] + "s"
    return {"name": name, "group": group, "kind": kind} if name else {"group": group, "kind": kind}


def not_found(group: str, name: str) -> Problem:
    """Return the answer for an object that is not there."""
    kind = group.partition(".")[0] + "s"
    return failure(404, f'{kind}.{group} "{name}" not found', "NotFound", about(group, name))


def no_page() -> Problem:
    """Return the answer for a group that is not served."""
    return Problem(404, "404 page not found\n", PLAIN)


def translated(act: Callable[[], Any]) -> Any:
    """Call what the old API calls; its errors come in the new form."""
    try:
        return act()
    except Problem as no:
        body = no.reply.body
        if not isinstance(body, dict) or "kind" in body:
            raise
        if no.reply.status == 403:
            raise failure(403) from None
        raise failure(no.reply.status, body["message"], "BadRequest" if no.reply.status == 400 else "") from None


def enter(request: Request) -> Request:
    """Let the caller work in the organisation of the path's namespace."""
    space = request["namespace"]
    if space.startswith("stacks-"):
        body = {"extra": None, "message": "invalid namespace", "messageId": "authn.invalid-namespace", "statusCode": 403, "traceID": ""}
        raise Problem(403, body, CHARSET_JSON)
    number = 1 if space == "default" else int(space.removeprefix("org-")) if space.removeprefix("org-").isdigit() else -1
    if number != request.who.org:
        member = request.store.table("members", number).get(request.who.id) if request.who.kind == "user" else None
        if member is None:
            raise failure(500, f"namespace mismatch: got org--1 but expected {space}")
        request.who = dataclasses.replace(request.who, org=number, role=member["role"])
    return request


def sent(request: Request, kind: str, group: str) -> Document:
    """Return the object of a request, if it is one of the kind."""
    text = request.body.decode()
    try:
        body = parse(text)
    except ValueError:
        why = f"couldn't get version/kind; json parse error: unexpected end of JSON input ({text})"
        raise failure(400, f"the object provided is unrecognized (must be of type {kind}): {why}", "BadRequest") from None
    other, version = body.get("kind", kind), request["version"]
    if other != kind:
        why = f'no kind "{other}" is registered for version "{group}/{version}" in scheme "pkg/runtime/scheme.go:110"'
        raise failure(400, f'{other} in version "{version}" cannot be handled as a {kind}: {why}', "BadRequest")
    return {**body, "metadata": body.get("metadata") or {}, "spec": body.get("spec") or {}}


def patched(request: Request, current: Document) -> Document:
    """Return an object after a patch of one of the two kinds that upstream can apply."""
    form = request.headers.get("content-type", "").partition(";")[0]
    patch = parse(request.body)
    if form == "application/json-patch+json":
        for step in patch:
            current = stepped(current, step["path"].strip("/").split("/"), step)
        return current
    return merged(current, patch)


def merged(current: Any, patch: Any) -> Any:
    """Return a value after a merge patch: null removes."""
    if not isinstance(patch, dict):
        return patch
    base = current if isinstance(current, dict) else {}
    rest = {name: value for name, value in base.items() if name not in patch}
    return {**rest, **{name: merged(base.get(name), value) for name, value in patch.items() if value is not None}}


def stepped(value: Any, path: list[str], step: Document) -> Any:
    """Return a value after one step of a JSON patch."""
    name, *below = path
    name = name.replace("~1", "/").replace("~0", "~")
    if isinstance(value, list):
        index = len(value) if name == "-" else int(name)
        inner = [stepped(value[index], below, step)] if below else [] if step["op"] == "remove" else [step["value"]]
        return value[:index] + inner + value[index + (step["op"] != "add" or bool(below)) :]
    if below:
        return {**value, name: stepped(value.get(name, {}), below, step)}
    rest = {key: item for key, item in value.items() if key != name}
    return rest if step["op"] == "remove" else {**rest, name: step["value"]}


def managed_fields(request: Request, body: Document, api: str, when: float) -> list[Document]:
    """Return who set which fields, as the server notes it at the creation."""
    metadata: Document = {}
    if body["metadata"].get("annotations"):
        metadata["f:annotations"] = {".": {}, **{f"f:{name}": {} for name in body["metadata"]["annotations"]}}
    if body["metadata"].get("labels"):
        metadata["f:labels"] = {".": {}, **{f"f:{name}": {} for name in body["metadata"]["labels"]}}
    if body["metadata"].get("generateName"):
        metadata["f:generateName"] = {}
    fields: Document = {"f:spec": {f"f:{name}": {} for name in body["spec"]}}
    manager = request.headers.get("user-agent", "unknown").partition("/")[0]
    row = {"manager": manager, "operation": "Update", "apiVersion": api, "time": marks.stamp(when), "fieldsType": "FieldsV1"}
    return [{**row, "fieldsV1": {"f:metadata": metadata, **fields} if metadata else fields}]


def listing(request: Request, api: str, kind: str, items: list[Document], metadata: Document) -> Reply:
    """Return a list in the form that the caller accepts: whole objects, metadata only, or a table."""
    form = request.headers.get("accept", "")
    if "as=PartialObjectMetadataList" in form:
        return Reply({"kind": "PartialObjectMetadataList", "apiVersion": META, "metadata": metadata, "items": [bare(one) for one in items]})
    if "as=Table" in form:
        rows = [
            {"cells": [one["metadata"]["name"], one["spec"].get("title"), one["metadata"]["creationTimestamp"]], "object": bare(one)}
            for one in items
        ]
        return Reply({"kind": "Table", "apiVersion": META, "metadata": metadata, "columnDefinitions": COLUMNS, "rows": rows})
    return Reply({"kind": f"{kind}List", "apiVersion": api, "metadata": metadata, "items": items})


def bare(one: Document) -> Document:
    """Return the metadata of an object."""
    return {"kind": "PartialObjectMetadata", "apiVersion": META, "metadata": one["metadata"]}
