# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""otlp_trace and jaeger_trace_info against a real Jaeger that runs with the role's configuration; and what this configuration does."""

from __future__ import annotations

import json
import os
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.prometheus.api import Prometheus
from ansible_collections.observability.stack.plugins.module_utils.prometheus.panels import Run
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_files import shipped_dashboards

from plugins.module_utils.jaeger import otlp
from tests.integration.jaeger.running import ask, running, wait_until

PLAYBOOKS = Path(__file__).parent / "playbooks"
STRATEGIES = {"default_strategy": {"type": "probabilistic", "param": 0.25}}


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Jaeger with badger, Prometheus beside it."""
    given = {"sampling_strategies": STRATEGIES, "spanmetrics": {"metrics_flush_interval": "1s"}, "web_route_prefix": "/jaeger"}
    with running(tmp_path_factory.mktemp("jaeger"), "prometheus", "jaeger", storage_retention="1h", **given) as one:
        yield one


def send(stack, service, count=1):
    """Send traces of two spans; return their ids."""
    sent = []
    for _ in range(count):
        spans = [
            {"name": "GET /", "service": service, "parent": None, "kind": "server", "duration": 0.05, "attributes": {}, "error": None},
            {"name": "query", "service": service, "parent": "GET /", "kind": "client", "duration": 0.01, "attributes": {}, "error": None},
        ]
        made = otlp.trace({"trace_id": None, "spans": spans})
        body = json.dumps(otlp.payload(made, {})).encode()
        request = urllib.request.Request(f"{stack.url('otlp_http')}/v1/traces", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()
        sent.append(made["trace_id"])
    return sent


def test_the_modules_do_what_their_playbook_asserts(stack):
    run = stack.playbook(PLAYBOOKS / "traces.yml")
    assert run.returncode == 0, run.stdout + run.stderr


def test_badger_has_the_traces_after_a_restart(stack):
    (sent,) = send(stack, "lasting")
    api = f"{stack.url('web')}/jaeger/api/traces/{sent}"
    wait_until(lambda: ask(api)["data"], "the trace is there")
    stack.stop("jaeger")
    stack.start("jaeger")
    assert len(wait_until(lambda: ask(api)["data"], "the trace is there again")[0]["spans"]) == 2


def test_service_performance_comes_from_prometheus(stack):
    send(stack, "measured", 3)
    now = int(time.time() * 1000)
    asked = {"service": "measured", "endTs": now + 60_000, "lookback": 600_000, "step": 5_000, "ratePer": 60_000, "spanKind": "server", "quantile": 0.95}

    def points(kind):
        send(stack, "measured")
        answer = ask(f"{stack.url('web')}/jaeger/api/metrics/{kind}?{urllib.parse.urlencode(asked)}")
        values = [point.get("gaugeValue", {}).get("doubleValue") for metric in answer["metrics"] for point in metric["metricPoints"]]
        return [value for value in values if value not in (None, "NaN")]

    assert any(value > 0 for value in wait_until(lambda: any(v > 0 for v in points("calls")) and points("calls"), "calls are counted"))
    assert wait_until(lambda: points("latencies"), "durations are measured")


def test_an_exemplar_of_the_metrics_leads_to_a_trace(stack):
    sent = set(send(stack, "exemplary", 3))
    query = urllib.parse.urlencode({"query": 'traces_span_metrics_duration_milliseconds_bucket{service_name="exemplary"}',
                                    "start": time.time() - 600, "end": time.time() + 600})  # fmt: skip

    def exemplars():
        data = ask(f"{stack.url('prometheus')}/api/v1/query_exemplars?{query}")["data"]
        return {one["labels"].get("trace_id") for series in data for one in series["exemplars"]}

    assert wait_until(exemplars, "Prometheus has exemplars") <= sent


def test_every_query_of_the_dashboard_finds_something(stack):
    """But those about losses, of which there are none here."""
    prometheus = Prometheus(Client(Connection(url=stack.url("prometheus")), read_only=True))
    dashboards = [item for item in shipped_dashboards() if item["uid"] == "observability-jaeger"]

    def looked() -> set[str]:
        send(stack, "shown")
        ask(f"{stack.url('web')}/jaeger/api/services")
        (result,) = Run(prometheus, "1s", "1m").until_filled(dashboards, 5)
        assert result["errors"] == [] and result["queries"] >= 15
        return {item["panel"] for item in result["empty"] + result["silent"]}

    wait_until(lambda: looked() <= {"annotation Alerts firing", "Refused and lost"}, "all panels have data")


def test_sampling_strategies_are_told_and_renewed_without_a_restart(stack):
    url = f"{stack.url('sampling_http')}/api/sampling?service=shop"
    assert ask(url)["probabilisticSampling"]["samplingRate"] == 0.25
    part = stack.root / "sampling.json.new"
    part.write_text(json.dumps({"default_strategy": {"type": "probabilistic", "param": 0.5}}), encoding="utf-8")
    os.replace(part, stack.root / "sampling.json")
    wait_until(lambda: ask(url)["probabilisticSampling"]["samplingRate"] == 0.5, "the new rate is told")


def test_users_are_asked_for_their_password(tmp_path):
    with running(tmp_path, "jaeger", storage_type="memory", web_config={"basic_auth_users": {"ops": "correct-horse"}}) as one:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(f"{one.url('web')}/api/services")
        words = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        words.add_password(None, one.url("web"), "ops", "correct-horse")
        request = urllib.request.Request(f"{one.url('web')}/api/services", headers={"Authorization": "Basic b3BzOmNvcnJlY3QtaG9yc2U="})
        with urllib.request.urlopen(request, timeout=10) as reply:
            assert json.loads(reply.read())["data"] in (None, [])
