# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which jobs Prometheus gets, and how each of them connects."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_scrape import scrape_configs

from tests.unit.prometheus_role.support import STACK, records, settings

TLS = {"node_exporter_endpoint": {"scheme": "https", "ca_file": "/ca", "server_name": "x"}}


def jobs(endpoints=(), servers=(), target_files=(), **given):
    listed = scrape_configs(settings(**given), list(endpoints), list(servers), target_files)
    return {job["job_name"]: job for job in listed}


def test_every_service_of_the_inventory_is_scraped():
    found = jobs(records(**STACK))
    assert list(found) == ["prometheus", "alertmanager", "node", "blackbox_exporter"]
    assert found["node"] == {
        "job_name": "node",
        "static_configs": [
            {"targets": ["n1:9100"], "labels": {"instance": "n1:9100"}},
            {"targets": ["p1:9100"], "labels": {"instance": "p1:9100"}},
        ],
    }


def test_it_can_be_switched_off():
    assert jobs(records(**STACK), scrape_inventory=False) == {}


def test_instance_is_the_inventory_name_and_labels_are_added():
    host_vars = {"n1": {"ansible_host": "10.0.0.1", "observability_labels": {"site": "berlin"}}}
    (static,) = jobs(records(host_vars, nodes=["n1"]))["node"]["static_configs"]
    assert static == {"targets": ["10.0.0.1:9100"], "labels": {"instance": "n1:9100", "site": "berlin"}}


def test_hosts_that_need_other_keys_go_to_a_job_of_their_own_under_the_same_name():
    found = jobs(records({"n3": TLS}, nodes=["n1", "n2", "n3"]))
    assert list(found) == ["node", "node-2"]
    assert len(found["node"]["static_configs"]) == 2
    assert found["node-2"]["scheme"] == "https"
    assert found["node-2"]["tls_config"] == {"ca_file": "/ca", "server_name": "x"}
    assert found["node-2"]["static_configs"][0]["labels"] == {"job": "node", "instance": "n3:9100"}


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ({"auth_user": "u", "auth_file": "/f"}, {"basic_auth": {"username": "u", "password_file": "/f"}}),
        ({"auth_file": "/f"}, {"authorization": {"credentials_file": "/f"}}),
    ],
)
def test_authentication_of_targets(endpoint, expected):
    job = jobs(records({"n1": {"node_exporter_endpoint": endpoint}}, nodes=["n1"]))["node"]
    assert expected.items() <= job.items()


def test_a_path_that_most_share_is_the_jobs_and_others_are_the_targets():
    host_vars = {name: {"prometheus_web_external_url": "http://x/prom"} for name in ("p1", "p2")}
    job = jobs(records(host_vars, prometheus=["p1", "p2", "p3"]))["prometheus"]
    assert job["metrics_path"] == "/prom/metrics"
    assert [static["labels"].get("__metrics_path__") for static in job["static_configs"]] == [None, None, "/metrics"]


def test_a_job_of_the_user_takes_the_place_of_a_generated_one_and_of_its_parts():
    own = {"job_name": "node", "static_configs": [{"targets": ["x:1"]}]}
    found = jobs(records({"n2": TLS}, nodes=["n1", "n2"], prometheus=["p1"]), scrape_configs=[own])
    assert list(found) == ["prometheus", "node"]
    assert found["node"] == own


def test_settings_are_merged_into_a_job_and_its_parts():
    extra = {"node": {"scrape_interval": "30s", "metric_relabel_configs": [{"action": "labeldrop", "regex": "x"}]}}
    found = jobs(records({"n2": TLS}, nodes=["n1", "n2"]), job_settings=extra)
    assert [job["scrape_interval"] for job in found.values()] == ["30s", "30s"]


def test_files_of_targets_are_read_by_the_job_of_their_name_or_a_new_one():
    found = jobs(records(nodes=["n1"]), target_files=["node.yml", "db.json"])
    assert found["node"]["file_sd_configs"] == [{"files": ["/etc/prometheus/file_sd/node.yml"]}]
    assert found["db"] == {"job_name": "db", "file_sd_configs": [{"files": ["/etc/prometheus/file_sd/db.json"]}]}


@pytest.mark.parametrize("path", ["/etc/prometheus/file_sd/db.yml", "file_sd/db.yml", "/etc/prometheus/file_sd/*.yml"])
def test_a_file_that_a_job_of_the_user_reads_gets_no_other_job(path):
    own = {"job_name": "databases", "file_sd_configs": [{"files": [path]}]}
    assert list(jobs(target_files=["db.yml"], scrape_configs=[own])) == ["databases"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([{"job_name": "a"}, {"job_name": "a"}], "described twice"),
        ([{"static_configs": []}], "has no job_name"),
    ],
)
def test_jobs_that_cannot_be_told_apart(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        jobs(scrape_configs=given)


def test_shards_keep_their_part_and_watch_themselves():
    found = jobs(records(nodes=["n1"], prometheus=["p1"]), shards=3, shard=2)
    assert "relabel_configs" not in found["prometheus"]
    hashmod, keep = found["node"]["relabel_configs"]
    assert (hashmod["modulus"], hashmod["action"]) == (3, "hashmod")
    assert (keep["regex"], keep["action"]) == ("2", "keep")
    with pytest.raises(ValueError, match="must be 0 to 2"):
        jobs(records(nodes=["n1"]), shards=3, shard=3)


def test_a_probe_goes_through_every_exporter_and_back_to_its_target():
    probe = {"name": "web", "targets": ["https://a", "https://b"], "labels": {"team": "x"}, "settings": {"scrape_interval": "1m"}}
    job = jobs(records(blackbox_exporter=["b1", "b2"]), probes=[probe])["probe-web"]
    assert job["metrics_path"] == "/probe"
    assert job["params"] == {"module": ["http_2xx"]}
    assert job["scrape_interval"] == "1m"
    assert job["static_configs"] == [
        {"targets": ["https://a", "https://b"], "labels": {"team": "x", "prober": host, "__tmp_exporter": f"{host}:9115"}} for host in ("b1", "b2")
    ]


def test_a_probe_can_name_its_exporters():
    probe = {"name": "web", "module": "icmp", "targets": ["a"], "exporters": ["b2"]}
    job = jobs(records(blackbox_exporter=["b1", "b2"]), probes=[probe])["probe-web"]
    assert [static["labels"]["prober"] for static in job["static_configs"]] == ["b2"]


@pytest.mark.parametrize(
    ("probe", "sentence"),
    [
        ({"name": "web", "targets": ["a"], "modul": "x"}, "unknown key 'modul'"),
        ({"name": "web", "targets": "a"}, "a list of targets"),
        ({"targets": ["a"]}, "needs a name"),
        ({"name": "web", "targets": ["a"], "exporters": ["zz"]}, "no blackbox exporter"),
    ],
)
def test_probes_that_cannot_be_meant(probe, sentence):
    with pytest.raises(ValueError, match=sentence):
        jobs(records(blackbox_exporter=["b1"]), probes=[probe])


def test_federation_from_targets_and_from_a_stack():
    host_vars = {"q1": {"observability_stack": "blue", "prometheus_web_external_url": "http://x/p"}}
    servers = records(host_vars, prometheus=["p1"]) + [
        record | {"stack": "blue", "host": "q1", "address": "q1", "path_prefix": "/p"} for record in records(prometheus=["p1"])
    ]
    rows = [
        {"name": "near", "match": ['{job="node"}'], "targets": ["r:9090"]},
        {"name": "blue", "match": ["up"], "stack": "blue", "settings": {"scrape_interval": "1m"}},
    ]
    found = jobs(servers=servers, federation=rows)
    assert found["near"]["metrics_path"] == "/federate"
    assert found["near"]["params"] == {"match[]": ['{job="node"}']}
    assert found["blue"]["static_configs"] == [{"targets": ["q1:9090"]}]
    assert found["blue"]["metrics_path"] == "/p/federate"
    assert found["blue"]["honor_labels"] is True
    assert found["blue"]["scrape_interval"] == "1m"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"name": "x", "match": ["up"]}, "targets or a stack"),
        ({"name": "x", "match": ["up"], "stack": "none"}, "no Prometheus in the stack none"),
        ({"name": "x", "match": ["up"], "targets": ["a"], "url": "y"}, "unknown key 'url'"),
    ],
)
def test_federation_that_cannot_be_meant(row, sentence):
    with pytest.raises(ValueError, match=sentence):
        jobs(federation=[row])
