# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Traces in one shape, from either of Jaeger's APIs; and whether they are what is waited for. No I/O."""

from __future__ import annotations

from typing import Any

ERROR_STATUS = (2, "2", "STATUS_CODE_ERROR")


def from_jaeger(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the traces of an answer of /api/traces."""
    return _grouped([_jaeger_span(span, one["processes"]) for one in data for span in one["spans"]])


def from_otlp(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the traces of an answer of /api/v3/traces, which puts the spans of all traces side by side."""
    spans = []
    for resource in data.get("resourceSpans") or []:
        service = _attributes(resource.get("resource") or {}).get("service.name", "")
        spans += [_otlp_span(span, service) for scope in resource.get("scopeSpans") or [] for span in scope.get("spans") or []]
    return _grouped(spans)


def unmet(wanted: dict[str, Any], traces: list[dict[str, Any]]) -> str | None:
    """None when the traces are as wanted, else the reason as part of a sentence.

    ``wanted`` says which traces count (min_spans, services, operations, complete) and how many of them there are to be (min_traces,
    max_traces).
    """
    reasons = [_lacks(wanted, trace) for trace in traces]
    count = reasons.count("")
    most = wanted["max_traces"]
    least = wanted["min_traces"] if wanted["min_traces"] is not None else (0 if most is not None else 1)
    if count < least:
        first = next((f"; trace {trace['trace_id']} {why}" for trace, why in zip(traces, reasons) if why), "")
        return f"{len(traces)} found, {count} of them as wanted, at least {least} wanted{first}"
    if most is not None and count > most:
        return f"{count} found, at most {most} wanted"
    return None


def _lacks(wanted: dict[str, Any], trace: dict[str, Any]) -> str:
    if trace["span_count"] < (wanted["min_spans"] or 0):
        return f"has {trace['span_count']} of {wanted['min_spans']} spans"
    for kind in ("services", "operations"):
        missing = [name for name in wanted[kind] or [] if name not in trace[kind]]
        if missing:
            return f"has nothing of {', '.join(missing)}"
    if wanted["complete"] and not trace["complete"]:
        return "lacks spans that others name as their parents"
    return ""


def _jaeger_span(span: dict[str, Any], processes: dict[str, Any]) -> dict[str, Any]:
    tags = {tag["key"]: tag["value"] for tag in span.get("tags") or []}
    parents = [reference["spanID"] for reference in span.get("references") or [] if reference["refType"] == "CHILD_OF"]
    return {
        "trace_id": _padded(span["traceID"], 32),
        "span_id": _padded(span["spanID"], 16),
        "parent_id": _padded(parents[0], 16) if parents else "",
        "service": processes[span["processID"]]["serviceName"],
        "operation": span["operationName"],
        "start": span["startTime"] / 1e6,
        "duration": span["duration"] / 1e6,
        "error": tags.get("error") in (True, "true") or tags.get("otel.status_code") == "ERROR",
        "tags": tags,
    }


def _otlp_span(span: dict[str, Any], service: str) -> dict[str, Any]:
    begin, end = int(span.get("startTimeUnixNano") or 0), int(span.get("endTimeUnixNano") or 0)
    return {
        "trace_id": _padded(span["traceId"], 32),
        "span_id": _padded(span["spanId"], 16),
        "parent_id": _padded(span["parentSpanId"], 16) if span.get("parentSpanId") else "",
        "service": service,
        "operation": span.get("name", ""),
        "start": begin / 1e9,
        "duration": (end - begin) / 1e9,
        "error": (span.get("status") or {}).get("code") in ERROR_STATUS,
        "tags": _attributes(span),
    }


def _attributes(holder: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: _value(one.get("value") or {}) for one in holder.get("attributes") or []}


def _value(value: dict[str, Any]) -> Any:
    """A value of OTLP, which names its type; whole numbers come as text."""
    for kind, one in value.items():
        return int(one) if kind == "intValue" else one
    return None


def _padded(identifier: str, length: int) -> str:
    return identifier.lower().rjust(length, "0")


def _grouped(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    traces: dict[str, list[dict[str, Any]]] = {}
    for span in spans:
        traces.setdefault(span["trace_id"], []).append(span)
    return [_trace(identifier, sorted(members, key=lambda span: (span["start"], span["span_id"]))) for identifier, members in traces.items()]


def _trace(identifier: str, spans: list[dict[str, Any]]) -> dict[str, Any]:
    known = {span["span_id"] for span in spans}
    begin = min(span["start"] for span in spans)
    roots = [span for span in spans if not span["parent_id"]]
    return {
        "trace_id": identifier,
        "span_count": len(spans),
        "services": sorted({span["service"] for span in spans}),
        "operations": sorted({span["operation"] for span in spans}),
        "root": roots[0]["operation"] if roots else "",
        "complete": all(span["parent_id"] in known for span in spans if span["parent_id"]),
        "error_count": sum(span["error"] for span in spans),
        "start": begin,
        "duration": round(max(span["start"] + span["duration"] for span in spans) - begin, 9),
        "spans": spans,
    }
