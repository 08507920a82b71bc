# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data sources from the inventory: stable names, logins, links between the kinds; and the user's own."""

from __future__ import annotations

import pytest
import yaml

from tests.unit.grafana_role.support import described, files_of

PATH = "provisioning/datasources/observability.yaml"
GROUPS = {"prometheus": ["p1", "p2"], "alertmanager": ["a1"]}


def external(*services):
    ports = {"loki": 3100, "jaeger": 16686, "tempo": 3200, "thanos_query": 10902}
    return {"g1": {"observability_external_endpoints": [{"service": name, "address": f"{name}.example", "port": ports[name]} for name in services]}}


def sources(*args, **over):
    document = yaml.safe_load(files_of(described(*args, **over))[PATH]["content"])
    assert document["prune"] is True
    return {one["uid"]: one for one in document["datasources"] if "uid" in one} | {one["name"]: one for one in document["datasources"] if "uid" not in one}


def test_the_servers_of_the_stack_have_stable_uids():
    made = sources(GROUPS)
    assert {uid: (one["name"], one["type"], one["url"], one["isDefault"]) for uid, one in made.items()} == {
        "prometheus": ("Prometheus", "prometheus", "http://p1:9090", True),
        "prometheus-p2": ("Prometheus p2", "prometheus", "http://p2:9090", False),
        "alertmanager": ("Alertmanager", "alertmanager", "http://a1:9093", False),
    }
    assert sources({"alertmanager": ["a1"], "prometheus": ["p2", "p1"]}) == made
    assert made["prometheus"]["jsonData"]["alertmanagerUid"] == "alertmanager"


def test_of_another_stack_nothing_is_shown():
    assert set(sources(GROUPS, {"p2": {"observability_stack": "other"}})) == {"prometheus", "alertmanager"}


def test_a_thanos_is_the_default():
    made = sources(GROUPS, external("thanos_query"))
    assert {uid for uid, one in made.items() if one["isDefault"]} == {"thanos"}
    assert made["thanos"]["jsonData"]["prometheusType"] == "Thanos" and made["thanos"]["type"] == "prometheus"


def test_metrics_logs_and_traces_lead_to_each_other():
    made = sources(GROUPS, external("loki", "jaeger"))
    assert {one["datasourceUid"] for one in made["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]} == {"jaeger"}
    derived = made["loki"]["jsonData"]["derivedFields"]
    # $$ is what upstream's provisioning reads as a dollar sign.
    assert {(one["datasourceUid"], one["url"]) for one in derived} == {("jaeger", "$${__value.raw}")}
    assert made["jaeger"]["jsonData"]["tracesToLogsV2"]["datasourceUid"] == "loki"
    assert made["jaeger"]["jsonData"]["tracesToMetrics"]["datasourceUid"] == "prometheus"


def test_no_link_leads_nowhere():
    made = sources({}, external("jaeger"))
    assert "tracesToLogsV2" not in made["jaeger"]["jsonData"] and "tracesToMetrics" not in made["jaeger"]["jsonData"]
    assert "alertmanagerUid" not in sources({"prometheus": ["p1"]})["prometheus"]["jsonData"]


PROTECTED = {
    "p1": {
        "prometheus_basic_auth_users": {"reader": "pa$$word$HOME"},
        "prometheus_tls_server_config": {"cert_file": "/etc/ssl/p.pem"},
        "observability_ca_file": "/etc/ssl/ca.pem",
        "prometheus_endpoint": {"server_name": "p1.example.org"},
    }
}


def test_a_protected_server_is_asked_with_its_password_and_its_authority():
    made = sources({"prometheus": ["p1"]}, PROTECTED)["prometheus"]
    assert made["url"] == "https://p1:9090" and made["basicAuthUser"] == "reader" and made["basicAuth"] is True
    assert made["secureJsonData"] == {"basicAuthPassword": "pa$$$$word$$HOME", "tlsCACert": "$__file{/etc/ssl/ca.pem}"}
    assert made["jsonData"]["tlsAuthWithCACert"] is True and made["jsonData"]["serverName"] == "p1.example.org"


def test_the_file_is_secret_when_it_holds_a_secret():
    assert files_of(described({"prometheus": ["p1"]}, PROTECTED))[PATH]["secret"]
    assert not files_of(described({"prometheus": ["p1"]}))[PATH]["secret"]
    assert files_of(described(datasources=[{"name": "x", "type": "mysql", "secureJsonData": {"password": "y"}}]))[PATH]["secret"]


def test_credentials_that_are_in_files_stay_there():
    by_hand = {"service": "loki", "url": "https://loki.example.org/", "auth_file": "/run/keys/loki"}
    made = sources({}, {"g1": {"observability_external_endpoints": [by_hand, {**by_hand, "service": "tempo", "auth_user": "u"}]}})
    assert made["loki"]["jsonData"]["httpHeaderName1"] == "Authorization"
    assert made["loki"]["secureJsonData"] == {"httpHeaderValue1": "Bearer $__file{/run/keys/loki}"}
    assert made["tempo"]["secureJsonData"] == {"basicAuthPassword": "$__file{/run/keys/loki}"}


def test_the_users_own_come_as_they_are_and_take_the_place_of_made_ones():
    own = [
        {"name": "Shop", "type": "postgres", "url": "db1:5432", "isDefault": True, "password": "db-secret", "jsonData": {"x": "$${y}"}},
        {"name": "Alertmanager", "type": "alertmanager", "uid": "alertmanager", "url": "https://alerts.example.org"},
    ]
    made = sources(GROUPS, datasources=own)
    assert made["Shop"] == {
        "access": "proxy", "orgId": 1, "name": "Shop", "type": "postgres", "url": "db1:5432", "isDefault": True,
        "jsonData": {"x": "$${y}"}, "secureJsonData": {"password": "db-secret"},
    }  # fmt: skip
    assert made["alertmanager"]["url"] == "https://alerts.example.org"
    assert not made["prometheus"]["isDefault"]


def test_none_of_the_inventory_when_the_user_says_so():
    assert sources(GROUPS, datasources_from_inventory=False) == {}


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ([{"name": "x"}], "has no name or no type"),
        (["x"], "has no name or no type"),
        ([{"name": "x", "type": "loki"}, {"name": "x", "type": "mysql"}], "two entries with the name 'x'"),
        ([{"name": "x", "type": "loki", "uid": "u"}, {"name": "y", "type": "mysql", "uid": "u"}], "two entries with the uid 'u'"),
    ],
)
def test_mistakes_are_sentences(own, sentence):
    with pytest.raises(ValueError, match=sentence):
        described(datasources=own)
