# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups of rules: read, replaced and deleted as a whole; and how their evaluation goes."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from . import durations, marks
from .provenance import READ, of
from .routes import route
from .rules import WRITE, filed_groups, members, normal, read, rules, shown, store, validate
from .wire import Problem, Reply, Request, coded, problem


def lost() -> Problem:
    """Return what upstream says when a group has no rules."""
    return coded(404, "alerting.alert-rule.notFound", "NotFound")


def of_path(request: Request) -> list[dict[str, Any]]:
    """Return the rules of the group of the path, if it has any."""
    found = members(rules(request), request["folder"], request["group"])
    if not found:
        raise lost()
    return found


@route("GET /api/v1/provisioning/folder/:folder/rule-groups/:group", needs=READ, role="Viewer")
def get_group(request: Request) -> Any:
    """Return a group."""
    found = of_path(request)
    head = {"title": request["group"], "folderUid": request["folder"], "interval": found[0]["interval"]}
    return {**head, "rules": [shown(request.org, one) for one in found]}


def echo(request: Request, sent: dict[str, Any]) -> dict[str, Any]:
    """Return a rule of a request as the answer repeats it: nothing that the server adds is in it."""
    rule = {**read(sent), "data": [normal(one, False) for one in sent.get("data") or []]}
    repeated = shown(request.org, {**rule, "id": sent.get("id") or 0})
    return {**repeated, "updated": sent.get("updated") or marks.NEVER}


@route("PUT /api/v1/provisioning/folder/:folder/rule-groups/:group", needs=WRITE, role="Editor")
def put_group(request: Request) -> Any:
    """Replace a group. Its folder need not exist, its title is the path's, and the answer repeats the request."""
    body, table, place = request.json(), rules(request), {"folder": request["folder"], "group": request["group"]}
    interval, sent = body.get("interval") or 0, body.get("rules") or []
    wanted = [validate(request, {**read(one), **place}, interval, folder_known=False) for one in sent]
    touched = [table[one["uid"]] for one in wanted if one["uid"] in table] + members(table, *place.values())
    if any(one["provenance"] == "file" for one in touched):
        raise problem(500, "Internal Server Error")
    left = {(one["folder"], one["group"]) for one in touched} - {tuple(place.values())}
    kept = {one["uid"] for one in wanted}
    for old in members(table, *place.values()):
        if old["uid"] not in kept:
            table.drop(old["uid"])
    for index, rule in enumerate(wanted, start=1):
        uid = rule["uid"] or marks.short_uid()
        store(request, {**rule, "uid": uid}, table.get(uid), index=index, interval=interval, provenance=of(request))
    for one in [one for folder, group in left for one in members(table, folder, group)]:
        table.put(one["uid"], {**one, "revision": one["revision"] + 1})  # a group that lost a rule is numbered anew
    return {"title": request["group"], "folderUid": request["folder"], "interval": interval, "rules": [echo(request, one) for one in sent]}


@route("DELETE /api/v1/provisioning/folder/:folder/rule-groups/:group", needs=WRITE, role="Editor")
def delete_group(request: Request) -> Any:
    """Delete a group."""
    found = of_path(request)
    if any(one["provenance"] == "file" for one in found):
        text = "cannot delete with provided provenance 'api', needs 'file'"
        raise coded(409, "alerting.provenanceMismatch", text)
    for one in found:
        rules(request).drop(one["uid"])
    return Reply("", 204)


@route("GET /api/v1/provisioning/folder/:folder/rule-groups/:group/export", needs=READ, role="Viewer")
def export_group(request: Request) -> Any:
    """Export a group as a file for provisioning."""
    return filed_groups(request, of_path(request))


def by_group(request: Request) -> list[tuple[str, str, str, list[dict[str, Any]]]]:
    """Return every group: the folder's title and uid, the name, the rules."""
    titles = {uid: one["title"] for uid, one in request.store.table("folders", request.org).items()}
    names = sorted({(titles.get(one["folder"], ""), one["folder"], one["group"]) for one in rules(request).values()})
    return [(title, folder, group, members(rules(request), folder, group)) for title, folder, group in names if title]


def evaluation(one: dict[str, Any]) -> dict[str, Any]:
    """Return how the evaluation of a rule goes: the double evaluates nothing, so that nothing fires."""
    lasting = {"duration": durations.read(one["for"]) // 1000} if durations.read(one["for"]) else {}
    text = json.dumps(one["data"], separators=(",", ":"), ensure_ascii=False)
    extra = {name: one[name] for name in ("annotations", "labels") if one[name]}
    source = {"provenance": one["provenance"]} if one["provenance"] else {}
    asked = sorted({query["datasourceUid"] for query in one["data"]} - {"__expr__"})
    source |= {"queriedDatasourceUIDs": asked} if asked else {}
    return {
        "state": "inactive", "name": one["title"], "query": text, **lasting, **extra, "uid": one["uid"], "folderUid": one["folder"],
        "health": "ok", "type": "recording" if one["record"] else "alerting", "lastEvaluation": marks.NEVER, "evaluationTime": 0,
        "isPaused": one["paused"], **source,
    }  # fmt: skip


@route("GET /api/prometheus/grafana/api/v1/rules", needs="alert.rules:read", role="Viewer")
def states(request: Request) -> Any:
    """Return the states of the rules, in the form of Prometheus."""
    found, totals = [], Counter[str]()
    for title, folder, group, inside in by_group(request):
        shown_rules = [evaluation(one) for one in inside]
        count = Counter(one["state"] for one in shown_rules)
        totals += count
        head = {"name": group, "file": title, "folderUid": folder, "rules": shown_rules, "totals": dict(count)}
        found.append({**head, "interval": inside[0]["interval"], "lastEvaluation": marks.NEVER, "evaluationTime": 0})
    return {"status": "success", "data": {"groups": found, "totals": dict(totals)}}


def ruled(one: dict[str, Any]) -> dict[str, Any]:
    """Return a rule as the ruler's API shows it."""
    settings = {"simplified_query_and_expressions_section": False, "simplified_notifications_section": False}
    alert = {
        "title": one["title"], "condition": one["condition"], "data": one["data"], "updated": marks.stamp(one["updated"]),
        "updated_by": dict(zip(("uid", "name"), one["by"], strict=True)) if one["by"][0] else None, "intervalSeconds": one["interval"],
        "version": one["revision"], "uid": one["uid"], "namespace_uid": one["folder"], "rule_group": one["group"],
        "no_data_state": one["no_data"], "exec_err_state": one["error"], "provenance": one["provenance"], "is_paused": one["paused"],
        "metadata": {"editor_settings": settings}, "guid": one["guid"],
    }  # fmt: skip
    extra = {name: one[name] for name in ("annotations", "labels") if one[name]}
    return {"expr": "", "for": one["for"], "keep_firing_for": one["keep_firing_for"], **extra, "grafana_alert": alert}


@route("GET /api/ruler/grafana/api/v1/rules", needs="alert.rules:read", role="Viewer")
def ruler(request: Request) -> Any:
    """List the rules by folder and group."""
    found: dict[str, list[Any]] = {}
    for title, _folder, group, inside in by_group(request):
        head = {"name": group, "interval": durations.write(inside[0]["interval"] * 1000)}
        found.setdefault(title, []).append({**head, "rules": [ruled(one) for one in inside]})
    return found


