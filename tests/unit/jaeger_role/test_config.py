# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jaeger's configuration: what follows from the variables."""

from __future__ import annotations

import json

import pytest

from tests.unit.jaeger_role.support import KAFKA, STORAGES, config_of, described, files_of


def test_all_in_one_receives_keeps_and_shows():
    config = config_of(described())
    assert config["service"]["pipelines"]["traces"] == {
        "receivers": ["otlp"],
        "processors": ["memory_limiter", "batch"],
        "exporters": ["jaeger_storage_exporter", "spanmetrics"],
    }
    assert config["extensions"]["jaeger_query"]["storage"]["traces"] == config["exporters"]["jaeger_storage_exporter"]["trace_storage"]
    assert config["receivers"]["otlp"]["protocols"]["http"]["endpoint"] == "0.0.0.0:4318"


def test_a_query_has_no_receiver_and_a_collector_no_pages():
    query = config_of(described(role="query", **STORAGES["opensearch"]))
    assert list(query["receivers"]) == ["nop"] and "connectors" not in query
    collector = config_of(described(role="collector", **STORAGES["opensearch"]))
    assert "jaeger_query" not in collector["extensions"] and "otlp" in collector["receivers"]


def test_kafka_stands_between_collector_and_storage():
    collector = config_of(described(role="collector", kafka=KAFKA))
    assert collector["service"]["pipelines"]["traces"]["exporters"] == ["kafka", "spanmetrics"]
    assert "jaeger_storage" not in collector["extensions"]
    ingester = config_of(described(role="ingester", kafka=KAFKA, **STORAGES["opensearch"]))
    assert ingester["receivers"]["kafka"] == collector["exporters"]["kafka"]
    assert ingester["service"]["pipelines"]["traces"]["exporters"] == ["jaeger_storage_exporter"]


def test_badger_keeps_traces_in_its_directory_for_the_retention():
    made = described(storage_type="badger", storage_retention="7d", storage_dir="/srv/traces")
    badger = config_of(made)["extensions"]["jaeger_storage"]["backends"]["traces"]["badger"]
    assert badger == {"ephemeral": False, "directories": {"keys": "/srv/traces/keys", "values": "/srv/traces/values"}, "ttl": {"spans": "604800s"}}
    assert [one["path"] for one in made["directories"]] == ["/srv/traces"] == made["unit"]["read_write_paths"] == made["data"]["paths"]


def test_a_storage_elsewhere_leaves_no_data_here():
    made = described(**STORAGES["opensearch"])
    assert made["directories"] == made["data"]["paths"] == []


def test_the_prefix_of_the_url_is_the_base_path():
    config = config_of(described(web_external_url="https://traces.example.org/jaeger/"))
    assert config["extensions"]["jaeger_query"]["base_path"] == "/jaeger"


def test_the_monitor_tab_is_shown_where_there_are_metrics():
    assert json.loads(files_of(described(ui_config={"a": 1}))["ui.json"]["content"]) == {"monitor": {"menuEnabled": True}, "a": 1}
    assert "ui.json" not in files_of(described(spm=False))


def test_what_the_user_adds_wins():
    config = config_of(described(config_extra={"processors": {"batch": {"timeout": "2s"}}, "exporters": {"prometheus": {"enable_open_metrics": False}}}))
    assert config["processors"]["batch"] == {"timeout": "2s"} and config["exporters"]["prometheus"]["enable_open_metrics"] is False


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"role": "agent"}, "Write one of: all-in-one"),
        ({"storage_type": "mysql"}, "Write one of: memory"),
        ({"role": "query"}, "no other Jaeger sees its traces"),
        ({"role": "collector", "storage_type": "memory"}, "no other Jaeger sees its traces"),
        ({"role": "ingester", **STORAGES["opensearch"]}, "jaeger_kafka is empty"),
        ({"role": "collector", "kafka": {"topic": "x"}}, "says nothing of brokers"),
        ({"storage_type": "elasticsearch"}, "server_urls"),
        ({"storage_type": "cassandra"}, "connection"),
        ({**STORAGES["opensearch"], "storage_retention": "7d"}, "does not remove anything from opensearch by age"),
        ({"storage_retention": "a week"}, "jaeger_storage_retention"),
        ({"sampling_strategies": {"default_strategy": {"type": "often", "param": 1}}}, "default_strategy has the type 'often'"),
        ({"sampling_strategies": {"service_strategies": [{"service": "shop", "type": "probabilistic", "param": "x"}]}}, "the strategy of shop"),
        ({"sampling_strategies": {"service_strategies": [{"type": "probabilistic", "param": 1}]}}, "has no service"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_touched(variables, sentence):
    with pytest.raises(ValueError, match=sentence):
        described(**variables)


def test_what_is_to_be_removed_needs_no_sense():
    assert described(state="absent", role="nonsense") == {}
