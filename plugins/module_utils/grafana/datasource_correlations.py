# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Correlations: links that lead from a field of one data source's results to a query of another."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.plan import UPDATE, Change
from ..engine.reading import get_or_none
from ..engine.resource import fill

PATH = "/api/datasources/uid/{uid}/correlations"
KEYS = {"target", "label", "description", "field", "type", "query", "transformations"}


def wanted_form(one: Mapping[str, Any], target: str) -> dict[str, Any]:
    """A correlation as the user wrote it, with the uid of what it leads to, in the form in which they are compared."""
    strange = set(one) - KEYS
    if strange or not one.get("target") or not one.get("field"):
        known = f"Known are {', '.join(sorted(KEYS))}."
        raise Failure(f"correlations: {'unknown ' + ', '.join(sorted(strange)) if strange else 'target and field are needed'}. {known}")
    return {
        "target": target, "label": one.get("label") or "", "description": one.get("description") or "", "type": one.get("type") or "query",
        "field": one["field"], "query": one.get("query") or {}, "transformations": one.get("transformations") or [],
    }  # fmt: skip


def found_form(one: Mapping[str, Any]) -> dict[str, Any]:
    """A correlation of the server's in the form in which they are compared."""
    config = one.get("config") or {}
    return {
        "target": one.get("targetUID") or "", "label": one.get("label") or "", "description": one.get("description") or "",
        "type": one.get("type") or config.get("type") or "query", "field": config.get("field") or "",
        "query": config.get("target") or {}, "transformations": config.get("transformations") or [],
    }  # fmt: skip


def of_source(api: Any, uid: str) -> list[dict[str, Any]]:
    """The correlations of a data source, but for those that a file describes."""
    return [one for one in get_or_none(api, fill(PATH, {"uid": uid})) or [] if not one.get("provisioned")]


def involving(api: Any, uid: str) -> list[dict[str, Any]]:
    """All correlations that a data source is at one end of."""
    found: list[dict[str, Any]] = []
    page, size = 1, 100
    while True:
        answer = get_or_none(api, f"/api/datasources/correlations?limit={size}&page={page}") or {}
        rows = answer.get("correlations") or []
        found += [one for one in rows if uid in (one.get("sourceUID"), one.get("targetUID"))]
        if len(rows) < size:
            return found
        page += 1


def target_uid(api: Any, name: str) -> str:
    """The uid of a data source that is named by its uid or its name; empty when there is none."""
    for path in ("/api/datasources/uid/{name}", "/api/datasources/name/{name}"):
        found = get_or_none(api, fill(path, {"name": name}))
        if found:
            return str(found["uid"])
    return ""


def differ(wanted: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the described correlations are not those that are there, in any order."""
    rest = [found_form(one) for one in there]
    for one in wanted:
        if one not in rest:
            return True
        rest.remove(dict(one))
    return bool(rest)


def noted(change: Change, wanted: list[dict[str, Any]], there: Sequence[Mapping[str, Any]]) -> Change:
    """The change of a data source with what will happen to its correlations."""
    if change.action == UPDATE:
        change.before = {**(change.before or {}), "correlations": [found_form(one) for one in there]}
    change.after = {**(change.after or {}), "correlations": wanted}
    return change


def settle(api: Any, change: Change, uid: str) -> None:
    """Make the correlations what was planned; a target that did not exist then has a uid now."""
    links = (change.after or {}).get("correlations")
    if not links:
        if links is not None:
            write(api, uid, [])
        return
    wanted = []
    for one in links:
        target = target_uid(api, one["target"])
        if not target:
            raise Failure(f"The {change.label} has a correlation to {one['target']}, and there is no data source of that uid or name.")
        wanted.append({**one, "target": target})
    write(api, uid, wanted)


def write(api: Any, uid: str, wanted: Sequence[dict[str, Any]]) -> None:
    """Make a data source's correlations the wanted ones. One of the same target and label is changed, not made anew."""
    there = of_source(api, uid)
    todo = []
    for one in wanted:
        same = next((row for row in there if found_form(row) == one), None)
        if same is None:
            todo.append(one)
        else:
            there.remove(same)
    for one in todo:
        near = next((row for row in there if all(found_form(row)[key] == one[key] for key in ("target", "label", "type"))), None)
        if near is not None:
            there.remove(near)
        _send(api, uid, one, near)
    for row in there:
        _remove(api, uid, row["uid"])


def _send(api: Any, uid: str, one: dict[str, Any], near: dict[str, Any] | None) -> None:
    """Make a correlation or change one."""
    config = {"field": one["field"], "target": one["query"], "transformations": one["transformations"]}
    body = {"label": one["label"], "description": one["description"], "config": config}
    if near is not None:
        api.json("PATCH", fill(PATH + "/{link}", {"uid": uid, "link": near["uid"]}), json=body)
    else:
        full = {**body, "targetUID": one["target"], "type": one["type"], "config": {**config, "type": one["type"]}}
        api.json("POST", fill(PATH, {"uid": uid}), json=full)


def _remove(api: Any, uid: str, link: str) -> None:
    """Remove a correlation; one that is gone is no error."""
    try:
        api.json("DELETE", fill(PATH + "/{link}", {"uid": uid, "link": link}))
    except ClientError as error:
        if error.status != 404:
            raise
