# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A whole dashboard: sections laid out on the grid, variables, annotations, and links to all others of the collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.dashboards.panels import Panel
from tools.dashboards.parts import DATASOURCE, Json, promql

TAG = "observability-stack"
UID_PREFIX = "observability-"
# That of Grafana 10.4: a newer server migrates what is older, an older one does not know what is newer.
SCHEMA = 39
GRID = 24

HOW_TO_READ = "Hover over the i of a panel: it says what is shown and what a bad value means."


@dataclass(frozen=True)
class Section:
    """A headline and the panels below it, from left to right."""

    title: str
    panels: Sequence[Panel]


def board(
    name: str, title: str, description: str, *, variables: Sequence[Json], sections: Sequence[Section], annotations: Sequence[Json] = (), service: str = ""
) -> Json:
    """Return the dashboard ``observability-<name>``; ``service`` is the one without which it has nothing to show."""
    return {
        "uid": f"{UID_PREFIX}{name}",
        "title": title,
        "description": f"{description} {HOW_TO_READ}",
        "tags": [TAG, service] if service else [TAG],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": True,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "liveNow": False,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "weekStart": "",
        "links": [_other_dashboards()],
        "annotations": {"list": [_builtin(), *annotations]},
        "templating": {"list": [_data_source(), *variables, _filters()]},
        "panels": laid_out(sections),
    }


def laid_out(sections: Sequence[Section]) -> list[Json]:
    """Return the panels with ids and places: each section below the one before, its panels in lines as wide as the grid."""
    placed: list[Json] = []
    y = 0
    for section in sections:
        placed.append(_row(section.title, len(placed) + 1, y))
        y += 1
        x = tallest = 0
        for panel in section.panels:
            if x + panel.width > GRID:
                x, y, tallest = 0, y + tallest, 0
            place = {"h": panel.height, "w": panel.width, "x": x, "y": y}
            placed.append({"id": len(placed) + 1, "gridPos": place, **panel.body})
            x, tallest = x + panel.width, max(tallest, panel.height)
        y += tallest
    return placed


def label(name: str, metric: str, *, title: str = "", several: bool = True, everything: str = "") -> Json:
    """Return a variable: the values of a label of a metric, such as label("job", "probe_success").

    ``several`` allows more than one value and All; ``everything`` is the pattern that All stands for, else it names each value.
    """
    text = f"label_values({promql(metric)}, {name})"
    variable: Json = {
        "name": name,
        "label": title or name.capitalize(),
        "type": "query",
        "datasource": DATASOURCE,
        "definition": text,
        "query": {"qryType": 1, "query": text, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": 2,
        "regex": "",
        "sort": 1,
        "hide": 0,
        "includeAll": several,
        "multi": several,
        "options": [],
        "skipUrlSync": False,
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]} if several else {},
    }
    return {**variable, "allValue": everything} if everything else variable


def job_and_instance(metric: str, *, several: bool = True, title: str = "Instance") -> list[Json]:
    """Return the two variables by which a service's targets are chosen; ``metric`` is one that each of them has."""
    instances = f'{metric}{{job=~"$job"}}'
    return [label("job", metric, several=several), label("instance", instances, title=title, several=several, everything=".+" if several else "")]


def alerts_firing(selector: str = "") -> Json:
    """Return the annotation that marks when alerts fire."""
    inner = ", ".join(part for part in ('alertstate="firing"', 'alertname!="ObservabilityVerify"', selector) if part)
    more = {"titleFormat": "{{alertname}}", "textFormat": "{{instance}} {{severity}}", "tagKeys": "severity"}
    return _annotation("Alerts firing", f"ALERTS{{{inner}}}", "red", **more)


def moments(title: str, expr: str, color: str) -> Json:
    """Return an annotation whose values are the moments that it marks, as Unix seconds."""
    return _annotation(title, f"{expr} * 1000", color, titleFormat=title, textFormat="{{job}} {{instance}}", useValueForTime=True)


def _annotation(name: str, expr: str, color: str, **more: Any) -> Json:
    return {
        "name": name,
        "datasource": DATASOURCE,
        "enable": True,
        "hide": False,
        "iconColor": color,
        "expr": promql(expr),
        "step": "30s",
        "useValueForTime": False,
        **more,
    }


def _builtin() -> Json:
    return {
        "builtIn": 1,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }


def _row(title: str, number: int, y: int) -> Json:
    return {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": {"h": 1, "w": GRID, "x": 0, "y": y}, "panels": []}


def _other_dashboards() -> Json:
    return {
        "title": "Observability stack",
        "type": "dashboards",
        "tags": [TAG],
        "asDropdown": True,
        "icon": "external link",
        "includeVars": False,
        "keepTime": True,
        "targetBlank": False,
        "tooltip": "The other dashboards of the stack",
        "url": "",
    }


def _data_source() -> Json:
    return {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "regex": "",
        "refresh": 1,
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "options": [],
        "skipUrlSync": False,
        "current": {},
    }


def _filters() -> Json:
    """Any further label, for instance one of observability_labels: it applies to every query."""
    return {"name": "filters", "label": "Filters", "type": "adhoc", "datasource": DATASOURCE, "filters": [], "hide": 0, "skipUrlSync": False}
