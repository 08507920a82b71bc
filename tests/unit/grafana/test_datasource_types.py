# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Types of data sources: their options arrive where Grafana looks for them, and slips are noticed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.observability.stack.plugins.module_utils.grafana.datasource import DATASOURCE, Datasources

from tests.unit.grafana.running import converge, run_module
from tests.unit.grafana.test_datasource import NAME, PROMETHEUS, ask, stored

MODULE = Path(__file__).resolve().parents[3] / "plugins/modules/grafana_datasource.py"


def examples():
    """Return the tasks of the module's examples; what a template would give is a text."""
    tree = ast.parse(MODULE.read_text(encoding="utf-8"))
    text = next(node.value.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "EXAMPLES")
    tasks = yaml.safe_load(re.sub(r"\"{{.*?}}\"", "secret-from-the-vault", text))
    return [{key: value for key, value in task["observability.stack." + NAME].items() if key not in ("url", "token", "wait_healthy")} for task in tasks]


@pytest.mark.parametrize("options", examples(), ids=lambda options: options.get("name", "items"))
def test_an_example_does_what_it_says_and_nothing_twice(grafana, options):
    run_module(NAME, grafana.url, name="Prometheus", uid="prometheus", **PROMETHEUS)
    if options.get("enforce_secure_data"):
        assert run_module(NAME, grafana.url, **options)["changed"]
    else:
        ran = converge(NAME, grafana.url, **options)
        assert ran["changed"] == (options.get("state") != "absent")
        assert ran.warned == []


def test_every_option_of_a_type_has_a_place_of_its_own():
    for kind, rows in DATASOURCE.variants.items():
        places = [one.place for one in (*DATASOURCE.fields, *rows) if one.place and one.name not in ("zabbix_password",)]
        assert len(places) == len(set(places)), kind


@pytest.mark.parametrize(("options", "settings"), [
    ({"ds_type": "thanos"}, {"prometheusType": "Thanos"}),
    ({"ds_type": "prometheus", "exemplars": [{"name": "trace_id", "datasource_uid": "j", "url_display_label": "l"}]},
     {"exemplarTraceIdDestinations": [{"name": "trace_id", "datasourceUid": "j", "urlDisplayLabel": "l"}]}),
    ({"ds_type": "prometheus", "incremental_querying": True, "incremental_query_overlap": "10m"},
     {"incrementalQuerying": True, "incrementalQueryOverlapWindow": "10m"}),
    ({"ds_type": "loki", "max_lines": 5, "derived_fields": [{"name": "t", "matcher_regex": "x", "datasource_uid": "j"}]},
     {"maxLines": "5", "derivedFields": [{"name": "t", "matcherRegex": "x", "datasourceUid": "j"}]}),
    ({"ds_type": "jaeger", "node_graph": True, "traces_to_logs": {"datasource_uid": "l", "filter_by_trace_id": True, "tags": [{"key": "a.b_c"}]}},
     {"nodeGraph": {"enabled": True}, "tracesToLogsV2": {"datasourceUid": "l", "filterByTraceID": True, "tags": [{"key": "a.b_c"}]}}),
    ({"ds_type": "elasticsearch", "es_version": 56}, {"esVersion": 56, "timeField": "@timestamp", "maxConcurrentShardRequests": 256}),
    ({"ds_type": "elasticsearch"}, {"esVersion": "7.10.0"}),
    ({"ds_type": "opentsdb", "tsdb_resolution": "millisecond"}, {"tsdbVersion": 1, "tsdbResolution": 2}),
    ({"ds_type": "alertmanager"}, {"handleGrafanaManagedAlerts": False, "tlsAuth": False, "tlsAuthWithCACert": False}),
    ({"ds_type": "cloudwatch"}, {"authType": "keys", "defaultRegion": "us-east-1"}),
    ({"ds_type": "loki", "tls_ca_cert": "PEM"}, {"tlsAuth": False, "tlsAuthWithCACert": True}),
])  # fmt: skip
def test_options_arrive_where_grafana_looks_for_them(grafana, options, settings):
    converge(NAME, grafana.url, name="M", ds_url="http://127.0.0.1:1", **options)
    there = stored(grafana, "M")["jsonData"]
    assert {key: there.get(key) for key in settings} == settings


def test_a_type_is_the_same_under_its_old_name(grafana):
    for kind in ("postgres", "grafana-postgresql-datasource"):
        ran = converge(NAME, grafana.url, name="DB", ds_type=kind, ds_url="127.0.0.1:5432", sslmode="verify-full")
    assert not ran["changed"]


def test_basic_authentication_follows_from_its_user(grafana):
    converge(NAME, grafana.url, name="M", basic_auth_user="u", basic_auth_password="secret-word", **PROMETHEUS)
    assert [stored(grafana, "M")[key] for key in ("basicAuth", "basicAuthUser")] == [True, "u"]
    converge(NAME, grafana.url, name="M", basic_auth_user="", **PROMETHEUS)
    assert stored(grafana, "M")["basicAuth"] is False


def test_any_other_type_passes_through(grafana):
    converge(NAME, grafana.url, name="M", ds_type="our-own-type", json_data={"some": {"thing": [1]}}, secure_json_data={"pin": "secret-word"})
    found = stored(grafana, "M")
    assert (found["type"], found["jsonData"]["some"], found["secureJsonFields"]) == ("our-own-type", {"thing": [1]}, {"pin": True})


def test_an_option_of_another_type_does_nothing_and_says_so(grafana):
    ran = converge(NAME, grafana.url, name="M", ds_type="redis-datasource", ds_url="http://127.0.0.1:1", time_interval="1m")
    assert "timeInterval" not in stored(grafana, "M")["jsonData"]
    assert "time_interval does nothing for the type redis-datasource" in ran.warned[0]


@pytest.mark.parametrize(("key", "meant"), [("timeIntervall", "timeInterval"), ("httpmethod", "httpMethod"), ("time_interval", "timeInterval")])
def test_a_slip_in_json_data_is_a_warning(grafana, key, meant):
    ran = run_module(NAME, grafana.url, name="M", json_data={key: "x"}, **PROMETHEUS)
    assert ran["changed"]
    assert f"json_data.{key} is not known for the type prometheus; {meant} is." in ran.warned[0]


def test_settings_that_are_only_unknown_here_are_no_slip(grafana):
    ran = run_module(NAME, grafana.url, name="M", json_data={"nonSecureTest": 1, "httpHeaderName12": "x", "timeInterval": "1s"}, **PROMETHEUS)
    assert ran.warned == []


def test_what_is_exported_makes_the_same_again(grafana):
    kind = Datasources()
    for options in examples():
        if "state" not in options and not options.get("purge"):
            run_module(NAME, grafana.url, **{key: value for key, value in options.items() if key != "correlations"})
    there = [ask(grafana, f"/api/datasources/uid/{one['uid']}") for one in ask(grafana, "/api/datasources")]
    ran = run_module(NAME, grafana.url, items=[kind.exported(one) for one in there])
    assert len(ran["results"]) == len(there) >= 20
    assert not ran["changed"], ran["diff"]
