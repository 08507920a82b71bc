# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules of a group: between options and the API's form, matched with those that are there, and compared. Pure."""

from __future__ import annotations

import copy
from typing import Any, Callable, Mapping, Sequence

from ..engine.compare import same
from ..engine.errors import Failure
from .alerting import duration, milliseconds

# Option -> the API's key.
KEYS = {
    "uid": "uid", "title": "title", "condition": "condition", "data": "data", "no_data_state": "noDataState",
    "exec_err_state": "execErrState", "for": "for", "keep_firing_for": "keep_firing_for", "annotations": "annotations",
    "labels": "labels", "is_paused": "isPaused", "notification_settings": "notification_settings", "record": "record",
    "missing_series_evals_to_resolve": "missingSeriesEvalsToResolve",
}  # fmt: skip
SERVER_ONLY = ("id", "orgID", "updated", "provenance", "guid", "updatedBy")
# Grafana keeps none of these for a recording rule.
ALERTS_ONLY = ("condition", "no_data_state", "exec_err_state", "for", "keep_firing_for", "notification_settings", "missing_series_evals_to_resolve")
QUERY = {"ref_id": "refId", "query_type": "queryType", "relative_time_range": "relativeTimeRange", "datasource_uid": "datasourceUid"}
# What Grafana adds to a query that does not say it.
ADDED = {"intervalMs": 1000, "maxDataPoints": 43200}

RULE: dict[str, dict[str, Any]] = {
    "uid": {"type": "str"},
    "title": {"type": "str", "required": True, "aliases": ["name"]},
    "condition": {"type": "str"},
    "data": {"type": "list", "elements": "dict"},
    "no_data_state": {"type": "str", "choices": ["NoData", "Alerting", "OK", "KeepLast"], "aliases": ["noDataState"]},
    "exec_err_state": {"type": "str", "choices": ["Error", "Alerting", "OK", "KeepLast"], "aliases": ["execErrState"]},
    "for": {"type": "str"},
    "keep_firing_for": {"type": "str", "aliases": ["keepFiringFor"]},
    "annotations": {"type": "dict"},
    "labels": {"type": "dict"},
    "is_paused": {"type": "bool", "aliases": ["isPaused"]},
    "notification_settings": {"type": "dict"},
    "record": {"type": "dict"},
    "missing_series_evals_to_resolve": {"type": "int", "aliases": ["missingSeriesEvalsToResolve"]},
}


def options_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of the API as options, without what is empty."""
    found = {option: rule[key] for option, key in KEYS.items() if rule.get(key) not in (None, "", {}, [])}
    return {name: value for name, value in found.items() if not (rule.get("record") and name in ALERTS_ONLY)}


def said(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A wanted rule reduced to what the user said and what counts, in the form in which it is sent.

    :raises Failure: when a duration is none.
    """
    plain = {name: rule[name] for name in KEYS if rule.get(name) is not None}
    if plain.get("record"):
        plain = {name: value for name, value in plain.items() if name not in ALERTS_ONLY}
    for name in ("for", "keep_firing_for"):
        if name in plain and milliseconds(plain[name]) is None:
            raise Failure(f"the rule {plain['title']!r} has a {name} of {plain[name]!r}, which is no duration such as 5m.")
    return {name: NORMAL.get(name, copy.deepcopy)(value) for name, value in plain.items()}


def queries(value: Any) -> list[dict[str, Any]]:
    """Queries in the API's form; snake case is taken as well."""
    return [{QUERY.get(key, key): inner for key, inner in one.items()} for one in value or []]


def texts(value: Any) -> dict[str, str]:
    """Labels or annotations: Grafana takes only texts, so a number becomes one."""
    return {str(key): str(inner).lower() if isinstance(inner, bool) else str(inner) for key, inner in (value or {}).items()}


def notification(value: Any) -> dict[str, Any]:
    """Settings of notifications with durations as Grafana writes them."""
    times = ("group_wait", "group_interval", "repeat_interval")
    return {key: duration(inner) if key in times else inner for key, inner in (value or {}).items()}


NORMAL: dict[str, Callable[[Any], Any]] = {
    "for": duration, "keep_firing_for": duration, "data": queries, "labels": texts, "annotations": texts, "notification_settings": notification,
}  # fmt: skip


def match(wanted: Sequence[Mapping[str, Any]], there: Sequence[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """The rule that is there for each wanted one: by uid, else by title.

    :raises Failure: when two wanted rules are the same.
    """
    left, matched = list(there), []
    names: set[str] = set()
    for one in wanted:
        name = one.get("uid") or f"title {one['title']}"
        if name in names:
            raise Failure(f"two rules are called {one.get('uid') or one['title']!r}. Give each a uid of its own.")
        names.add(name)
    for one in sorted(wanted, key=lambda one: not one.get("uid")):
        key = "uid" if one.get("uid") else "title"
        found = next((rule for rule in left if rule.get(key) == one[key]), None)
        left = [rule for rule in left if rule is not found]
        matched.append((one, found))
    return [next(found for other, found in matched if other is one) for one in wanted]


def differing(wanted: Mapping[str, Any], had: Mapping[str, Any]) -> list[str]:
    """The options of a rule (of ``said``) that are not there as wanted."""
    return [name for name, value in wanted.items() if not _same(name, value, NORMAL.get(name, copy.copy)(had.get(name)))]


def _same(name: str, wanted: Any, had: Any) -> bool:
    if name == "data":
        return len(wanted) == len(had) and all(same(without_added(old, new), new) for old, new in zip(had, wanted))
    if name in ("for", "keep_firing_for"):
        return (wanted or "0s") == (had or "0s")
    return same(had, wanted)


def without_added(had: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A query that is there without what Grafana added to it, as far as the wanted one does not say it."""
    model, new = dict(had.get("model") or {}), wanted.get("model") or {}
    for key, value in ADDED.items():
        if key not in new and model.get(key) == value:
            del model[key]
    span = had.get("relativeTimeRange")
    if span == {"from": 0, "to": 0} and not wanted.get("relativeTimeRange"):
        return {**{key: value for key, value in had.items() if key != "relativeTimeRange"}, "model": model}
    return {**had, "model": model}


def sent(wanted: Mapping[str, Any], found: Mapping[str, Any] | None, place: Mapping[str, str]) -> dict[str, Any]:
    """A rule as it is sent: what is there, the wanted over it; a new one with the states that Grafana's pages choose."""
    body = {key: value for key, value in (found or {}).items() if key not in SERVER_ONLY}
    if not found and not wanted.get("record"):
        body.update(noDataState="NoData", execErrState="Error")
    body.update({KEYS[name]: value for name, value in wanted.items()})
    return {**body, **place}


def refuse_incomplete(rule: Mapping[str, Any]) -> None:
    """Refuse a rule that Grafana would refuse, or would take and never evaluate.

    :raises Failure: when it has no queries, or its condition is none of them.
    """
    title, ids = rule["title"], [one.get("refId") for one in rule.get("data") or []]
    if not ids:
        raise Failure(f"the rule {title!r} needs data: its queries and expressions.")
    record = rule.get("record") or {}
    name, meant = ("record.from", record.get("from")) if record else ("condition", rule.get("condition"))
    if meant not in ids:
        raise Failure(f"the rule {title!r} has a {name} of {meant!r}, but its data are {', '.join(map(str, ids))}.")
