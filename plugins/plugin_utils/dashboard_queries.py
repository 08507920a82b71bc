# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What dashboards ask Prometheus: the queries of their panels and annotations, and the variables in them. Pure.

Which values the variables take is found out by the module prometheus_panels, which asks the server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

LABEL_VALUES = re.compile(r"\s*label_values\(\s*(?:(?P<selector>.+?)\s*,\s*)?(?P<label>\w+)\s*\)\s*", re.DOTALL)
# Separators of a variable of the type custom; \, is a comma within a value.
COMMA = re.compile(r"(?<!\\),")
ALL = "$__all"

Json = Mapping[str, Any]


def dashboard_queries(dashboard: Json) -> dict[str, Any]:
    """Return {uid, title, tags, variables, panels} of a dashboard in Grafana's classic JSON (or in the envelope of its API).

    A panel is {id, title, may_be_empty, repeat, queries: [{ref, expr, instant}]}. One with a text for "no value"
    (fieldConfig.defaults.noValue) says what it means to be empty, so it may be. Annotations follow the panels, and may
    always be empty. Panels that ask no Prometheus are left out. Raises ValueError (a sentence).
    """
    dashboard = _unwrapped(dashboard)
    panels = [_panel(panel) for panel in _flat(dashboard.get("panels") or [])]
    annotations = (dashboard.get("annotations") or {}).get("list") or []
    return {
        "uid": str(dashboard.get("uid") or ""),
        "title": str(dashboard.get("title") or ""),
        "tags": [str(tag) for tag in dashboard.get("tags") or []],
        "variables": [_variable(item) for item in (dashboard.get("templating") or {}).get("list") or [] if item.get("type") not in ("datasource", "adhoc")],
        "panels": [panel for panel in [*panels, *(_annotation(item) for item in annotations)] if panel["queries"]],
    }


def _unwrapped(dashboard: Json) -> Json:
    inner = dashboard.get("dashboard") or dashboard.get("spec") or dashboard
    name = inner.get("title") or inner.get("uid") or "a dashboard without a title"
    if "elements" in inner:
        raise ValueError(f"Dashboard '{name}' is in Grafana's schema v2, which is not read here. Export it as classic JSON.")
    if not isinstance(inner.get("panels", []), list) or not {"panels", "title"} & set(inner):
        raise ValueError(f"'{name}' is no dashboard: it has no list of panels.")
    return inner


def _flat(panels: Iterable[Json]) -> list[Json]:
    """The panels, those in collapsed rows included."""
    return [one for panel in panels for one in (panel, *_flat(panel.get("panels") or []))]


def _panel(panel: Json) -> dict[str, Any]:
    defaults = (panel.get("fieldConfig") or {}).get("defaults") or {}
    return {
        "id": panel.get("id"),
        "title": str(panel.get("title") or f"panel {panel.get('id')}"),
        "may_be_empty": bool(str(defaults.get("noValue") or "").strip()),
        "repeat": str(panel.get("repeat") or ""),
        "queries": [_query(target) for target in panel.get("targets") or [] if _asks_prometheus(target, panel)],
    }


def _annotation(item: Json) -> dict[str, Any]:
    target = {"expr": item.get("expr"), **(item.get("target") or {}), "refId": "annotation"}
    asked = [_query(target)] if item.get("enable") and _asks_prometheus({"datasource": item.get("datasource"), **target}, {}) else []
    return {"id": None, "title": f"annotation {item.get('name', '')}".strip(), "may_be_empty": True, "repeat": "", "queries": asked}


def _query(target: Json) -> dict[str, Any]:
    return {"ref": str(target.get("refId") or "A"), "expr": str(target["expr"]), "instant": bool(target.get("instant")) and not target.get("range")}


def _asks_prometheus(target: Json, panel: Json) -> bool:
    """Whether a target is shown and asks Prometheus, as far as one can tell: old dashboards name a data source only, or none."""
    source = target.get("datasource") or panel.get("datasource")
    kind = source.get("type", "prometheus") if isinstance(source, dict) else "prometheus"
    return bool(target.get("expr")) and kind == "prometheus" and not target.get("hide")


def _variable(item: Json) -> dict[str, Any]:
    """One variable: where its values come from (``label`` of ``selector``, or ``values``), and how they are put into a query."""
    query = item.get("query") or item.get("definition") or ""
    text = str(query.get("query") or "" if isinstance(query, dict) else query)
    found = LABEL_VALUES.fullmatch(text) if item.get("type", "query") == "query" else None
    several = bool(item.get("multi") or item.get("includeAll"))
    return {
        "name": str(item["name"]),
        "label": found["label"] if found else "",
        "selector": (found["selector"] or "") if found else "",
        "regex": str(item.get("regex") or "") if found else "",
        "values": [] if found else _given_values(item, text),
        "several": several,
        "everything": str(item.get("allValue") or "") if item.get("includeAll") else "",
    }


def _given_values(item: Json, text: str) -> list[str]:
    """The values of a variable that Prometheus need not be asked for: those chosen in the file, else those that can be chosen."""
    chosen = (item.get("current") or {}).get("value")
    listed = [str(value) for value in (chosen if isinstance(chosen, list) else [chosen]) if value not in (None, "", ALL)]
    if listed:
        return listed
    if item.get("type") in ("custom", "interval"):
        values = [part.rpartition(" : ")[2].strip().replace("\\,", ",") for part in COMMA.split(text)]
        return [value for value in values if value][: None if item.get("includeAll") else 1]
    return [text] if text and item.get("type") in ("constant", "textbox") else []
