# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loki's API as loki_query, loki_push and loki_info speak it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import ClientError, Failure
from ansible_collections.observability.stack.plugins.module_utils.loki import api, ask
from ansible_collections.observability.stack.plugins.module_utils.loki.api import Loki, parse_lines, with_tenant

from tests.unit.engine.web_double import WebDouble

PARAMS = {"query": "{a=\"b\"}", "time": None, "start": None, "end": None, "step": None, "limit": 100, "direction": "backward"}
WAIT = {"min_lines": None, "max_lines": None, "min_results": None, "max_results": None, "value": None, "match": "all", "timeout": 0, "interval": 0}
STREAMS = [
    {"stream": {"job": "a"}, "values": [["1700000000000000003", "third"], ["1700000000000000001", "first"]]},
    {"stream": {"job": "b"}, "values": [["1700000000000000002", "second"]]},
]


def ok(kind, result):
    return (200, {}, {"status": "success", "data": {"resultType": kind, "result": result}})


def server(web, **more):
    return Loki(Client(Connection(url=web.url, **more), sleep=lambda seconds: None))


def asked(web, number=-1):
    parts = urlsplit(web.requests[number][1])
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_lines_of_all_streams_come_by_time_to_the_nanosecond():
    assert [line["line"] for line in parse_lines(STREAMS, forward=True)] == ["first", "second", "third"]
    assert [line["line"] for line in parse_lines(STREAMS, forward=False)] == ["third", "second", "first"]
    assert parse_lines(STREAMS, forward=True)[0] == {"labels": {"job": "a"}, "line": "first", "timestamp": "1700000000000000001"}


def test_a_query_for_lines_is_a_range_query_over_the_last_hour():
    with WebDouble(ok("streams", STREAMS)) as web:
        answer = ask.ask(server(web), PARAMS)
        path, params = asked(web)
    assert (path, params["direction"], params["limit"]) == ("/loki/api/v1/query_range", "backward", "100")
    assert int(params["end"]) - int(params["start"]) == 3600 * 10**9
    assert len(answer["lines"]) == 3 and answer["results"] == []


def test_a_query_for_values_is_asked_for_now():
    with WebDouble(ok("vector", [{"metric": {"a": "b"}, "value": [1.5, "2"]}])) as web:
        answer = ask.ask(server(web), {**PARAMS, "query": "sum(rate({a=\"b\"}[1m]))"})
        assert asked(web)[0] == "/loki/api/v1/query"
    assert answer == {"result_type": "vector", "lines": [], "results": [{"labels": {"a": "b"}, "value": 2.0, "timestamp": 1.5}]}


def test_the_tenant_is_a_header_and_no_other_header_is_lost():
    params = with_tenant({"tenant": "team-a", "headers": {"X-Own": "1"}})
    with WebDouble((204, {}, b"")) as web:
        server(web, headers=params["headers"]).push([{"stream": {"a": "b"}, "values": [["1", "x"]]}])
        _verb, path, headers, body = web.requests[0]
    assert (path, headers["X-Scope-OrgID"], headers["X-Own"]) == ("/loki/api/v1/push", "team-a", "1")
    assert json.loads(body)["streams"][0]["values"] == [["1", "x"]]


def test_a_push_that_loki_refuses_is_told_in_its_words_and_not_sent_again():
    refused = (400, {}, b"entry for stream '{job=\"a\"}' has timestamp too old: 2020-01-01T00:00:00Z\n")
    with WebDouble(refused) as web:
        with pytest.raises(ClientError, match="timestamp too old"):
            server(web).push([])
        assert len(web.requests) == 1


@pytest.mark.parametrize("body", [{"status": "success"}, [], {"data": {}}])
def test_another_server_is_named_as_such(body):
    with WebDouble((200, {}, body)) as web, pytest.raises(ClientError, match="not one of Loki's API.*path prefix"):
        server(web).query("1", None, 1)


def test_not_ready_is_an_answer():
    with WebDouble((503, {}, b"Ingester not ready: waiting for 15s")) as web:
        client = Client(Connection(url=web.url, attempts=1))
        assert Loki(client).ready() is False
    with WebDouble((200, {}, b"ready\n")) as web:
        assert server(web).ready() is True


def test_without_a_ruler_there_are_no_rules():
    with WebDouble((404, {}, b"404 page not found")) as web:
        assert server(web).rules() == []


@pytest.mark.parametrize(
    ("wait", "kind", "count", "why"),
    [
        ({}, "streams", 0, "no line, at least 1 wanted"),
        ({"min_lines": 3}, "streams", 2, "2 lines, at least 3 wanted"),
        ({"max_lines": 0}, "streams", 1, r"1 line, at most 0 wanted \(x\)"),
        ({"value": "> 1"}, "streams", 1, "asks for lines"),
        ({"min_lines": 1}, "vector", 1, "asks for values"),
        ({}, "vector", 0, "no series, at least 1 wanted"),
        ({"value": "> 5"}, "vector", 1, "1 of 1 series not > 5"),
    ],
)
def test_why_a_condition_does_not_hold(wait, kind, count, why):
    result = [{"stream": {}, "values": [["1", "x"]] * count}] if kind == "streams" else [{"metric": {}, "value": [1, "1"]}] * count
    params = {**PARAMS, "query": "{}" if kind == "streams" else "sum(1)", "wait_for": {**WAIT, **wait}}
    with WebDouble(ok(kind, result)) as web, pytest.raises(Failure, match=why):
        ask.ask_until(server(web), params)


def test_it_waits_while_loki_is_down_and_not_when_it_refuses():
    params = {**PARAMS, "wait_for": {**WAIT, "timeout": 10, "interval": 0.01}}
    with WebDouble((500, {}, b"too early"), ok("streams", []), ok("streams", STREAMS)) as web:
        assert ask.ask_until(server(web), params)["attempts"] == 3
    with WebDouble((400, {}, b"parse error at line 1")) as web, pytest.raises(ClientError, match="parse error"):
        ask.ask_until(server(web), params)


def test_times_before_now_are_nanoseconds_for_loki():
    assert api._nanoseconds("-90s", 1700000000.25) == "1699999910250000000"
    assert api._nanoseconds("2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z"
