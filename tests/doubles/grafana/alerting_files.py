# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alerting from provisioning files: contact points, policies, templates, mute timings, groups of rules."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from . import contact_points, durations, marks, mute_timings, policies, rules, templates
from .provisioning import folder_of

Document = dict[str, Any]
Orgs = Callable[[Any], list[tuple[int, Document]]]


def read(app: Any, document: Document, orgs: Orgs) -> None:
    """Make what a file describes, and delete what it says is to go."""
    for kind, make in MAKERS.items():
        for org, item in orgs(document.get(kind)):
            make(app, org, item)
    for kind, (table, field) in DELETED.items():
        for org, item in orgs(document.get(kind)):
            app.store.table(table, org).drop(item[field])


def contact_point(app: Any, org: int, item: Document) -> None:
    """Make the integrations of a contact point."""
    table = app.store.table("receivers", org)
    for one in item.get("receivers") or []:
        body = {**one, "name": item["name"]}
        table.put(one["uid"], contact_points.make(one["uid"], body, contact_points.check(body), "file"))


def timing(app: Any, org: int, item: Document) -> None:
    """Make a mute timing."""
    app.store.table("mute_timings", org).put(item["name"], {**mute_timings.read(item), "provenance": "file"})


def template(app: Any, org: int, item: Document) -> None:
    """Make a template."""
    text = templates.content(item["name"], item["template"])
    app.store.table("templates", org).put(item["name"], {"name": item["name"], "template": text, "provenance": "file"})


def policy(app: Any, org: int, item: Document) -> None:
    """Replace the tree of policies."""
    tree = policies.read({name: value for name, value in item.items() if name != "orgId"}, True)
    app.store.table("alerting", org).put("policy", {"route": tree, "provenance": "file"})


def group(app: Any, org: int, item: Document) -> None:
    """Make the rules of a group, and its folder."""
    folder = folder_of(app, org, item["folder"], "")
    # The rules' own code works for a request: this is one without a caller.
    request: Any = SimpleNamespace(app=app, store=app.store, org=org, headers={}, who=SimpleNamespace(uid="", login=""))
    seconds = durations.read(item.get("interval") or "1m") // 1000
    for index, one in enumerate(item.get("rules") or [], start=1):
        rule = rules.read({**one, "folderUID": folder, "ruleGroup": item["name"]})
        rule = rules.validate(request, {**rule, "uid": rule["uid"] or marks.short_uid()}, seconds)
        old = app.store.table("rules", org).get(rule["uid"])
        rules.store(request, rule, old, index=index, interval=seconds, provenance="file")


MAKERS: dict[str, Callable[[Any, int, Document], None]] = {
    "contactPoints": contact_point,
    "muteTimes": timing,
    "templates": template,
    "policies": policy,
    "groups": group,
}
DELETED = {
    "deleteContactPoints": ("receivers", "uid"),
    "deleteMuteTimes": ("mute_timings", "name"),
    "deleteTemplates": ("templates", "name"),
    "deleteRules": ("rules", "uid"),
}
