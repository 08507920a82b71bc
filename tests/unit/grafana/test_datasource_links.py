# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Correlations of data sources, and whether data sources work."""

from __future__ import annotations

import time

import pytest
import requests

from tests.unit.grafana.running import converge, run_module
from tests.unit.grafana.test_datasource import LOGIN, NAME, PROMETHEUS, ask

LOKI = {"name": "Logs", "uid": "logs", "ds_type": "loki", "ds_url": "http://127.0.0.1:3100"}
METRICS = {"name": "Metrics", "uid": "metrics", **PROMETHEUS}
LINK = {"target": "Metrics", "label": "Requests", "field": "service", "query": {"expr": "up"}}


def links(grafana, uid="logs"):
    """Return {label: correlation} of a data source."""
    return {one["label"]: one for one in ask(grafana, f"/api/datasources/uid/{uid}/correlations")}


def test_a_correlation_is_made_changed_and_removed(grafana):
    run_module(NAME, grafana.url, **METRICS)
    made = converge(NAME, grafana.url, correlations=[LINK], **LOKI)
    assert made.before_and_after[0][1]["correlations"][0]["target"] == "metrics"
    first = links(grafana)["Requests"]
    assert (first["targetUID"], first["config"]["field"], first["config"]["target"]) == ("metrics", "service", {"expr": "up"})
    changed = converge(NAME, grafana.url, correlations=[{**LINK, "field": "app"}], **LOKI)
    assert [side["correlations"][0]["field"] for side in changed.before_and_after[0]] == ["service", "app"]
    assert links(grafana)["Requests"]["uid"] == first["uid"], "it is changed, not made anew"
    assert not run_module(NAME, grafana.url, **LOKI)["changed"], "who says nothing about correlations changes none"
    converge(NAME, grafana.url, correlations=[], **LOKI)
    assert links(grafana) == {}


def test_a_change_of_correlations_alone_leaves_the_data_source_alone(grafana):
    run_module(NAME, grafana.url, items=[METRICS, LOKI])
    del grafana.requests[:]
    run_module(NAME, grafana.url, correlations=[LINK], **LOKI)
    assert [request for request in grafana.requests if request[0] != "GET"] == [("POST", "/api/datasources/uid/logs/correlations")]


def test_data_sources_that_are_made_together_can_lead_to_each_other(grafana):
    back = {"target": "logs", "label": "Logs", "field": "service", "type": "external", "query": {"url": "https://example.com"}}
    converge(NAME, grafana.url, items=[{**LOKI, "correlations": [LINK]}, {**METRICS, "correlations": [back]}])
    assert (list(links(grafana)), list(links(grafana, "metrics"))) == (["Requests"], ["Logs"])


@pytest.mark.parametrize(("link", "words"), [
    ({"target": "nowhere", "field": "x"}, "there is no data source of that uid or name"),
    ({"target": "metrics"}, "target and field are needed"),
    ({**LINK, "tranformations": []}, "unknown tranformations"),
])  # fmt: skip
def test_a_correlation_that_cannot_be_is_refused(grafana, link, words):
    run_module(NAME, grafana.url, **METRICS)
    assert words in run_module(NAME, grafana.url, correlations=[link], **LOKI)["msg"]


def test_another_uid_is_refused_while_correlations_lead_here(grafana):
    run_module(NAME, grafana.url, items=[METRICS, {**LOKI, "correlations": [LINK]}])
    failed = run_module(NAME, grafana.url, **{**METRICS, "uid": "other"})
    assert "1 correlations that it is an end of would be lost" in failed["msg"]


def test_what_works_is_proven_by_one_request(grafana):
    run_module(NAME, grafana.url, name="Test", uid="test", ds_type="testdata")
    del grafana.requests[:]
    assert not run_module(NAME, grafana.url, name="Test", uid="test", ds_type="testdata", wait_healthy=30).get("failed")
    assert grafana.requests == [("GET", "/api/datasources/uid/test"), ("GET", "/api/datasources/uid/test/health")]


def test_what_does_not_work_fails_with_the_servers_words(grafana):
    begin = time.monotonic()
    failed = run_module(NAME, grafana.url, name="Dead", ds_type="prometheus", ds_url="http://127.0.0.1:9", wait_healthy=1)
    assert "The data source Dead (prometheus, http://127.0.0.1:9) does not work after" in failed["msg"]
    assert "connection refused" in failed["msg"]
    assert time.monotonic() - begin >= 1, "it waits as long as it was told"


def test_what_begins_to_work_is_waited_for(grafana):
    grafana.faults.add("/api/datasources/uid/test/health", status=400, body={"status": "ERROR", "message": "not yet"}, times=1)
    ran = run_module(NAME, grafana.url, name="Test", uid="test", ds_type="testdata", wait_healthy=60)
    assert not ran.get("failed")


def test_a_plugin_that_is_not_there_is_named(grafana):
    failed = run_module(NAME, grafana.url, name="M", ds_type="no-such-plugin", wait_healthy=0)
    assert "The plugin no-such-plugin is not installed" in failed["msg"]


def test_a_type_that_only_works_in_the_browser_is_a_warning(grafana):
    grafana.faults.add("/api/datasources/uid/test/health", status=500, body={"messageId": "plugin.unavailable", "message": "Plugin unavailable"}, times=9)
    ran = run_module(NAME, grafana.url, name="Test", uid="test", ds_type="testdata", wait_healthy=0)
    assert ran.warned == ["Whether the data source Test works cannot be told: the type grafana-testdata-datasource has no check on the server."]


def test_check_mode_waits_for_nothing(grafana):
    assert not run_module(NAME, grafana.url, check=True, wait_healthy=30, **METRICS).get("failed")
    assert ask(grafana, "/api/datasources") == []


def test_correlations_that_a_file_describes_are_left_alone(grafana):
    run_module(NAME, grafana.url, items=[METRICS, {**LOKI, "correlations": [LINK]}])
    table = grafana.app.store.table("correlations", 1)
    uid = links(grafana)["Requests"]["uid"]
    table.put(uid, {**table[uid], "provisioned": True})
    assert not run_module(NAME, grafana.url, correlations=[], **LOKI)["changed"]
    assert requests.get(f"{grafana.url}/api/datasources/uid/logs/correlations/{uid}", auth=LOGIN, timeout=5).ok
