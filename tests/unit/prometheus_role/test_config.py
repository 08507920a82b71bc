# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sections of prometheus.yml, and the command line, by version."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_config import prometheus_config
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_flags import prometheus_flags

from tests.unit.prometheus_role.support import NEW, OLD, STACK, records, settings


def config(endpoints=(), version=NEW, **given):
    return prometheus_config(settings(**given), list(endpoints), version)


def flags(version=NEW, own_url=None, **given):
    return prometheus_flags(settings(**given), version, own_url)


def test_empty_sections_are_left_out():
    assert set(config()) == {"global", "rule_files", "storage"}


def test_global_and_labels():
    section = config(external_labels={"cluster": "a", "number": 7, "test": True})["global"]
    assert section["scrape_interval"] == "15s"
    assert section["external_labels"] == {"cluster": "a", "number": "7", "test": "true", "prometheus_replica": "p1"}
    assert "external_labels" not in config(replica_label="")["global"]


def test_the_replica_label_can_be_given():
    assert config(external_labels={"prometheus_replica": "left"})["global"]["external_labels"] == {"prometheus_replica": "left"}


def test_alerts_go_to_the_groups_alertmanagers_without_the_replica_label():
    alerting = config(records(**STACK), alert_relabel_configs=[{"action": "labeldrop", "regex": "x"}])["alerting"]
    assert alerting["alertmanagers"] == [{"static_configs": [{"targets": ["a1:9093", "a2:9093"]}]}]
    assert [rule["regex"] for rule in alerting["alert_relabel_configs"]] == ["x", "prometheus_replica"]


def test_alertmanagers_are_grouped_by_how_they_are_reached_and_the_users_follow():
    host_vars = {"a2": {"alertmanager_web_external_url": "http://x/am", "alertmanager_tls_server_config": {"cert_file": "c"}}}
    mine = {"static_configs": [{"targets": ["z:9093"]}]}
    sections = config(records(host_vars, alertmanager=["a1", "a2"]), alertmanager_config=[mine])["alerting"]["alertmanagers"]
    assert sections == [
        {"static_configs": [{"targets": ["a1:9093"]}]},
        {"scheme": "https", "path_prefix": "/am", "static_configs": [{"targets": ["a2:9093"]}]},
        mine,
    ]


def test_an_agent_has_no_rules_alerts_and_database():
    section = config(records(**STACK), agent_mode=True, remote_write=[{"url": "http://x"}], remote_read=[{"url": "http://y"}])
    assert set(section) == {"global", "scrape_configs", "remote_write"}


def test_retention_is_in_the_file_where_that_works_and_a_flag_before():
    given = {"storage_retention": "7d", "storage_retention_size": "5GB"}
    for version in (NEW, "3.11.0"):
        assert config(version=version, **given)["storage"] == {"tsdb": {"retention": {"time": "7d", "size": "5GB"}}}
        assert not [name for name in flags(version, **given) if "retention" in name]
    for version in (OLD, "3.10.0", ""):
        assert "storage" not in config(version=version, **given)
        found = {name: value for name, value in flags(version, **given).items() if "retention" in name}
        assert found == {"storage.tsdb.retention.time": "7d", "storage.tsdb.retention.size": "5GB"}


def test_retention_by_percentage():
    retention = config(storage_retention_percentage="80")["storage"]["tsdb"]["retention"]
    assert retention == {"time": "30d", "percentage": 80}
    with pytest.raises(ValueError, match=r"needs Prometheus 3\.11\.0 or newer; the version here is 2\.42\.0"):
        flags(OLD, storage_retention_percentage="80")


def test_exemplars():
    assert config(exemplars_max=500)["storage"]["exemplars"] == {"max_exemplars": 500}
    assert flags(exemplars_max=500)["enable-feature"] == ["exemplar-storage"]


@pytest.mark.parametrize(
    ("option", "version", "expected"),
    [
        ("agent_mode", NEW, {"agent": True}),
        ("agent_mode", "2.53.3", {"enable-feature": ["agent"]}),
        ("otlp_receiver", NEW, {"web.enable-otlp-receiver": True}),
        ("otlp_receiver", "2.53.3", {"enable-feature": ["otlp-write-receiver"]}),
        ("remote_write_receiver", NEW, {"web.enable-remote-write-receiver": True}),
        ("native_histograms", "3.7.0", {"enable-feature": ["native-histograms"]}),
        ("native_histograms", NEW, {}),
    ],
)
def test_options_that_differ_by_version(option, version, expected):
    before = flags(version)
    added = {name: value for name, value in flags(version, **{option: True}).items() if before.get(name) != value}
    assert {name: value for name, value in added.items() if not name.startswith("storage.")} == expected


def test_native_histograms_in_the_file():
    assert config(native_histograms=True)["global"]["scrape_native_histograms"] is True
    assert "scrape_native_histograms" not in config(version="3.7.0", native_histograms=True)["global"]


@pytest.mark.parametrize(
    ("option", "version", "sentence"),
    [
        ("otlp_receiver", OLD, "needs Prometheus 2.47.0 or newer; the version here is 2.42.0"),
        ("otlp_receiver", "", "Say in prometheus_version"),
    ],
)
def test_options_that_a_version_lacks(option, version, sentence):
    with pytest.raises(ValueError, match=sentence):
        flags(version, **{option: True})


def test_features_are_one_list():
    found = flags(exemplars_max=1, enable_features=["promql-per-step-stats"])
    assert found["enable-feature"] == ["exemplar-storage", "promql-per-step-stats"]


def test_paths_and_urls():
    found = flags(config_dir="/c", db_dir="/d", own_url="http://10.0.0.1:9090")
    assert found == {"config.file": "/c/prometheus.yml", "storage.tsdb.path": "/d", "web.external-url": "http://10.0.0.1:9090"}
    assert flags(web_external_url="https://x/p", own_url="http://y")["web.external-url"] == "https://x/p"
    assert flags(agent_mode=True)["storage.agent.path"] == "/var/lib/prometheus"


def test_any_key_can_be_added_last():
    extra = {"global": {"scrape_interval": "1m", "query_log_file": "/q"}, "tracing": {"endpoint": "x:4317"}}
    found = config(config_extra=extra)
    assert found["global"]["scrape_interval"] == "1m"
    assert found["global"]["scrape_timeout"] == "10s"
    assert found["tracing"] == {"endpoint": "x:4317"}
