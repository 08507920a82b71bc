# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets, ports, and the way to the Prometheus that has the metrics made of spans."""

from __future__ import annotations

import pytest

from tests.unit.jaeger_role.support import config_of, described, files_of

PASSWORD = "correct-horse-7"


def metrics_of(made):
    return config_of(made)["extensions"]["jaeger_storage"].get("metric_backends")


def test_the_inventorys_prometheus_answers_the_monitor_tab():
    made = described({"p1": {"ansible_host": "10.0.0.9", "prometheus_web_external_url": "http://x/prom"}}, {"prometheus": ["p1"]})
    assert metrics_of(made)["prometheus"]["prometheus"]["endpoint"] == "http://10.0.0.9:9090/prom"
    assert config_of(made)["extensions"]["jaeger_query"]["storage"]["metrics"] == "prometheus"


def test_without_a_prometheus_there_is_no_backend_of_metrics():
    assert metrics_of(described()) is None
    assert "metrics" not in config_of(described())["extensions"]["jaeger_query"]["storage"]


def test_it_logs_in_to_a_protected_prometheus_with_a_secret_file():
    hosts = {"p1": {"prometheus_basic_auth_users": {"reader": PASSWORD}}}
    made = described(hosts, {"prometheus": ["p1"]})
    files = files_of(made)
    assert files["secrets/prometheus_password"]["content"] == PASSWORD and files["secrets/prometheus_password"]["secret"]
    assert PASSWORD not in files["jaeger.yaml"]["content"]
    basic = metrics_of(made)["prometheus"]["prometheus"]["auth"]["basic"]
    assert basic == {"username": "reader", "password_file": "/etc/jaeger/secrets/prometheus_password"}


def test_passwords_of_the_pages_are_hashed_and_secret():
    users = files_of(described(web_config={"basic_auth_users": {"ops": PASSWORD}}))["users.htpasswd"]
    assert users["secret"] and users["content"].startswith("ops:$2b$") and PASSWORD not in users["content"]
    assert users == files_of(described(web_config={"basic_auth_users": {"ops": PASSWORD}}))["users.htpasswd"], "a second run would change it"


@pytest.mark.parametrize(
    ("password", "secret"),
    [("hunter2-inline", True), ("${file:/etc/jaeger/secrets/ch}", False), ("${env:CH_PASSWORD}", False)],
)
def test_a_configuration_is_shown_unless_it_holds_a_secret_itself(password, secret):
    storage = {"addresses": ["ch1:9000"], "auth": {"basic": {"username": "u", "password": password}}}
    made = described(storage_type="clickhouse", storage=storage)
    assert files_of(made)["jaeger.yaml"]["secret"] is secret
    assert files_of(described(storage_type="clickhouse", storage=storage, show_config_diff=True))["jaeger.yaml"]["secret"] is False


def test_ports_are_those_that_are_opened():
    opened = {port.rpartition(":")[2] for port in described(sampling_strategies={"default_strategy": {"type": "probabilistic", "param": 1}})["ports"]}
    assert opened == {"13133", "8888", "16685", "8889", "4317", "4318", "5778", "5779"}
    query = described(role="query", storage_type="grpc", storage={"endpoint": "s:1"})
    assert {port.rpartition(":")[2] for port in query["ports"]} == {"13133", "8888", "16685"}


def test_health_is_asked_on_its_own_port():
    made = described(health_listen_address="0.0.0.0:14133", web_route_prefix="/jaeger")
    assert made["health"] == {"address": "127.0.0.1", "port": 14133}


def test_new_sampling_strategies_restart_nothing():
    made = files_of(described(sampling_strategies={"default_strategy": {"type": "probabilistic", "param": 1}}))
    assert made["sampling.json"]["on_change"] == "none"
