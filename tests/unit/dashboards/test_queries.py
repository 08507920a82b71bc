# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is taken out of a dashboard's JSON, in the forms in which people have it."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_files import read_dashboards
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_queries import dashboard_queries

PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}


def panel(number=1, **more):
    return {"id": number, "title": f"p{number}", "datasource": PROMETHEUS, "targets": [{"refId": "A", "expr": "up"}], **more}


def dashboard(*panels, **more):
    return {"uid": "d", "title": "D", "panels": list(panels), **more}


def variable(**more):
    return dashboard_queries(dashboard(templating={"list": [{"name": "v", "type": "query", **more}]}))["variables"][0]


def titles(asked):
    return [item["title"] for item in asked["panels"]]


def test_a_panel_is_its_queries():
    given = dashboard(panel(targets=[{"refId": "A", "expr": "a", "instant": True, "range": False}, {"refId": "B", "expr": "b"}]), tags=["x"])
    assert dashboard_queries(given) == {
        "uid": "d",
        "title": "D",
        "tags": ["x"],
        "variables": [],
        "panels": [
            {
                "id": 1,
                "title": "p1",
                "may_be_empty": False,
                "repeat": "",
                "queries": [{"ref": "A", "expr": "a", "instant": True}, {"ref": "B", "expr": "b", "instant": False}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (panel(datasource=None), True),
        (panel(datasource="Prometheus of old"), True),
        (panel(datasource={"uid": "abc"}), True),
        (panel(datasource={"type": "loki", "uid": "l"}), False),
        (panel(datasource={"type": "datasource", "uid": "-- Mixed --"}, targets=[{"expr": "up", "datasource": PROMETHEUS}]), True),
        (panel(targets=[{"expr": "up", "hide": True}]), False),
        (panel(targets=[{"rawSql": "SELECT 1"}]), False),
        (panel(targets=None), False),
        ({"id": 1, "type": "text", "title": "p1"}, False),
    ],
)
def test_only_what_asks_prometheus_counts(given, found):
    assert titles(dashboard_queries(dashboard(given))) == (["p1"] if found else [])


def test_panels_in_collapsed_rows_are_asked_too():
    assert titles(dashboard_queries(dashboard(panel(1), {"type": "row", "id": 9, "title": "row", "panels": [panel(2)]}))) == ["p1", "p2"]


@pytest.mark.parametrize(("text", "allowed"), [("no swap", True), ("0", True), ("", False), (" ", False), (None, False)])
def test_a_panel_that_says_what_no_value_means_may_be_empty(text, allowed):
    asked = dashboard_queries(dashboard(panel(fieldConfig={"defaults": {"noValue": text}})))
    assert asked["panels"][0]["may_be_empty"] is allowed


def test_annotations_are_asked_and_may_be_empty():
    rows = [
        {"name": "Alerts", "datasource": PROMETHEUS, "enable": True, "expr": "ALERTS"},
        {"name": "New form", "datasource": PROMETHEUS, "enable": True, "target": {"expr": "up"}},
        {"name": "Off", "datasource": PROMETHEUS, "enable": False, "expr": "up"},
        {"name": "Annotations & Alerts", "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "type": "dashboard"},
    ]
    asked = dashboard_queries(dashboard(annotations={"list": rows}))["panels"]
    assert [(item["title"], item["queries"][0]["expr"], item["may_be_empty"]) for item in asked] == [
        ("annotation Alerts", "ALERTS", True),
        ("annotation New form", "up", True),
    ]


@pytest.mark.parametrize(
    ("query", "selector", "label"),
    [
        ("label_values(up, job)", "up", "job"),
        ({"query": "label_values(up, job)", "refId": "x", "qryType": 1}, "up", "job"),
        ('label_values(node_uname_info{job=~"$job", a="b,c"}, instance)', 'node_uname_info{job=~"$job", a="b,c"}', "instance"),
        ("label_values(job)", "", "job"),
    ],
)
def test_values_of_labels_are_left_to_the_server(query, selector, label):
    found = variable(query=query, current={"value": "old"})
    assert (found["selector"], found["label"], found["values"]) == (selector, label, [])


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({"type": "custom", "query": "a, b : c,d\\,e", "includeAll": True}, ["a", "c", "d,e"]),
        ({"type": "custom", "query": "a,b"}, ["a"]),
        ({"type": "custom", "query": "a,b", "current": {"value": "b"}}, ["b"]),
        ({"type": "custom", "query": "a,b", "current": {"value": ["$__all"]}, "includeAll": True}, ["a", "b"]),
        ({"type": "interval", "query": "1m,10m"}, ["1m"]),
        ({"type": "constant", "query": "x"}, ["x"]),
        ({"type": "textbox", "query": "x", "current": {"value": "typed"}}, ["typed"]),
        ({"type": "query", "query": "query_result(up)", "current": {"value": "stored"}}, ["stored"]),
    ],
)
def test_values_that_the_file_holds_are_taken_from_it(given, values):
    assert variable(**given)["values"] == values


def test_what_stands_for_all_values():
    assert variable(query="label_values(up, job)", multi=True, includeAll=True, allValue=".+")["everything"] == ".+"
    assert variable(query="label_values(up, job)", multi=True, includeAll=False, allValue=".+")["everything"] == ""


def test_data_sources_and_filters_are_no_values_of_queries():
    rows = [{"name": "datasource", "type": "datasource", "query": "prometheus"}, {"name": "filters", "type": "adhoc"}]
    assert dashboard_queries(dashboard(templating={"list": rows}))["variables"] == []


@pytest.mark.parametrize("envelope", [lambda inner: {"dashboard": inner, "meta": {}}, lambda inner: {"apiVersion": "v1beta1", "spec": inner}])
def test_what_an_api_returned_is_taken_out_of_its_envelope(envelope):
    assert titles(dashboard_queries(envelope(dashboard(panel())))) == ["p1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"elements": {}, "title": "New"}', "Dashboard 'New' is in Grafana's schema v2"),
        ('{"foo": 1}', "is no dashboard: it has no list of panels"),
        ('{"title": "T", "panels": {}}', "'T' is no dashboard"),
        ("[1]", "its JSON is not an object"),
        ("{", "is no JSON: Expecting property name"),
    ],
)
def test_what_is_no_dashboard_is_refused_with_its_path(tmp_path, content, sentence):
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="x.json") as refused:
        read_dashboards([str(tmp_path / "*.json")])
    assert sentence in str(refused.value)


def test_a_pattern_that_matches_nothing_is_a_slip(tmp_path):
    with pytest.raises(ValueError, match="No dashboard is at"):
        read_dashboards([str(tmp_path / "*.json")])
