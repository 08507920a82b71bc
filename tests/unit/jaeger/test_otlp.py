# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A trace made by hand: its times, parents, resources, and what is refused."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure
from ansible_collections.observability.stack.plugins.module_utils.jaeger.otlp import payload, send, trace

PLAIN = {"service": "shop", "parent": None, "kind": "internal", "duration": 0.5, "attributes": None, "error": None}


def made(*spans, trace_id=None):
    return trace({"trace_id": trace_id, "spans": [{**PLAIN, **span} for span in spans]}, begin=1_000_000_000)


def test_children_begin_after_their_parents_and_name_them():
    one = made({"name": "c", "parent": "b"}, {"name": "a"}, {"name": "b", "parent": "a"})
    bodies = {span["name"]: span["body"] for span in one["spans"]}
    assert [int(bodies[name]["startTimeUnixNano"]) for name in "abc"] == [1_000_000_000, 1_001_000_000, 1_002_000_000]
    assert bodies["c"]["parentSpanId"] == bodies["b"]["spanId"] and "parentSpanId" not in bodies["a"]
    assert int(bodies["a"]["endTimeUnixNano"]) - int(bodies["a"]["startTimeUnixNano"]) == 500_000_000


def test_spans_of_a_service_share_a_resource():
    body = payload(made({"name": "a"}, {"name": "b", "service": "payment"}, {"name": "c"}), {"host.name": "h"})
    shared = [([one["value"]["stringValue"] for one in part["resource"]["attributes"]], len(part["scopeSpans"][0]["spans"])) for part in body["resourceSpans"]]
    assert shared == [(["h", "shop"], 2), (["h", "payment"], 1)]


def test_attributes_keep_their_type_and_an_error_its_words():
    (span,) = made({"name": "a", "attributes": {"b": True, "i": 5, "f": 1.5, "t": "x"}, "error": "no"})["spans"]
    values = [one["value"] for one in span["body"]["attributes"]]
    assert values == [{"boolValue": True}, {"intValue": "5"}, {"doubleValue": 1.5}, {"stringValue": "x"}]
    assert span["body"]["status"] == {"code": 2, "message": "no"}


def test_ids_are_random_unless_given():
    assert made({"name": "a"})["trace_id"] != made({"name": "a"})["trace_id"]
    assert made({"name": "a"}, trace_id="ab" * 16)["trace_id"] == "ab" * 16


@pytest.mark.parametrize(
    ("spans", "trace_id", "words"),
    [
        ([{"name": "a"}, {"name": "a"}], None, "same name"),
        ([{"name": "a", "parent": "z"}], None, "none of the spans: a"),
        ([{"name": "a", "parent": "b"}, {"name": "b", "parent": "a"}], None, "its own ancestor"),
        ([{"name": "a"}], "ab", "32 hexadecimal digits"),
        ([{"name": "a"}], "0" * 32, "not all of them zero"),
    ],
)
def test_what_is_no_trace_is_refused(spans, trace_id, words):
    with pytest.raises(Failure, match=words):
        made(*spans, trace_id=trace_id)


class Receiver:
    """Answers like a receiver that refuses a part."""

    url = "http://receiver"

    def __init__(self, answer):
        self.answer = answer

    def json(self, verb, path, **options):
        assert (verb, path) == ("POST", "v1/traces")
        return self.answer


def test_a_part_that_is_refused_is_told():
    send(Receiver({"partialSuccess": {}}), {})
    send(Receiver(None), {})
    with pytest.raises(Failure, match="refused 2 of the spans: too old"):
        send(Receiver({"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too old"}}), {})
