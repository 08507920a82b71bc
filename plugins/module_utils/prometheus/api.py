# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prometheus' HTTP API, and those that speak it (Thanos, Mimir, Cortex, VictoriaMetrics): envelope off, data parsed."""

from __future__ import annotations

import re
import time
from typing import Any

from ..engine.client import Client
from ..engine.errors import ClientError, Failure

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
DURATION = re.compile(r"(\d+)(ms|[smhdwy])")


class Prometheus:
    """One server. Methods return parsed data; what fails raises ClientError with the server's own words."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.warnings: list[str] = []

    def data(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """The ``data`` of /api/v1/<path>. The server's warnings are gathered in ``warnings``."""
        path = f"api/v1/{path}"
        answer = self._client.get(path, params)
        if not isinstance(answer, dict) or answer.get("status") != "success" or "data" not in answer:
            raise ClientError(
                "GET",
                f"{self._client.url}/{path}",
                None,
                "the answer is not one of Prometheus' API",
                "Check that the URL leads to a Prometheus, its path prefix included.",
            )
        self.warnings.extend(answer.get("warnings") or [])
        return answer["data"]

    def query(self, query: str, at: str | None = None) -> dict[str, Any]:
        """{result_type, results} of an instant query, at a point in time (see moment()) or now."""
        return parse_result(self.data("query", _given(query=query, time=moment(at))))

    def query_range(self, query: str, start: str, end: str | None, step: str) -> dict[str, Any]:
        """{result_type, results} of a range query."""
        now = time.time()
        span = {"start": moment(start, now), "end": moment(end, now) or f"{now:.3f}"}
        return parse_result(self.data("query_range", _given(query=query, step=step, **span)))

    def targets(self) -> dict[str, Any]:
        """{active: [...], dropped_counts: {job: count}}."""
        data = self.data("targets")
        return {
            "active": [_target(item) for item in data.get("activeTargets") or []],
            "dropped_counts": data.get("droppedTargetCounts") or {},
        }

    def rules(self) -> list[dict[str, Any]]:
        """Rule groups with their rules, health and last error."""
        return [_rule_group(group) for group in self._unless_agent("rules").get("groups") or []]

    def alertmanagers(self) -> dict[str, Any]:
        """{active: [url], dropped: [url]}: the Alertmanagers that alerts are sent to."""
        data = self._unless_agent("alertmanagers")
        kinds = ("active", "dropped")
        return {kind: [item["url"] for item in data.get(f"{kind}Alertmanagers") or []] for kind in kinds}

    def _unless_agent(self, path: str) -> Any:
        """The data, or nothing where the server runs as an agent and so has none."""
        try:
            return self.data(path)
        except ClientError as error:
            if "Prometheus Agent" in error.message:
                return {}
            raise


def moment(given: str | None, now: float | None = None) -> str | None:
    """A time as the API takes it: RFC 3339 and Unix seconds go through, V(-1h30m) means so long before now."""
    if given is None or not given.startswith("-"):
        return given
    return f"{(time.time() if now is None else now) - seconds_of(given[1:]):.3f}"


def seconds_of(duration: str) -> float:
    """Seconds of a duration in Prometheus' notation (1h30m); Failure with a sentence for anything else."""
    parts = DURATION.findall(duration)
    if not parts or "".join(number + unit for number, unit in parts) != duration:
        raise Failure(f"'{duration}' is not a duration; write for instance 30s, 5m or 1h30m.")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def parse_result(data: dict[str, Any]) -> dict[str, Any]:
    """One shape for every result type: [{labels, value, timestamp}], or with ``values`` for a matrix."""
    kind, result = data["resultType"], data["result"]
    if kind in ("scalar", "string"):
        return {"result_type": kind, "results": [{"labels": {}, **_sample(result, kind == "string")}]}
    return {"result_type": kind, "results": [_series(item) for item in result]}


def number_of(text: str) -> Any:
    """A sample as a number; NaN and infinities stay text, since JSON has none."""
    return text if text in ("NaN", "+Inf", "-Inf") else float(text)


def _series(item: dict[str, Any]) -> dict[str, Any]:
    series: dict[str, Any] = {"labels": item.get("metric", {})}
    if "value" in item:
        series.update(_sample(item["value"]))
    if "values" in item:
        series["values"] = [_sample(pair) for pair in item["values"]]
    series.update({key: item[key] for key in ("histogram", "histograms") if key in item})
    return series


def _sample(pair: list[Any], text: bool = False) -> dict[str, Any]:
    return {"value": pair[1] if text else number_of(pair[1]), "timestamp": pair[0]}


def _target(item: dict[str, Any]) -> dict[str, Any]:
    labels, discovered = item.get("labels", {}), item.get("discoveredLabels", {})
    return {
        "job": labels.get("job"),
        "instance": labels.get("instance"),
        "labels": labels,
        "address": discovered.get("__address__"),
        "scrape_url": item.get("scrapeUrl"),
        "scrape_pool": item.get("scrapePool"),
        "health": item.get("health"),
        "last_error": item.get("lastError", ""),
        "last_scrape": item.get("lastScrape"),
        "last_scrape_duration": item.get("lastScrapeDuration"),
    }


def _rule_group(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": group["name"],
        "file": group.get("file", ""),
        "interval": group.get("interval"),
        "rules": [_rule(rule) for rule in group.get("rules") or []],
    }


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    kept = {
        "name": rule["name"],
        "type": rule.get("type"),
        "query": rule.get("query"),
        "labels": rule.get("labels") or {},
        "health": rule.get("health"),
        "last_error": rule.get("lastError", ""),
    }
    if rule.get("type") == "alerting":
        kept.update(state=rule.get("state"), annotations=rule.get("annotations") or {}, alerts=rule.get("alerts") or [])
    return kept


def _given(**params: Any) -> dict[str, Any]:
    return {key: value for key, value in params.items() if value is not None}
