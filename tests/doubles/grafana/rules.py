# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alert rules and recording rules, one by one."""

from __future__ import annotations

from typing import Any

from . import durations, marks
from .contact_points import exported, groups
from .provenance import READ, mark, of
from .routes import route
from .wire import Problem, Reply, Request, coded, problem

CREATE = (
    "any of alert.provisioning:write, alert.rules.provisioning:write, all of alert.rules:create, alert.provisioning.provenance:write"
)
WRITE = CREATE.replace("rules:create", "rules:write")
NO_DATA = ("NoData", "Alerting", "OK", "KeepLast")
ERROR = ("Error", "Alerting", "OK", "KeepLast")
MODEL = {"intervalMs": 1000, "maxDataPoints": 43200}
INVALID = "invalid alert rule"
INTERVAL, TICK = 60, 10


def rules(request: Request) -> Any:
    """Return the table of rules of the caller's organisation."""
    return request.store.table("rules", request.org)


def nothing() -> Problem:
    """Return the empty answer to a rule that is not there."""
    return Problem(404, "", None)


def normal(one: dict[str, Any], filled: bool = True) -> dict[str, Any]:
    """Return a query in its normal form."""
    model = {**(one.get("model") or {})}
    if filled:
        model = {**MODEL, **model}
    span = one.get("relativeTimeRange") or {}
    return {
        "refId": one.get("refId", ""), "queryType": one.get("queryType") or "",
        "relativeTimeRange": {"from": span.get("from", 0), "to": span.get("to", 0)}, "datasourceUid": one.get("datasourceUid", ""),
        "model": dict(sorted(model.items())),
    }  # fmt: skip


def state(text: str, known: tuple[str, ...], name: str) -> str:
    """Return a state, if there is such a one."""
    if text and text not in known:
        raise problem(400, f"{INVALID}: unknown {name} state option {text}")
    return text or known[0]


def read(body: dict[str, Any]) -> dict[str, Any]:
    """Return a rule in its normal form, from a request."""
    try:
        times = {name: durations.normal(body.get(name) or "0s") for name in ("for", "keep_firing_for")}
    except ValueError:
        raise problem(400, "bad request data") from None
    record = body.get("record")
    rule: dict[str, Any] = {
        "uid": body.get("uid") or "", "folder": body.get("folderUID") or "", "group": body.get("ruleGroup") or "",
        "title": body.get("title") or "", "condition": body.get("condition") or "", "data": [normal(one) for one in body.get("data") or []],
        "no_data": body.get("noDataState") or "", "error": body.get("execErrState") or "", **times,
        "annotations": body.get("annotations") or {}, "labels": body.get("labels") or {}, "paused": bool(body.get("isPaused")),
        "notification_settings": body.get("notification_settings"), "record": record,
        "missing_evaluations": body.get("missingSeriesEvalsToResolve"),
    }  # fmt: skip
    return {**rule, "condition": "", "no_data": "", "error": "", "for": "0s"} if record else rule


def validate(request: Request, rule: dict[str, Any], interval: int, folder_known: bool = True) -> dict[str, Any]:
    """Return a rule with its states, or refuse it."""
    if folder_known and rule["folder"] not in request.store.table("folders", request.org):
        raise problem(400, f"{INVALID}: folder does not exist")
    if not rule["data"]:
        raise problem(400, f"{INVALID}: no queries or expressions are found")
    if not rule["record"]:
        rule = {**rule, "no_data": state(rule["no_data"], NO_DATA, "NoData"), "error": state(rule["error"], ERROR, "Error")}
    uid, reason = rule["uid"], ""
    if len(uid) > 40:
        reason = "UID is longer than 40 symbols"
    elif not marks.legal_uid(uid):
        reason = "UID contains invalid characters"
    if reason:
        raise problem(400, f"{INVALID}\ncannot create rule with UID '{uid}': {reason}")
    if not rule["group"] or interval <= 0 or interval % TICK:
        shown = 0 if not rule["group"] else interval
        raise problem(400, f"{INVALID}: interval ({shown}s) should be non-zero and divided exactly by scheduler interval: {TICK}")
    receiver = (rule["notification_settings"] or {}).get("receiver")
    if receiver and receiver not in groups(request.store, request.org):
        raise problem(400, f"{INVALID}\nreceiver {receiver} does not exist")
    return rule


def shown(org: int, one: dict[str, Any], fresh: bool = False) -> dict[str, Any]:
    """Return a rule; right after a write its time has more digits."""
    when = marks.NEVER if not one.get("updated") else (marks.fine_stamp if fresh else marks.stamp)(one["updated"])
    rule = {
        "id": one.get("id", 0), "uid": one["uid"], "orgID": org, "folderUID": one["folder"], "ruleGroup": one["group"],
        "title": one["title"], "condition": one["condition"], "data": one["data"], "updated": when, "noDataState": one["no_data"],
        "execErrState": one["error"], "for": one["for"], "keep_firing_for": one["keep_firing_for"], "isPaused": one["paused"],
        "notification_settings": one["notification_settings"], "record": one["record"],
    }  # fmt: skip
    rule |= {name: one[name] for name in ("annotations", "labels") if one[name]}
    return {**rule, "missingSeriesEvalsToResolve": one["missing_evaluations"]} if one["missing_evaluations"] else rule


def alone(request: Request, one: dict[str, Any], fresh: bool = False) -> dict[str, Any]:
    """Return a rule with its provenance."""
    return mark(shown(request.org, one, fresh), one["provenance"])


def members(table: Any, folder: str, group: str) -> list[dict[str, Any]]:
    """Return the rules of a group in their order."""
    return sorted((one for one in table.values() if (one["folder"], one["group"]) == (folder, group)), key=lambda one: one["index"])


def store(request: Request, rule: dict[str, Any], old: dict[str, Any] | None, **how: Any) -> dict[str, Any]:
    """Store a rule."""
    table = rules(request)
    number = old["id"] if old else request.store.next("rules")
    same = bool(old) and old is not None and (old["folder"], old["group"]) == (rule["folder"], rule["group"])
    peers = members(table, rule["folder"], rule["group"])
    place = {
        "id": number, "index": old["index"] if same and old else (peers[-1]["index"] + 1 if peers else 1),
        "interval": peers[0]["interval"] if peers else INTERVAL, "updated": request.app.clock.now(), "provenance": of(request),
        "revision": old["revision"] + 1 if old else 1, "guid": old["guid"] if old else marks.random_uuid(),
        "by": [request.who.uid, request.who.login],
    }  # fmt: skip
    return table.put(rule["uid"], {**rule, **place, **how})


@route("GET /api/v1/provisioning/alert-rules", needs=READ, role="Viewer")
def list_rules(request: Request) -> Any:
    """List all rules."""
    return [alone(request, one) for one in rules(request).values()]


@route("POST /api/v1/provisioning/alert-rules", needs=CREATE, role="Editor")
def post_rule(request: Request) -> Any:
    """Make a rule."""
    rule = validate(request, read(request.json()), INTERVAL)
    rule["uid"] = rule["uid"] or marks.short_uid()
    if rule["uid"] in rules(request):
        reason = "UNIQUE constraint failed: alert_rule.org_id, alert_rule.uid"
        text = f"Failed to save alert rule '{rule['uid']}' in organization {request.org} due to conflict: {reason}"
        raise coded(409, "alerting.alert-rule.conflict", text, Error=reason, OrgID=request.org, RuleUID=rule["uid"])
    return Reply(alone(request, store(request, rule, None), True), 201)


@route("GET /api/v1/provisioning/alert-rules/:uid", needs=READ, role="Viewer")
def get_rule(request: Request) -> Any:
    """Return a rule."""
    if request["uid"] not in rules(request):
        raise nothing()
    return alone(request, rules(request)[request["uid"]])


@route("PUT /api/v1/provisioning/alert-rules/:uid", needs=WRITE, role="Editor")
def put_rule(request: Request) -> Any:
    """Change a rule."""
    old, rule = rules(request).get(request["uid"]), read(request.json())
    if old is None:
        raise nothing()
    rule = validate(request, {**rule, "uid": request["uid"]}, old["interval"])
    if old["provenance"] not in ("", of(request)):
        raise problem(500, "Internal Server Error")
    return alone(request, store(request, rule, old), True)


@route("DELETE /api/v1/provisioning/alert-rules/:uid", needs=WRITE.replace("rules:write", "rules:delete"), role="Editor")
def delete_rule(request: Request) -> Any:
    """Delete a rule, unless it is from a file; one that is not there is no error."""
    old, mine = rules(request).get(request["uid"]), of(request)
    if old and old["provenance"] == "file":
        text = f"cannot delete with provided provenance '{mine}', needs 'file'"
        names = {"Operation": "delete", "ProvidedProvenance": mine, "StoredProvenance": "file"}
        raise coded(409, "alerting.provenanceMismatch", text, **names)
    rules(request).drop(request["uid"])
    return Reply("", 204)


def filed(one: dict[str, Any]) -> dict[str, Any]:
    """Return a rule as a file for provisioning has it."""
    named = {
        "uid": one["uid"], "title": one["title"], "condition": one["condition"], "data": one["data"], "noDataState": one["no_data"],
        "execErrState": one["error"], "for": one["for"], "annotations": one["annotations"], "labels": one["labels"],
        "isPaused": one["paused"], "record": one["record"], "notification_settings": one["notification_settings"],
    }  # fmt: skip
    return {name: value for name, value in named.items() if value not in ("", {}, None)}


def filed_groups(request: Request, wanted: list[dict[str, Any]]) -> Reply:
    """Return groups as a file for provisioning has them."""
    folders: Any = request.store.table("folders", request.org)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in sorted(wanted, key=lambda one: (one["folder"], one["group"], one["index"])):
        title = folders[one["folder"]]["title"] if one["folder"] in folders else ""
        head = {"orgId": request.org, "name": one["group"], "folder": title, "interval": durations.write(one["interval"] * 1000)}
        found.setdefault((one["folder"], one["group"]), {**head, "rules": []})["rules"].append(filed(one))
    return exported(request, {"apiVersion": 1, "groups": list(found.values())})


@route("GET /api/v1/provisioning/alert-rules/export", needs=READ, role="Viewer")
def export_rules(request: Request) -> Any:
    """Export every rule as a file for provisioning."""
    return filed_groups(request, list(rules(request).values()))
