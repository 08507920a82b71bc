# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Small parts of Grafana's dashboard JSON: queries, thresholds, value mappings, links. No panel knows how they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

# Written in queries for what nearly every one of them holds.
SHORT = {"SEL": 'job=~"$job", instance=~"$instance"', "RATE": "$__rate_interval", "RANGE": "$__range"}
WORD = re.compile(rf"\b({'|'.join(SHORT)})\b")

ACCENT, GOOD, WARN, BAD, QUIET = "blue", "green", "orange", "red", "text"


@dataclass(frozen=True)
class Query:
    """One PromQL query. ``legend`` names its series: {{instance}}."""

    expr: str
    legend: str = ""

    def target(self, ref: str, *, instant: bool = False, table: bool = False) -> Json:
        """Return the query as a panel's target."""
        return {
            "datasource": DATASOURCE,
            "editorMode": "code",
            "expr": promql(self.expr),
            "format": "table" if table else "time_series",
            "instant": instant,
            "legendFormat": self.legend or "__auto",
            "range": not instant,
            "refId": ref,
        }


def promql(text: str) -> str:
    """Return a query in full: on one line, SEL, RATE and RANGE written out."""
    return WORD.sub(lambda found: SHORT[found.group()], " ".join(text.split()))


def targets(queries: Query | Sequence[Query], **how: bool) -> list[Json]:
    """Return the targets A, B, ... of a panel."""
    listed = [queries] if isinstance(queries, Query) else queries
    return [query.target(chr(ord("A") + number), **how) for number, query in enumerate(listed)]


def above(*steps: float, first: str = GOOD) -> Json:
    """Return thresholds for values that are bad when large: from the first step on orange, from the second on red.

    With one step only it is red from there on.
    """
    colors = (BAD,) if len(steps) == 1 else (WARN, BAD)
    return _thresholds([(first, None), *zip(colors, steps, strict=True)])


def below(*steps: float) -> Json:
    """Return thresholds for values that are bad when small: below(0.99, 0.9) is green from 0.99 on and red below 0.9."""
    if len(steps) == 1:
        return _thresholds([(BAD, None), (GOOD, steps[0])])
    good, fair = steps
    return _thresholds([(BAD, None), (WARN, fair), (GOOD, good)])


def plain(color: str = ACCENT) -> Json:
    """Return thresholds for values that are neither good nor bad."""
    return _thresholds([(color, None)])


def _thresholds(steps: Sequence[tuple[str, float | None]]) -> Json:
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in steps]}


def words(**texts: tuple[str, str]) -> list[Json]:
    """Return a mapping of values to words: words(v0=("down", BAD), v1=("up", GOOD))."""
    options = {key.removeprefix("v"): {"color": color, "index": number, "text": text} for number, (key, (text, color)) in enumerate(texts.items())}
    return [{"type": "value", "options": options}]


UP_DOWN = words(v0=("down", BAD), v1=("up", GOOD))
YES_NO = words(v0=("no", BAD), v1=("yes", GOOD))


def detail_link(name: str, title: str, *variables: str) -> Json:
    """Return a link from a value to another dashboard of the collection: same data source and time, ``variables`` besides."""
    passed = "".join(f"&{variable}" for variable in ("${datasource:queryparam}", *variables))
    return {"title": title, "url": f"/d/observability-{name}?${{__url_time_range}}{passed}"}


def by_name(name: str, properties: Json) -> Json:
    """Return an override for the field with this name."""
    return {"matcher": {"id": "byName", "options": name}, "properties": _properties(properties)}


def by_pattern(pattern: str, properties: Json) -> Json:
    """Return an override for the fields whose names match."""
    return {"matcher": {"id": "byRegexp", "options": pattern}, "properties": _properties(properties)}


def _properties(properties: Json) -> list[Json]:
    return [{"id": key, "value": value} for key, value in properties.items()]
