# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The panels that our dashboards are made of, each with the one look that all of them have.

Every function takes a title, its queries, and a description that says what is shown and what a bad value means.
``empty`` says what it means when there is nothing to show; a panel without it should always have data, and the playbook
verify fails when it has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tools.dashboards.parts import DATASOURCE, Json, Query, plain, targets

Queries = Query | Sequence[Query]


@dataclass(frozen=True)
class Panel:
    """A panel that has no place yet."""

    body: Json
    width: int
    height: int

    def sized(self, width: int, height: int | None = None) -> Panel:
        """Return the same panel in another size, in units of Grafana's grid, which is 24 wide."""
        return replace(self, width=width, height=height or self.height)


def stat(title: str, query: Queries, description: str, *, unit: str = "short", thresholds: Json | None = None, **more: Any) -> Panel:
    """Return one number, or one for each series; ``graph`` draws its course behind it, ``range`` asks for the course only."""
    graph, text = more.pop("graph", False), more.pop("text", "auto")
    options = {
        "colorMode": "value",
        "graphMode": "area" if graph else "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "reduceOptions": _last(),
        "showPercentChange": False,
        "textMode": text,
        "wideLayout": True,
    }
    field = _field(unit, thresholds or plain(), {"mode": "thresholds"}, more)
    body = _body("stat", title, description, targets(query, instant=not graph), field, options)
    return Panel(body, width=4, height=4)


def series(title: str, query: Queries, description: str, *, unit: str = "short", thresholds: Json | None = None, **more: Any) -> Panel:
    """Return curves over time with a legend that is a table. ``stack`` piles them up; ``least`` is the axis' lower end."""
    stack, least = more.pop("stack", False), more.pop("least", 0)
    calcs = more.pop("calcs", ["lastNotNull", "mean", "max"])
    custom = {
        **({} if least is None else {"axisSoftMin": least}),
        "drawStyle": "line",
        "fillOpacity": 40 if stack else 8,
        "gradientMode": "none",
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "pointSize": 4,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if stack else "none"},
        "thresholdsStyle": {"mode": "dashed" if thresholds else "off"},
    }
    options = {
        "legend": {"calcs": calcs, "displayMode": "table", "placement": "bottom", "showLegend": True, "sortBy": "Last *", "sortDesc": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    field = _field(unit, thresholds or plain(), {"mode": "palette-classic"}, more, custom)
    return Panel(_body("timeseries", title, description, targets(query), field, options), width=12, height=8)


def states(title: str, query: Queries, description: str, *, unit: str = "short", thresholds: Json | None = None, **more: Any) -> Panel:
    """Return a band for each series that changes its colour with the value."""
    options = {
        "alignValue": "left",
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
        "mergeValues": True,
        "rowHeight": 0.85,
        "showValue": "never",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    custom = {"fillOpacity": 75, "lineWidth": 0, "spanNulls": False}
    field = _field(unit, thresholds or plain(), {"mode": "thresholds"}, more, custom)
    return Panel(_body("state-timeline", title, description, targets(query), field, options), width=12, height=8)


@dataclass(frozen=True)
class Column:
    """A column of numbers. ``cell``: auto, color-text, color-background, gauge; one that is not ``shown`` only makes the rows."""

    title: str
    expr: str
    unit: str = "short"
    thresholds: Json | None = None
    cell: str = "auto"
    properties: Mapping[str, Any] | None = None
    shown: bool = True


def table(title: str, keys: Mapping[str, str], columns: Sequence[Column], description: str, **more: Any) -> Panel:
    """Return a table with a row for each set of labels. ``keys`` are these labels with their titles; queries bring no others.

    ``links`` are links by key; ``sort`` is the column that sorts the rows.
    """
    links, sort = more.pop("links", {}), more.pop("sort", "")
    overrides = [_column(column) for column in columns if column.shown]
    overrides += [_override(keys[key], {"links": [link]}) for key, link in links.items()]
    custom = {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": True, "inspect": False}
    field = _field("short", plain(), {"mode": "thresholds"}, {**more, "overrides": overrides}, custom)
    options = {"cellHeight": "sm", "footer": {"countRows": False, "fields": "", "reducer": ["sum"], "show": False}, "showHeader": True}
    if sort:
        options["sortBy"] = [{"desc": more.get("desc", True), "displayName": sort}]
    asked = targets([Query(column.expr) for column in columns], instant=True, table=True)
    body = _body("table", title, description, asked, field, options)
    body["transformations"] = _one_table(keys, columns)
    return Panel(body, width=24, height=8)


def _one_table(keys: Mapping[str, str], columns: Sequence[Column]) -> list[Json]:
    """Put the answers side by side, and their fields into order under their titles."""
    values = ["Value"] if len(columns) == 1 else [f"Value #{chr(ord('A') + number)}" for number in range(len(columns))]
    names = {**keys, **dict(zip(values, (column.title for column in columns), strict=True))}
    order = {name: number for number, name in enumerate(names)}
    hidden = [value for value, column in zip(values, columns, strict=True) if not column.shown]
    organize = {"excludeByName": dict.fromkeys(["Time", *hidden], True), "includeByName": {}, "indexByName": order, "renameByName": names}
    return [{"id": "merge", "options": {}}, {"id": "organize", "options": organize}]


def _column(column: Column) -> Json:
    properties: Json = {"unit": column.unit, **(column.properties or {})}
    if column.thresholds:
        properties["thresholds"] = column.thresholds
    if column.cell != "auto":
        properties["custom.cellOptions"] = {"type": column.cell, **({"mode": "basic"} if column.cell != "color-text" else {})}
    return _override(column.title, properties)


def _override(name: str, properties: Mapping[str, Any]) -> Json:
    listed = [{"id": key, "value": value} for key, value in properties.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": listed}


def _last() -> Json:
    return {"calcs": ["lastNotNull"], "fields": "", "values": False}


def _field(unit: str, thresholds: Json, color: Json, more: Mapping[str, Any], custom: Json | None = None) -> Json:
    """Return a panel's fieldConfig. ``more``: empty, decimals, min, max, mappings, links, overrides."""
    known = {"empty", "decimals", "min", "max", "mappings", "links", "overrides", "desc"}
    if set(more) - known:
        raise TypeError(f"a panel has no {', '.join(sorted(set(more) - known))}")
    defaults: Json = {"color": color, "mappings": more.get("mappings", []), "thresholds": thresholds, "unit": unit}
    defaults.update({key: more[key] for key in ("decimals", "min", "max", "links") if key in more})
    if "empty" in more:
        defaults["noValue"] = more["empty"]
    if custom:
        defaults["custom"] = custom
    return {"defaults": defaults, "overrides": more.get("overrides", [])}


def _body(kind: str, title: str, description: str, asked: list[Json], field: Json, options: Json) -> Json:
    return {
        "type": kind,
        "title": title,
        "description": " ".join(description.split()),
        "datasource": DATASOURCE,
        "fieldConfig": field,
        "options": options,
        "targets": asked,
    }
