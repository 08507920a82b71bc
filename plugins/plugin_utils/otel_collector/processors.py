# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the collector does to what it took, before it sends it: limits, names, redaction, sampling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Config = dict[str, Any]
Settings = Mapping[str, Any]

HIDDEN = "****"

SAMPLING = "tail_sampling"


def processors(settings: Settings, host: str) -> tuple[Config, dict[str, list[str]]]:
    """Return the processors by name, and for each signal the names of its own, in their order."""
    made: Config = {"memory_limiter": memory_limiter(settings["memory_limit_mib"])}
    every = ["memory_limiter"]
    if settings["resource_detectors"]:
        made["resourcedetection"] = {"detectors": settings["resource_detectors"], "override": False, "timeout": "5s"}
        every.append("resourcedetection")
    made["resource"] = {"attributes": resource_actions(settings["resource_attributes"], host)}
    every.append("resource")
    made["transform/limit"] = {"error_mode": "ignore", "log_statements": [cut_statement(settings["max_line_size"])]}
    own = {"logs": ["transform/limit"], "traces": [], "metrics": []}
    if settings["drop_logs"]:
        made["filter/drop"] = {"error_mode": "ignore", "logs": {"log_record": settings["drop_logs"]}}
        own["logs"].append("filter/drop")
    if settings["attributes"]:
        made["attributes"] = {"actions": settings["attributes"]}
        for names in own.values():
            names.append("attributes")
    if settings["redact"]:
        made["transform/redact"] = redaction(settings["redact"])
        own["logs"].append("transform/redact")
        own["traces"].append("transform/redact")
    if settings["tail_sampling"]:
        made[SAMPLING] = {"policies": settings["tail_sampling"]}
        own["traces"].append(SAMPLING)
    return made, {signal: every + names for signal, names in own.items()}


def memory_limiter(limit: int) -> Config:
    """Return the processor that lets the receivers wait before the host's memory is full."""
    return {"check_interval": "1s", "limit_mib": limit, "spike_limit_mib": limit // 5}


def resource_actions(attributes: Mapping[str, Any], host: str) -> list[Config]:
    """Return what every line, span and point says of where it is from."""
    named = [{"key": str(key), "value": value, "action": "upsert"} for key, value in attributes.items()]
    # What an application said of itself stays: it may have sent from elsewhere.
    return [{"key": "host.name", "value": host, "action": "insert"}, *named]


def cut_statement(limit: int) -> str:
    """Return the statement that shortens a line which Loki would refuse whole. Lines of files have been split before."""
    return f"set(log.body, Substring(log.body, 0, {limit})) where IsString(log.body) and Len(log.body) > {limit}"


def redaction(rules: Iterable[Any]) -> Config:
    """Return the processor that hides secrets in lines, and in the attributes of lines and spans; raises ValueError."""
    logs, spans = [], []
    for rule in rules:
        pattern, replacement = (quoted(text) for text in _rule(rule))
        logs.append(f"replace_pattern(log.body, {pattern}, {replacement}) where IsString(log.body)")
        logs.append(f'replace_all_patterns(log.attributes, "value", {pattern}, {replacement})')
        spans.append(f'replace_all_patterns(span.attributes, "value", {pattern}, {replacement})')
    return {"error_mode": "ignore", "log_statements": logs, "trace_statements": spans}


def _rule(rule: Any) -> tuple[str, str]:
    if isinstance(rule, str):
        return rule, HIDDEN
    if isinstance(rule, Mapping) and rule.get("pattern") and not set(rule) - {"pattern", "replacement"}:
        return str(rule["pattern"]), str(rule.get("replacement", HIDDEN))
    raise ValueError(f"otel_collector_redact: {rule!r} is neither a pattern nor {{pattern: ..., replacement: ...}}.")


def quoted(text: str) -> str:
    """Return a text as the collector's transformation language writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
