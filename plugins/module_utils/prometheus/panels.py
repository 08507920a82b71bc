# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks Prometheus what the panels of dashboards ask, and says what was refused and what came back empty."""

from __future__ import annotations

import time
from typing import Any

from ..engine.errors import ClientError
from ..engine.wait import wait_until
from .api import Prometheus, seconds_of
from .templates import in_query, narrowed, render, step_of, times

# The server's answers about a query: wrong, cannot be executed, took too long. Anything else is about the server.
REFUSALS = frozenset({400, 422, 503})


class Run:
    """One look at all dashboards, repeated for those that are not yet as they should be."""

    def __init__(self, server: Prometheus, scrape_interval: str, span: str) -> None:
        self._server = server
        self._interval = seconds_of(scrape_interval)
        self._span = seconds_of(span)

    def until_filled(self, dashboards: list[dict[str, Any]], patience: float) -> list[dict[str, Any]]:
        """One result for each dashboard, once every panel that should have data has some, or ``patience`` seconds are over."""
        results: list[dict[str, Any]] = [{} for _each in dashboards]

        def look() -> list[dict[str, Any]]:
            for number, dashboard in enumerate(dashboards):
                if not _filled(results[number]):
                    results[number] = self.dashboard(dashboard)
            return results

        wait_until(look, lambda seen: all(_filled(result) or result["errors"] for result in seen), patience, 5.0)
        return results

    def dashboard(self, dashboard: dict[str, Any]) -> dict[str, Any]:
        """{uid, title, panels, queries, errors, empty, silent, without_values} of one dashboard."""
        values, lists = self._resolved(dashboard["variables"])
        result: dict[str, Any] = {
            "uid": dashboard["uid"],
            "title": dashboard["title"],
            "panels": len(dashboard["panels"]),
            "queries": sum(len(panel["queries"]) for panel in dashboard["panels"]),
            "without_values": [name for name in lists if not lists[name]],
            "errors": [],
            "empty": [],
            "silent": [],
        }
        for panel in dashboard["panels"]:
            repeated = [item for item in dashboard["variables"] if item["name"] == panel["repeat"]]
            single = {item["name"]: in_query(item, lists[item["name"]], first_only=True) for item in repeated}
            self._panel(panel, {**values, **single}, lists, result)
        return result

    def _panel(self, panel: dict[str, Any], values: dict[str, str], lists: dict[str, list[str]], result: dict[str, Any]) -> None:
        """Ask the panel's queries; add what is refused, or finds nothing, to the dashboard's ``result``."""
        errors, silent = [], []
        for query in panel["queries"]:
            asked = render(query["expr"], values, lists)
            try:
                if not self._ask(asked, query["instant"]):
                    silent.append({"panel": panel["title"], "ref": query["ref"]})
            except ClientError as error:
                if error.status not in REFUSALS:
                    raise
                errors.append({"panel": panel["title"], "ref": query["ref"], "query": asked, "message": error.message})
        result["errors"] += errors
        if len(silent) == len(panel["queries"]):
            result["empty"].append({"panel": panel["title"], "may_be_empty": panel["may_be_empty"]})
        elif not errors:
            result["silent"] += silent

    def _ask(self, query: str, instant: bool) -> list[dict[str, Any]]:
        if instant:
            return list(self._server.query(query)["results"])
        now = time.time()
        step = step_of(self._interval, self._span)
        return list(self._server.query_range(query, f"{now - self._span:.3f}", f"{now:.3f}", f"{step:g}")["results"])

    def _resolved(self, variables: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, list[str]]]:
        """({name: as it stands in a query}, {name: single values}); later variables may use those before them."""
        values = times(self._interval, self._span, time.time())
        lists: dict[str, list[str]] = {}
        for variable in variables:
            found = self._label_values(variable, render(variable["selector"], values, lists)) if variable["label"] else variable["values"]
            lists[variable["name"]] = found
            values[variable["name"]] = in_query(variable, found)
        # A choice like "auto" of an interval is itself one of Grafana's variables.
        return {name: render(value, values, lists) for name, value in values.items()}, lists

    def _label_values(self, variable: dict[str, Any], selector: str) -> list[str]:
        """The values that a label has now. Grafana's list also holds those of series that ended within the time shown."""
        label = variable["label"]
        chosen = selector or '{%s!=""}' % label
        try:
            answer = self._server.query(f"group by ({label}) ({chosen})")["results"]
        except ClientError as error:
            if error.status not in REFUSALS:
                raise
            return []
        found = sorted({series["labels"].get(label, "") for series in answer} - {""})
        return narrowed(found, variable["regex"])


def _filled(result: dict[str, Any]) -> bool:
    return bool(result) and not any(not item["may_be_empty"] for item in result["empty"])
