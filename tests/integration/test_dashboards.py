# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every query of every dashboard that we ship, asked of a real Prometheus that scrapes real exporters.

Grafana is the exception: what it shows here are metrics made up after upstream's sources, since none can run here.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import yaml
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.loki.api import Loki
from ansible_collections.observability.stack.plugins.module_utils.loki.lines import stream_of
from ansible_collections.observability.stack.plugins.module_utils.prometheus.api import Prometheus
from ansible_collections.observability.stack.plugins.module_utils.prometheus.panels import Run
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_files import shipped_dashboards

from tests.integration.watched import Watched

ROOT = Path(__file__).resolve().parents[2]

# Queries that may find nothing here: what this machine lacks, or what has not happened. Any other silence is a mistake,
# such as the slip in a metric's name in one of several queries.
SILENT = {
    "stack-overview": {"annotation Alerts firing", "Targets that are down", "Requests that failed", "Lost on the way to a person"},
    "nodes-overview": {"annotation Alerts firing", "Units failed", "Each node", "Fullest file systems", "Lowest free space in a day"},
    "node-detail": {
        "annotation Alerts firing",
        "Swap used",
        "Units failed",
        "Units that failed",
        "Temperature",
        "Pressure",
        "Open files",
        "Fullest file system",
        "File systems",
        "Free space",
        "Time of an operation",
    },
    "prometheus": {"annotation Alerts firing", "On disk", "Evaluations that failed or were skipped"},
    "alertmanager": {"annotation Alerts firing"},
    "blackbox": {"annotation Alerts firing"},
    "grafana": {"annotation Alerts firing"},
    "loki": {"annotation Alerts firing", "Why lines were refused", "Rules that failed", "Chunks stored", "Disk full", "Write-ahead log"},
}

# Those of programs that have a stack of their own in another test.
ELSEWHERE = {"jaeger"}


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    with Watched(tmp_path_factory.mktemp("watched")) as stack:
        yield stack


def server(stack):
    return Prometheus(Client(Connection(url=stack.url("prometheus")), read_only=True))


def until(condition, what, seconds=90.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.5)


def use(loki):
    """Send lines to Loki and ask for them, twice with a scrape in between, so that there are rates."""
    for _ in range(2):
        loki.push([stream_of({"job": "shop"}, ["one", "two"], time.time_ns())])
        loki.query_range('{job="shop"}', "-1m", None, 10, "backward", None)
        time.sleep(2)


@pytest.fixture(scope="module")
def results(watched):
    """What every dashboard finds, once everything has been scraped often enough and the alert's notices have failed."""
    prometheus = server(watched)
    # Alertmanager tries for ten seconds before it gives up.
    until(lambda: prometheus.query("sum(rate(alertmanager_notifications_failed_total[30s])) > 0")["results"], "no notice failed")
    # Range queries are counted only once there was one.
    counted = 'count_over_time(prometheus_http_request_duration_seconds_count{handler="/api/v1/query_range"}[1m]) > 2'
    prometheus.query_range("up", "-1m", None, "5s")
    use(Loki(Client(Connection(url=watched.url("loki")))))
    until(lambda: prometheus.query("sum(rate(loki_distributor_lines_received_total[30s])) > 0")["results"], "Loki counted no line")
    until(lambda: prometheus.query(counted)["results"], "no range query was counted")
    here = [item for item in shipped_dashboards() if item["uid"].removeprefix("observability-") not in ELSEWHERE]
    found = Run(prometheus, "1s", "5m").until_filled(here, 60)
    return {result["uid"].removeprefix("observability-"): result for result in found}


@pytest.mark.parametrize("name", sorted(SILENT))
def test_every_query_of_a_dashboard_is_accepted(results, name):
    assert results[name]["errors"] == []
    assert results[name]["queries"] >= 15


@pytest.mark.parametrize("name", sorted(SILENT))
def test_every_panel_that_should_have_data_has_some(results, name):
    assert results[name]["without_values"] == []
    assert [item["panel"] for item in results[name]["empty"] if not item["may_be_empty"]] == []


@pytest.mark.parametrize("name", sorted(SILENT))
def test_no_query_is_silent_without_a_reason(results, name):
    quiet = {item["panel"] for item in results[name]["empty"] + results[name]["silent"]}
    assert quiet - SILENT[name] == set()


def test_all_dashboards_were_looked_at(results):
    assert set(results) == set(SILENT)


def changed(dashboard, title, expr):
    panels = [{**panel, "queries": [{**panel["queries"][0], "expr": expr}]} if panel["title"] == title else panel for panel in dashboard["panels"]]
    return {**dashboard, "panels": panels}


def node_detail():
    return next(item for item in shipped_dashboards() if item["uid"] == "observability-node-detail")


def test_a_slip_in_a_metrics_name_leaves_a_panel_without_data(watched, results):
    (result,) = Run(server(watched), "1s", "5m").until_filled([changed(node_detail(), "Load", 'node_laod1{job=~"$job"}')], 0)
    assert result["errors"] == []
    assert [item for item in result["empty"] if not item["may_be_empty"]] == [{"panel": "Load", "may_be_empty": False}]


def test_a_wrong_query_is_told_in_the_servers_words(watched, results):
    (result,) = Run(server(watched), "1s", "5m").until_filled([changed(node_detail(), "Load", 'sum(node_load1{job=~"$nobody"}')], 30)
    (error,) = result["errors"]
    assert (error["panel"], error["ref"]) == ("Load", "A")
    assert "unclosed left parenthesis" in error["message"]


def test_the_playbook_proves_dashboards_and_names_the_panel_that_is_wrong(watched, results, tmp_path):
    own = {"uid": "shop", "title": "Shop", "panels": [{"id": 1, "title": "Sales", "type": "stat", "targets": [{"refId": "A", "expr": "sum("}]}]}
    (tmp_path / "shop.json").write_text(json.dumps(own), encoding="utf-8")
    asked = {"observability_verify_dashboard_files": [str(tmp_path / "*.json")]}
    run = watched.playbook("observability.stack.verify", "-e", json.dumps(asked))
    assert run.returncode != 0
    proofs = json.loads((watched.root / "reports/verify.json").read_text(encoding="utf-8"))["proofs"]
    wrong = {(proof["name"], proof["subject"]): proof["detail"] for proof in proofs if proof["ok"] is False}
    assert set(wrong) == {("accepts every panel's query", "")}, run.stdout
    assert "refused: Shop, Sales: " in wrong["accepts every panel's query", ""]
    held = {proof["subject"]: proof["service"] for proof in proofs if proof["name"] == "panels have data" and proof["ok"]}
    services = {
        "Grafana": "grafana",
        "Node detail": "node_exporter",
        "Nodes overview": "node_exporter",
        "Probes": "blackbox_exporter",
        "Alertmanager": "alertmanager",
    }
    assert held == {**services, "Prometheus": "prometheus", "Stack overview": "prometheus", "Shop": "prometheus"}


def test_the_module_asks_for_a_dashboard_in_a_play(watched, results, tmp_path):
    play = [
        {
            "hosts": "mon1",
            "gather_facts": False,
            "tasks": [
                {
                    "name": "Ask",
                    "observability.stack.prometheus_panels": {
                        "url": watched.url("prometheus"),
                        "scrape_interval": "1s",
                        "dashboards": "{{ [lookup('ansible.builtin.file', file) | from_json] | observability.stack.dashboard_queries }}",
                    },
                    "register": "asked",
                    "check_mode": True,
                },
                {
                    "name": "Judge",
                    "ansible.builtin.assert": {
                        "that": [
                            "asked is not changed",
                            "asked.dashboards[0].title == 'Alertmanager'",
                            "asked.dashboards[0].errors == []",
                            "asked.dashboards[0].queries >= 25",
                        ]
                    },
                },
            ],
        }
    ]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play, sort_keys=False), encoding="utf-8")
    run = watched.playbook(tmp_path / "play.yml", "-e", f"file={ROOT}/roles/grafana/files/dashboards/alertmanager.json")
    assert run.returncode == 0, run.stdout + run.stderr
