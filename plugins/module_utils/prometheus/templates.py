# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's template variables in queries, put in as Grafana's data source for Prometheus does. No I/O."""

from __future__ import annotations

import re
from typing import Any

# $name, ${name}, ${name:format}, [[name]], [[name:format]]
VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]")
SPECIAL = re.compile(r"[\\^$*+?.()|\[\]{}]")
JOINED = {"csv": ",", "raw": ",", "text": ",", "pipe": "|"}


def times(scrape_interval: float, span: float, now: float) -> dict[str, str]:
    """Values of Grafana's own variables for a panel that shows the last ``span`` seconds."""
    step = step_of(scrape_interval, span)
    return {
        "__interval": _seconds(step),
        "__interval_ms": f"{step * 1000:.0f}",
        "__rate_interval": _seconds(max(step + scrape_interval, 4 * scrape_interval)),
        "__range": _seconds(span),
        "__range_s": f"{span:.0f}",
        "__range_ms": f"{span * 1000:.0f}",
        "__from": f"{(now - span) * 1000:.0f}",
        "__to": f"{now * 1000:.0f}",
    }


def step_of(scrape_interval: float, span: float) -> float:
    """Seconds between the points of a curve: sixty of them, but none between two scrapes."""
    return max(scrape_interval, span / 60)


def render(text: str, values: dict[str, str], lists: dict[str, list[str]]) -> str:
    """``text`` with every known variable replaced; an unknown one stays, so that the server refuses it.

    ``values`` are variables as they stand in a query, ``lists`` the single values of those that have several.
    """

    def value(found: Any) -> str:
        name = found.group(1) or found.group(2) or found.group(4)
        how = found.group(3) or found.group(5)
        if how in JOINED and name in lists:
            return JOINED[how].join(lists[name])
        return values.get(name, found.group())

    return VARIABLE.sub(value, text)


def in_query(variable: dict[str, Any], values: list[str], first_only: bool = False) -> str:
    """A variable's values as they stand in a query: one, a pattern of several, or what the variable says for all of them."""
    if not variable["several"]:
        return _quoted(values[0]) if values else ""
    if variable["everything"] and not first_only:
        return str(variable["everything"])
    escaped = [_escaped(value) for value in (values[:1] if first_only else values)]
    return escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"


def narrowed(values: list[str], pattern: str) -> list[str]:
    """The values that match a variable's regular expression: its first group where it has one."""
    if not pattern:
        return values
    found = [re.search(pattern[1 : pattern.rindex("/")] if pattern.startswith("/") else pattern, value) for value in values]
    return sorted({match.group(1) if match.groups() else match.string for match in found if match})


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(value: str) -> str:
    # Two backslashes: the pattern stands in a string of PromQL.
    return SPECIAL.sub(lambda found: "\\\\" + found.group(), value).replace('"', '\\"')


def _seconds(number: float) -> str:
    return f"{number * 1000:.0f}ms" if number % 1 else f"{number:.0f}s"
