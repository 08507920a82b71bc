# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import time

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_record import (
    RECORD_FIELDS,
    SERVICES,
    TopologyError,
    base_url,
    netloc,
)

GROUPS = {"prometheus": ["p1", "p2"], "alertmanager": ["p1"], "nodes": ["p1", "n1"], "all": ["p1", "p2", "n1"]}


def listing(host_vars=None, groups=None, current="p1", **options):
    host_vars = host_vars or {}
    return topology.endpoints(groups or GROUPS, lambda host: host_vars.get(host, {}), current, **options)


def one(host_vars, service="node_exporter", host="n1", current="p1"):
    (record,) = [r for r in listing(host_vars, current=current, services=service) if r["host"] == host]
    return record


def test_record_has_the_documented_fields_and_defaults():
    assert one({}) == {
        "service": "node_exporter",
        "host": "n1",
        "address": "n1",
        "port": 9100,
        "scheme": "http",
        "path_prefix": "",
        "metrics_path": "/metrics",
        "ca_file": None,
        "server_name": None,
        "insecure_skip_verify": None,
        "auth_user": None,
        "auth_file": None,
        "auth_from": None,
        "labels": {},
        "stack": "default",
    }
    assert tuple(one({})) == RECORD_FIELDS


def test_all_services_in_the_order_of_the_table():
    found = [(r["service"], r["host"]) for r in listing()]
    assert found == [
        ("prometheus", "p1"),
        ("prometheus", "p2"),
        ("alertmanager", "p1"),
        ("node_exporter", "n1"),
        ("node_exporter", "p1"),
    ]


def test_an_inventory_in_another_order_asks_for_no_change():
    groups = {"nodes": ["b", "a", "c"]}
    turned = {"nodes": ["c", "b", "a"]}
    assert topology.endpoints(groups, lambda host: {}, "a") == topology.endpoints(turned, lambda host: {}, "a")


def test_default_ports():
    assert {name: row.port for name, row in SERVICES.items()} == {
        "prometheus": 9090,
        "alertmanager": 9093,
        "node_exporter": 9100,
        "otel_collector": 18888,
        "blackbox_exporter": 9115,
        "loki": 3100,
        "grafana": 3000,
        "jaeger": 16686,
        "jaeger_otlp_grpc": 4317,
        "jaeger_otlp_http": 4318,
        "jaeger_metrics": 8888,
        "jaeger_spanmetrics": 8889,
    }


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"ansible_host": "10.0.0.7"}, "10.0.0.7"),
        ({"ansible_host": "10.0.0.7", "observability_address": "n1.lan"}, "n1.lan"),
        ({"ansible_host": "10.0.0.7", "node_exporter_web_listen_address": "10.1.0.7:9100"}, "10.1.0.7"),
        ({"ansible_host": "10.0.0.7", "node_exporter_web_listen_address": "127.0.0.1:9100"}, "10.0.0.7"),
        ({"ansible_host": "10.0.0.7", "node_exporter_web_listen_address": "0.0.0.0:9100"}, "10.0.0.7"),
        ({"ansible_host": "10.0.0.7", "node_exporter_web_listen_address": "[::]:9100"}, "10.0.0.7"),
        ({"node_exporter_endpoint": {"address": "gateway"}}, "gateway"),
    ],
)
def test_address(values, address):
    assert one({"n1": values})["address"] == address


def test_loopback_is_used_by_the_host_itself_only():
    values = {"n1": {"ansible_host": "10.0.0.7", "node_exporter_web_listen_address": "127.0.0.1:9100"}}
    assert one(values, current="n1")["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ({"node_exporter_web_listen_address": ":9200"}, 9200),
        ({"node_exporter_web_listen_address": ["0.0.0.0:9200", "127.0.0.1:9300"]}, 9200),
        ({"node_exporter_web_listen_address": "[::1]:9200"}, 9200),
        ({"node_exporter_endpoint": {"port": "19100"}}, 19100),
    ],
)
def test_port(values, port):
    assert one({"n1": values})["port"] == port


@pytest.mark.parametrize(
    "values",
    [
        {"node_exporter_web_config": {"tls_server_config": {"cert_file": "c"}}},
        {"node_exporter_tls_server_config": {"cert_file": "c"}},
        {"node_exporter_endpoint": {"scheme": "https"}},
    ],
)
def test_tls(values):
    record = one({"n1": {"observability_ca_file": "/etc/ca.pem", **values}})
    assert (record["scheme"], record["ca_file"]) == ("https", "/etc/ca.pem")


def test_no_ca_without_tls():
    assert one({"n1": {"observability_ca_file": "/etc/ca.pem"}})["ca_file"] is None


@pytest.mark.parametrize(
    ("values", "prefix"),
    [
        ({"prometheus_web_external_url": "https://x.example.org/prom/"}, "/prom"),
        ({"prometheus_web_external_url": "https://x.example.org"}, ""),
        ({"prometheus_web_external_url": "https://x.example.org/prom", "prometheus_web_route_prefix": "/"}, ""),
        ({"prometheus_web_route_prefix": "/inner"}, "/inner"),
        ({"prometheus_endpoint": {"path_prefix": "/other"}}, "/other"),
    ],
)
def test_path_prefix(values, prefix):
    record = one({"p2": values}, service="prometheus", host="p2")
    assert (record["path_prefix"], record["metrics_path"]) == (prefix, prefix + "/metrics")


def test_metrics_path():
    assert one({"n1": {"node_exporter_web_telemetry_path": "/node"}})["metrics_path"] == "/node"


def test_groups_can_be_mapped_by_service_or_by_group():
    groups = {"linux": ["a", "b"], "windows": ["b", "c"], "p1": []}
    for key in ("node_exporter", "nodes"):
        values = {"p1": {"observability_groups": {key: ["linux", "windows"]}}}
        assert [r["host"] for r in listing(values, groups, services="node_exporter")] == ["a", "b", "c"]
    values = {"p1": {"observability_groups": {"node_exporter": "linux"}}}
    assert [r["host"] for r in listing(values, groups, services="node_exporter")] == ["a", "b"]


def test_the_agent_is_on_all_hosts_once_there_is_something_to_send_to():
    def agents(**groups):
        return [r["host"] for r in listing(groups=GROUPS | groups, services="otel_collector")]

    assert agents() == []
    assert agents(loki=["p1"]) == ["n1", "p1"]
    assert agents(jaeger=["p2"]) == ["n1", "p1"]
    assert agents(loki=["p1"], otel_collector=["n1"]) == ["n1"]
    assert agents(loki=["p1"], otel_collector=[]) == []
    assert agents(otel_collector=["p2"]) == ["p2"]


def test_stacks_do_not_see_each_other():
    values = {"p2": {"observability_stack": "blue"}, "n1": {"observability_stack": "blue"}}
    assert [r["host"] for r in listing(values, services=["prometheus", "node_exporter"])] == ["p1", "p1"]
    assert [r["host"] for r in listing(values, services=["prometheus", "node_exporter"], current="p2")] == ["p2", "n1"]
    assert [r["stack"] for r in listing(values, services="prometheus", stack="*")] == ["default", "blue"]
    assert [r["host"] for r in listing(values, services="prometheus", stack="blue")] == ["p2"]


def test_endpoints_given_by_hand_come_last():
    given = [
        {"service": "alertmanager", "url": "https://alerts.example.org/am/"},
        {"service": "alertmanager", "address": "10.0.0.9", "auth_user": "u", "auth_file": "/etc/x"},
        {"service": "grafana", "url": "http://[fd00::1]:3000", "stack": "blue"},
    ]
    values = {"p1": {"observability_external_endpoints": given}}
    managed, by_url, by_address = listing(values, services="alertmanager")
    assert managed["host"] == "p1"
    assert (by_url["scheme"], by_url["address"], by_url["port"]) == ("https", "alerts.example.org", 443)
    assert (by_url["path_prefix"], by_url["metrics_path"], by_url["stack"]) == ("/am", "/am/metrics", "default")
    assert (by_address["port"], by_address["auth_user"]) == (9093, "u")
    assert all(tuple(record) == RECORD_FIELDS for record in (by_url, by_address))
    assert "grafana" not in [r["service"] for r in listing(values)]
    (grafana,) = [r for r in listing(values, stack="*") if r["service"] == "grafana"]
    assert netloc(grafana) == "[fd00::1]:3000"
    assert base_url(by_url) == "https://alerts.example.org:443/am"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"node_exporter_web_listen_address": "localhost"}, "has no port"),
        ({"node_exporter_endpoint": {"prot": 1}}, "unknown key 'prot'"),
        ({"observability_external_endpoints": {"service": "x"}}, "must be a list"),
        ({"observability_external_endpoints": [{"service": "node_exporter"}]}, "neither url nor address"),
        ({"observability_external_endpoints": [{"service": "odd", "address": "x"}]}, "has no port"),
        ({"observability_external_endpoints": [{"service": "odd", "url": "x"}]}, "http:// or https://"),
        ({"observability_external_endpoints": [{"service": "odd", "ulr": "x"}]}, "unknown key 'ulr'"),
    ],
)
def test_errors_are_sentences(values, sentence):
    with pytest.raises(TopologyError, match=sentence):
        listing({"p1": values})


def test_hosts_are_read_sparingly():
    """A thousand hosts with a hundred variables each: only keys that matter may be read (reading costs templating)."""
    reads = []

    class Recorder(dict):
        def __getitem__(self, key):
            reads.append(key)
            return super().__getitem__(key)

    hosts = [f"n{number}" for number in range(1000)]
    values = Recorder({f"other_{number}": "{{ template }}" for number in range(100)} | {"ansible_host": "10.0.0.1"})
    began = time.perf_counter()
    records = topology.endpoints({"nodes": hosts}, lambda _host: values, "n0", services="node_exporter")
    print(f"1,000 hosts in {time.perf_counter() - began:.3f} s")
    assert len(records) == 1000
    assert set(reads) == {"ansible_host"}
    assert len(reads) == 1000


def services_of(values):
    return [record["service"] for record in listing({"j1": values}, {"jaeger": ["j1"]}, current="j1")]


@pytest.mark.parametrize(
    ("values", "services"),
    [
        ({}, ["jaeger", "jaeger_otlp_grpc", "jaeger_otlp_http", "jaeger_metrics", "jaeger_spanmetrics"]),
        ({"jaeger_spm": False}, ["jaeger", "jaeger_otlp_grpc", "jaeger_otlp_http", "jaeger_metrics"]),
        ({"jaeger_role": "query"}, ["jaeger", "jaeger_metrics"]),
        ({"jaeger_role": "collector"}, ["jaeger_otlp_grpc", "jaeger_otlp_http", "jaeger_metrics", "jaeger_spanmetrics"]),
        ({"jaeger_role": "ingester"}, ["jaeger_metrics"]),
    ],
)
def test_a_host_offers_what_its_variables_say(values, services):
    assert services_of(values) == services


def test_other_ports_follow_their_own_variables():
    values = {"jaeger_otlp_http_listen_address": "0.0.0.0:14318", "jaeger_otlp_tls": {"cert_file": "c"}, "jaeger_web_route_prefix": "/traces"}
    found = {record["service"]: record for record in listing({"j1": values}, {"jaeger": ["j1"]}, current="j1")}
    assert (found["jaeger_otlp_http"]["port"], found["jaeger_otlp_http"]["scheme"]) == (14318, "https")
    assert base_url(found["jaeger"]) == "http://j1:16686/traces" and found["jaeger_metrics"]["metrics_path"] == "/metrics"
