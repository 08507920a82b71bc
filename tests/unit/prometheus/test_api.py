# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import ClientError, Failure
from ansible_collections.observability.stack.plugins.module_utils.prometheus import api
from ansible_collections.observability.stack.plugins.module_utils.prometheus.api import Prometheus
from ansible_collections.observability.stack.plugins.module_utils.prometheus.info import settled

from tests.unit.engine.web_double import WebDouble


def ok(data, **more):
    return (200, {}, {"status": "success", "data": data, **more})


def server(web):
    return Prometheus(Client(Connection(url=web.url), read_only=True, sleep=lambda seconds: None))


@pytest.mark.parametrize(
    ("data", "results"),
    [
        ({"resultType": "scalar", "result": [1.5, "2"]}, [{"labels": {}, "value": 2.0, "timestamp": 1.5}]),
        ({"resultType": "string", "result": [1, "12"]}, [{"labels": {}, "value": "12", "timestamp": 1}]),
        ({"resultType": "vector", "result": []}, []),
        (
            {"resultType": "vector", "result": [{"metric": {"a": "b"}, "value": [1, "+Inf"]}]},
            [{"labels": {"a": "b"}, "value": "+Inf", "timestamp": 1}],
        ),
        (
            {"resultType": "vector", "result": [{"metric": {}, "histogram": [1, {"count": "3"}]}]},
            [{"labels": {}, "histogram": [1, {"count": "3"}]}],
        ),
        (
            {"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "2"], [3, "NaN"]]}]},
            [{"labels": {}, "values": [{"value": 2.0, "timestamp": 1}, {"value": "NaN", "timestamp": 3}]}],
        ),
    ],
)
def test_every_type_of_result_has_one_shape(data, results):
    assert api.parse_result(data) == {"result_type": data["resultType"], "results": results}


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("1h30m", 5400), ("250ms", 0.25), ("1d", 86400), ("2w", 1209600)])
def test_durations(text, seconds):
    assert api.seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "5 m", "m", "1h30", "-5m", "1.5h"])
def test_what_is_no_duration_is_refused_in_a_sentence(text):
    with pytest.raises(Failure, match="is not a duration; write for instance 30s"):
        api.seconds_of(text)


@pytest.mark.parametrize(
    ("given", "sent"),
    [(None, None), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("1700000000", "1700000000"), ("-1h", "6400.000")],
)
def test_moments(given, sent):
    assert api.moment(given, now=10000) == sent


def test_a_range_query_sends_its_span():
    with WebDouble(ok({"resultType": "matrix", "result": []})) as web:
        server(web).query_range("up", "100", "200", "30s")
        assert web.requests[0][1] == "/api/v1/query_range?query=up&step=30s&start=100&end=200"


def test_warnings_of_the_server_are_kept():
    with WebDouble(ok({"resultType": "vector", "result": []}, warnings=["partial response"])) as web:
        prometheus = server(web)
        prometheus.query("up")
        assert prometheus.warnings == ["partial response"]


@pytest.mark.parametrize("body", [{"status": "ok"}, [], {"data": {}}, {"status": "success"}])
def test_another_servers_answer_is_refused(body):
    with WebDouble((200, {}, body)) as web, pytest.raises(ClientError, match="leads to a Prometheus"):
        server(web).targets()


def test_an_agent_has_no_rules_and_no_alertmanagers():
    agent = (422, {}, {"status": "error", "error": "unavailable with Prometheus Agent"})
    with WebDouble(agent) as web:
        assert server(web).rules() == []
        assert server(web).alertmanagers() == {"active": [], "dropped": []}
        with pytest.raises(ClientError):
            server(web).query("up")


RUNTIME = {"serverTime": "2026-01-01T00:01:00.123456789Z", "lastConfigTime": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("target", "rule", "loaded", "is_settled"),
    [
        ("up", "ok", "00:00:00", True),
        ("down", "err", "00:00:00", True),
        ("unknown", "ok", "00:00:00", False),
        ("up", "unknown", "00:00:00", False),
        ("up", "ok", "00:00:58", False),
    ],
)
def test_a_server_has_settled_when_it_has_looked_at_everything_once(target, rule, loaded, is_settled):
    seen = {
        "runtime": {**RUNTIME, "lastConfigTime": f"2026-01-01T{loaded}Z"},
        "targets": {"active": [{"health": target}]},
        "rules": [{"rules": [{"health": rule}]}],
    }
    assert settled(seen) is is_settled
