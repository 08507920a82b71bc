# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Traces of both of Jaeger's APIs in one shape, and whether they are what is waited for."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.jaeger.traces import from_jaeger, from_otlp, unmet

# The same trace, as the API of the pages and as version 3 give it.
PAGES = [
    {
        "traceID": "ab",
        "spans": [
            {
                "traceID": "ab", "spanID": "2", "operationName": "charge", "references": [{"refType": "CHILD_OF", "traceID": "ab", "spanID": "1"}],
                "startTime": 1500000, "duration": 250000, "tags": [{"key": "error", "type": "bool", "value": True}], "processID": "p2",
            },
            {
                "traceID": "ab", "spanID": "1", "operationName": "GET /", "references": [], "startTime": 1000000, "duration": 1000000,
                "tags": [{"key": "n", "type": "int64", "value": 5}], "processID": "p1",
            },
        ],
        "processes": {"p1": {"serviceName": "shop", "tags": []}, "p2": {"serviceName": "payment", "tags": []}},
    }
]  # fmt: skip


def resource(service, span):
    attributes = [{"key": "service.name", "value": {"stringValue": service}}]
    return {"resource": {"attributes": attributes}, "scopeSpans": [{"scope": {}, "spans": [span]}]}


def otlp_span(number, name, begin, seconds, **more):
    times = {"startTimeUnixNano": str(int(begin * 1e9)), "endTimeUnixNano": str(int((begin + seconds) * 1e9))}
    return {"traceId": "ab".rjust(32, "0"), "spanId": str(number).rjust(16, "0"), "name": name, **times, **more}


OTLP = {
    "resourceSpans": [
        resource("payment", otlp_span(2, "charge", 1.5, 0.25, parentSpanId="1".rjust(16, "0"), status={"code": 2},
                                      attributes=[{"key": "error", "value": {"boolValue": True}}])),
        resource("shop", otlp_span(1, "GET /", 1.0, 1.0, attributes=[{"key": "n", "value": {"intValue": "5"}}])),
    ]
}  # fmt: skip
WANTED = {"min_spans": None, "services": None, "operations": None, "complete": False, "min_traces": None, "max_traces": None}


def test_both_apis_give_the_same():
    assert from_jaeger(PAGES) == from_otlp(OTLP)
    (trace,) = from_jaeger(PAGES)
    assert (trace["trace_id"], trace["span_count"], trace["root"], trace["error_count"]) == ("ab".rjust(32, "0"), 2, "GET /", 1)
    assert (trace["start"], trace["duration"], trace["services"], trace["complete"]) == (1.0, 1.0, ["payment", "shop"], True)
    assert trace["spans"][0]["tags"] == {"n": 5}


def test_spans_of_several_traces_side_by_side_are_told_apart():
    other = otlp_span(3, "else", 2.0, 0.1)
    other["traceId"] = "cd".rjust(32, "0")
    found = from_otlp({"resourceSpans": [*OTLP["resourceSpans"], resource("shop", other)]})
    assert [trace["span_count"] for trace in found] == [2, 1]


def test_a_parent_that_is_missing_is_seen():
    data = [{**PAGES[0], "spans": PAGES[0]["spans"][:1]}]
    (trace,) = from_jaeger(data)
    assert not trace["complete"] and trace["root"] == ""


def test_no_answer_is_no_trace():
    assert from_jaeger([]) == from_otlp({}) == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({}, None),
        ({"min_spans": 2, "services": ["shop", "payment"], "operations": ["charge"], "complete": True}, None),
        ({"min_spans": 3}, "1 found, 0 of them as wanted, at least 1 wanted; trace 000000000000000000000000000000ab has 2 of 3 spans"),
        ({"services": ["shop", "bank"]}, "has nothing of bank"),
        ({"operations": ["refund"]}, "has nothing of refund"),
        ({"min_traces": 2}, "1 found, 1 of them as wanted, at least 2 wanted"),
        ({"max_traces": 0}, "1 found, at most 0 wanted"),
        ({"max_traces": 1}, None),
        ({"max_traces": 0, "services": ["bank"]}, None),
    ],
)
def test_what_is_waited_for(wanted, reason):
    said = unmet({**WANTED, **wanted}, from_jaeger(PAGES))
    assert said is None if reason is None else reason in said


def test_nothing_found_is_not_enough_unless_that_is_wanted():
    assert "0 found" in unmet(WANTED, [])
    assert unmet({**WANTED, "max_traces": 0}, []) is None
