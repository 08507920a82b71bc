# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether two dashboards are the same, and where they differ, in words that lead to the place. Pure."""

from __future__ import annotations

import json
from typing import Any, Mapping

# What newer servers add to a dashboard that does not say it.
BUILT_IN = {
    "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard",
}  # fmt: skip
ADDED: dict[str, tuple[Any, ...]] = {
    "annotations": ({"list": [BUILT_IN]}, {"list": []}), "editable": (True,), "fiscalYearStartMonth": (0,), "graphTooltip": (0,),
    "links": ([],), "panels": ([],), "refresh": ("",), "tags": ([],), "templating": ({"list": []},), "time": ({"from": "now-6h", "to": "now"},),
    "timepicker": ({},), "timezone": ("",), "weekStart": ("",),
}  # fmt: skip
NAMES = ("id", "refId", "name", "uid", "title")
GONE = object()


def settled(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both dashboards in the form in which they are compared: titles trimmed, without what the server added by itself."""
    mine, theirs = dict(wanted), dict(found)
    for one in (mine, theirs):
        if isinstance(one.get("title"), str):
            one["title"] = one["title"].strip()
    for key, values in ADDED.items():
        if key not in mine and key in theirs and any(same(value, theirs[key]) for value in values):
            del theirs[key]
    return mine, theirs


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same to a server that keeps numbers as floating ones: 1.0 is 1, and true is not."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
        return type(one) is type(other) and bool(one == other)
    return one == other or _as_float(one) == _as_float(other)


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def same_dashboard(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether a dashboard is as wanted. The comparison of texts is what makes hundreds of large ones quick."""
    if json.dumps(wanted, sort_keys=True) == json.dumps(found, sort_keys=True):
        return True
    return same(*settled(wanted, found))


def differences(before: Any, after: Any, place: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that differ, by their places, such as ``panels / CPU / targets / A / expr``: ({before}, {after})."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted(set(before) | set(after), key=str)
        pairs = [(key, before.get(key, GONE), after.get(key, GONE)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list) and any(isinstance(one, dict) for one in before + after):
        pairs = _aligned(before, after)
    else:
        return _leaf(before, after, place)
    was: dict[str, Any] = {}
    becomes: dict[str, Any] = {}
    for name, one, other in pairs:
        left, right = differences(one, other, f"{place} / {name}" if place else str(name))
        was.update(left)
        becomes.update(right)
    if not was and not becomes and not same(before, after):
        was[place], becomes[place] = "in another order", [name for name, _one, _other in _aligned(after, after)]
    return was, becomes


def _leaf(before: Any, after: Any, place: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if before is not GONE and after is not GONE and same(before, after):
        return {}, {}
    return {} if before is GONE else {place: before}, {} if after is GONE else {place: after}


def _aligned(before: list[Any], after: list[Any]) -> list[tuple[str, Any, Any]]:
    """The elements of two lists in pairs: by the first key that tells all of them apart, else by their number."""
    for key in NAMES:
        had, wanted = _by(key, before), _by(key, after)
        if had is not None and wanted is not None:
            rows = [(name, had.get(name, GONE), wanted.get(name, GONE)) for name in {**wanted, **had}]
            return [(_shown(name, one, other), one, other) for name, one, other in rows]
    left, right = ([*side, *[GONE] * (max(len(before), len(after)) - len(side))] for side in (before, after))
    return [(str(number), one, other) for number, (one, other) in enumerate(zip(left, right), 1)]


def _by(key: str, side: list[Any]) -> dict[Any, Any] | None:
    named = {one[key]: one for one in side if isinstance(one, dict) and isinstance(one.get(key), (str, int))}
    return named if len(named) == len(side) else None


def _shown(name: Any, one: Any, other: Any) -> str:
    """What people call an element: a panel's title beside its number."""
    title = next((side["title"] for side in (other, one) if side is not GONE and side.get("title") and isinstance(side["title"], str)), "")
    return f"{title} ({name})" if title and title != name else str(name)


def summary(spec: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A dashboard in a few lines: what a diff shows of one that comes or goes."""
    told: dict[str, Any] = {"title": str(spec.get("title", "")).strip(), **{key: value for key, value in more.items() if value is not None}}
    if spec.get("tags"):
        told["tags"] = spec["tags"]
    panels = spec.get("panels")
    if isinstance(panels, list):
        told["panels"] = [str(one.get("title") or one.get("type") or "") for one in panels if isinstance(one, dict)]
    if isinstance(spec.get("elements"), dict):
        told["panels"] = sorted(spec["elements"])
    variables = (spec.get("templating") or {}).get("list") if isinstance(spec.get("templating"), dict) else None
    if variables:
        told["variables"] = [str(one.get("name", "")) for one in variables if isinstance(one, dict)]
    return told
