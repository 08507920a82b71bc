# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Contact points: each document is one integration; those of one name (`group`) are one receiver of routes."""

from __future__ import annotations

from typing import Any

from . import marks
from .contact_point_types import TYPES, missing, redacted, restored
from .provenance import READ, WRITE, mark, of
from .routes import route
from .wire import Problem, Reply, Request, coded, problem, said
from .yaml_text import dump

SPECIFICATION = "invalid object specification"


def points(request: Request) -> Any:
    """Return the table of integrations of the caller's organisation."""
    return request.store.table("receivers", request.org)


def groups(store: Any, org: int) -> set[str]:
    """Return the names to which routes can send."""
    return {one["group"] for one in store.table("receivers", org).values()}


def shown(one: dict[str, Any], decrypt: bool = False) -> dict[str, Any]:
    """Return an integration."""
    settings = one["settings"] if decrypt else redacted(one["type"], one["settings"])
    return {"uid": one["uid"], "name": one["name"], "type": one["type"], "settings": dict(sorted(settings.items())), "disableResolveMessage": one["disable"]}


def check(body: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a request, if upstream takes it."""
    name, kind, uid, settings = body.get("name") or "", body.get("type") or "", body.get("uid") or "", body.get("settings")
    if not isinstance(settings, dict | None):
        raise problem(400, "bad request data")
    if not name:
        raise problem(400, f"{SPECIFICATION}: name is required")
    if not marks.legal_uid(uid):
        text = "invalid format of UID. Only letters, numbers, '-' and '_' are allowed"
        raise problem(400, f"{SPECIFICATION}\ncannot create contact point with UID '{uid}': {text}")
    if kind not in TYPES:
        raise problem(400, f"{SPECIFICATION}: unknown integration type: {kind}")
    lost = missing(kind, settings or {})
    if lost:
        text = f'failed to validate integration "{name}" (UID {uid}) of type "{kind}": required field \'{lost}\' is not specified'
        raise problem(400, f"{SPECIFICATION}: {text}")
    return settings or {}


@route("GET /api/v1/provisioning/contact-points", needs=READ, role="Viewer")
def list_points(request: Request) -> Any:
    """List the integrations by name."""
    wanted = request.one("name")
    fits = [one for one in points(request).values() if wanted in ("", one["group"])]
    return [mark(shown(one), one["provenance"]) for one in sorted(fits, key=lambda one: one["name"])]


@route("POST /api/v1/provisioning/contact-points", needs=WRITE, role="Editor")
def post_point(request: Request) -> Any:
    """Add an integration."""
    body = request.json()
    settings, uid = check(body), body.get("uid") or marks.short_uid()
    old = points(request).get(uid)
    if old:
        text = f"Receiver configuration with UID '{uid}' already exists in contact point '{old['group']}'."
        text += " Please use unique identifiers for receivers across all contact points."
        raise coded(409, "alerting.notifications.contact-points.uidInUse", text, Name=old["group"], UID=uid)
    one = make(uid, body, settings, of(request))
    points(request).put(uid, one)
    return Reply(shown(one), 202)


def make(uid: str, body: dict[str, Any], settings: dict[str, Any], provenance: str) -> dict[str, Any]:
    """Return the document of an integration."""
    return {
        "uid": uid, "group": body["name"], "name": body["name"], "type": body["type"], "settings": settings,
        "disable": bool(body.get("disableResolveMessage")), "provenance": provenance,
    }  # fmt: skip


@route("PUT /api/v1/provisioning/contact-points/:uid", needs=WRITE, role="Editor")
def put_point(request: Request) -> Any:
    """Change an integration; a redacted secret is kept, one that is not sent is erased."""
    body, uid, new = request.json(), request["uid"], of(request)
    old = points(request).get(uid)
    if old is None or not uid:
        raise problem(404, f"object not found: contact point with uid '{uid}' not found")
    settings = check({**body, "uid": uid})
    if old["provenance"] not in ("", new):
        raise problem(500, f"cannot change provenance from '{old['provenance']}' to '{new}'")
    points(request).put(uid, make(uid, body, restored(body["type"], settings, old["settings"]), new))
    if old["group"] not in groups(request.store, request.org):
        rename(request, old["group"], body["name"])
    return said("contactpoint updated", 202)


def rename(request: Request, old: str, new: str) -> None:
    """Let routes and rules follow a receiver to its new name."""
    alerting, rules = request.store.table("alerting", request.org), request.store.table("rules", request.org)
    policy = alerting["policy"]
    alerting.put("policy", {**policy, "route": renamed(policy["route"], old, new)})
    for one in [one for one in rules.values() if receiver_of(one) == old]:
        rules.put(one["uid"], {**one, "notification_settings": {**one["notification_settings"], "receiver": new}})


def renamed(branch: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a route with another receiver."""
    changed = {**branch, "receiver": new} if branch.get("receiver") == old else dict(branch)
    if "routes" in branch:
        changed["routes"] = [renamed(inner, old, new) for inner in branch["routes"]]
    return changed


def receiver_of(rule: dict[str, Any]) -> str:
    """Return the receiver that a rule names itself."""
    return str((rule["notification_settings"] or {}).get("receiver", ""))


def branches(branch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a route and all routes below it."""
    return [branch] + [below for inner in branch.get("routes") or [] for below in branches(inner)]


@route("DELETE /api/v1/provisioning/contact-points/:uid", needs=WRITE, role="Editor")
def delete_point(request: Request) -> Any:
    """Remove an integration, unless it is the last one of a receiver in use. One that is not there is no error."""
    one, store = points(request).get(request["uid"]), request.store
    if one:
        last = [other["uid"] for other in points(request).values() if other["group"] == one["group"]] == [one["uid"]]
        tree = branches(store.table("alerting", request.org)["policy"]["route"])
        prefix = "alerting.notifications.contact-points"
        if last and any(branch.get("receiver") == one["group"] for branch in tree):
            raise coded(409, f"{prefix}.referenced", "Contact point is currently referenced by a notification policy.")
        if last and any(receiver_of(rule) == one["group"] for rule in store.table("rules", request.org).values()):
            text = "Contact point is currently used in the notification settings of one or many alert rules."
            raise coded(409, f"{prefix}.used-by-rule", text)
        points(request).drop(one["uid"])
    return said("contactpoint deleted", 202)


@route("GET /api/v1/provisioning/contact-points/export", needs=READ, role="Viewer")
def export(request: Request) -> Any:
    """Export contact points as a file for provisioning; with `decrypt` for administrators."""
    decrypt = request.one("decrypt") == "true"
    if decrypt and not request.who.at_least("Admin"):
        needs = "any(any of alert.provisioning.secrets:read any of alert.notifications.receivers.secrets:read)"
        raise coded(403, "alerting.unauthorized", "user is not authorized to read any decrypted receiver", permissions=needs)
    found: dict[str, list[Any]] = {}
    for one in sorted(points(request).values(), key=lambda one: one["group"]):
        if request.one("name") in ("", one["group"]):
            found.setdefault(one["group"], []).append({name: value for name, value in shown(one, decrypt).items() if name != "name"})
    items = [{"orgId": request.org, "name": name, "receivers": receivers} for name, receivers in found.items()]
    return exported(request, {"apiVersion": 1, "contactPoints": items})


def exported(request: Request, document: dict[str, Any]) -> Reply:
    """Return a document in the form that was asked for: YAML unless it is JSON."""
    form = request.one("format", "yaml")
    if form not in ("json", "yaml"):
        raise Problem(400, {"message": f"the double does not export {form}"})
    return Reply(document) if form == "json" else Reply(dump(document), 200, "text/yaml")
