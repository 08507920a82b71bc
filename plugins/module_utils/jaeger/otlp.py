# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A trace made by hand, sent by OTLP over HTTP as JSON."""

from __future__ import annotations

import os
import re
import time
from typing import Any

from ..engine.client import Client
from ..engine.errors import Failure

KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}
TRACE_ID = re.compile(r"[0-9a-f]{32}")
STEP = 1_000_000  # nanoseconds after which a span's children begin


def trace(params: dict[str, Any], begin: int | None = None) -> dict[str, Any]:
    """Return {trace_id, spans: [{name, span_id, parent_id, service, ...}]} of a module's options; begin is in Unix nanoseconds.

    Raises Failure (a sentence) for a parent that no span is, for names given twice and for a wrong id.
    """
    identifier = params["trace_id"] or os.urandom(16).hex()
    if not TRACE_ID.fullmatch(identifier) or not identifier.strip("0"):
        raise Failure(f"'{identifier}' is not the id of a trace; write 32 hexadecimal digits, not all of them zero.")
    spans = {one["name"]: one for one in params["spans"]}
    if len(spans) < len(params["spans"]):
        raise Failure("Two spans have the same name. Give each its own: parents are named by it.")
    numbers = {name: os.urandom(8).hex() for name in spans}
    start = time.time_ns() if begin is None else begin
    return {"trace_id": identifier, "spans": [_span(one, spans, numbers, identifier, start) for one in params["spans"]]}


def payload(made: dict[str, Any], resource: dict[str, Any]) -> dict[str, Any]:
    """Return the body of the request: spans of one service share a resource."""
    services: dict[str, list[dict[str, Any]]] = {}
    for span in made["spans"]:
        services.setdefault(span["service"], []).append(span["body"])
    scope = {"name": "observability.stack"}
    return {
        "resourceSpans": [
            {"resource": {"attributes": _attributes({**resource, "service.name": service})}, "scopeSpans": [{"scope": scope, "spans": bodies}]}
            for service, bodies in services.items()
        ]
    }


def send(client: Client, body: dict[str, Any]) -> None:
    """Post a trace; Failure when the receiver takes only a part of it."""
    answer = client.json("POST", "v1/traces", json=body) or {}
    refused = answer.get("partialSuccess") or {}
    if int(refused.get("rejectedSpans") or 0):
        raise Failure(f"{client.url} refused {refused['rejectedSpans']} of the spans: {refused.get('errorMessage') or 'no reason given'}.")


def _span(one: dict[str, Any], spans: dict[str, Any], numbers: dict[str, str], identifier: str, start: int) -> dict[str, Any]:
    begin = start + STEP * len(_ancestors(one, spans))
    body = {
        "traceId": identifier,
        "spanId": numbers[one["name"]],
        "name": one["name"],
        "kind": KINDS[one["kind"]],
        "startTimeUnixNano": str(begin),
        "endTimeUnixNano": str(begin + int(one["duration"] * 1e9)),
        "attributes": _attributes(one["attributes"] or {}),
        "status": {"code": 2, "message": one["error"]} if one["error"] else {},
    }
    if one["parent"]:
        body["parentSpanId"] = numbers[one["parent"]]
    return {"name": one["name"], "service": one["service"], "span_id": body["spanId"], "parent_id": body.get("parentSpanId", ""), "body": body}


def _ancestors(one: dict[str, Any], spans: dict[str, Any]) -> list[str]:
    """Return the names of a span's parents, nearest first."""
    found: list[str] = []
    while one["parent"]:
        parent = one["parent"]
        if parent not in spans:
            raise Failure(f"The span '{one['name']}' has the parent '{parent}', which is none of the spans: {', '.join(spans)}.")
        if parent in found:
            raise Failure(f"The span '{parent}' is its own ancestor. Take the parent of one of them away.")
        found.append(parent)
        one = spans[parent]
    return found


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": str(value)}
