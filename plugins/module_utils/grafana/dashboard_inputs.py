# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inputs of dashboards that were exported to be shared: ``${DS_PROMETHEUS}`` becomes the data source that is meant. Pure."""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

from ..engine.errors import Failure

SHARING_KEYS = ("__inputs", "__requires", "__elements")


def rows(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inputs that a dashboard asks for."""
    found = spec.get("__inputs")
    return [row for row in found if isinstance(row, dict) and row.get("name")] if isinstance(found, list) else []


def needs_sources(spec: Mapping[str, Any]) -> bool:
    """Whether the server's data sources must be known."""
    return any(row.get("type") == "datasource" for row in rows(spec))


def filled(spec: dict[str, Any], given: Mapping[str, Any], sources: Sequence[Mapping[str, Any]] | None) -> tuple[dict[str, Any], list[str]]:
    """(the dashboard with its inputs in their places, the names of those that nobody could tell).

    :param given: {input: value}; of a data source its name or uid.
    :param sources: the data sources of the server; None when they may not be read.
    :raises Failure: when a data source is named that is not there.
    """
    values: dict[str, str] = {name: str(value) for name, value in given.items()}
    open_ones = []
    for row in rows(spec):
        value = _value(row, given.get(row["name"]), sources)
        if value is None:
            open_ones.append(str(row["name"]))
        else:
            values[row["name"]] = value
    if not values:
        return spec, open_ones
    rest = spec if open_ones else {key: value for key, value in spec.items() if key not in SHARING_KEYS}
    asked = {key: value for key, value in rest.items() if key in SHARING_KEYS}
    pattern = re.compile(r"\$\{(" + "|".join(map(re.escape, values)) + r")\}")
    result = _replaced(rest, pattern, values)
    return {**result, **asked}, open_ones


def _value(row: Mapping[str, Any], given: Any, sources: Sequence[Mapping[str, Any]] | None) -> str | None:
    if row.get("type") != "datasource":
        return str(row["value"]) if given is None and row.get("value") is not None else None if given is None else str(given)
    if given is not None:
        return _named(row, str(given), sources)
    fitting = [one for one in sources or [] if one.get("type") == row.get("pluginId")]
    default = [one for one in fitting if one.get("isDefault")]
    best = fitting if len(fitting) == 1 else default
    return str(best[0]["uid"]) if best else None


def _named(row: Mapping[str, Any], given: str, sources: Sequence[Mapping[str, Any]] | None) -> str:
    if sources is None or given.startswith("$"):
        return given
    for key in ("uid", "name"):
        for one in sources:
            if one.get(key) == given:
                return str(one["uid"])
    raise Failure(f"The input {row['name']} names the data source {given!r}, which is not there.")


def _replaced(value: Any, pattern: re.Pattern[str], values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, pattern, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, pattern, values) for item in value]
    if isinstance(value, str) and "${" in value:
        return pattern.sub(lambda found: values[found.group(1)], value)
    return value
