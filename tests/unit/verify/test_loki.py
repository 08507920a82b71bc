# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify says of a Loki: that it is ready, runs what is on its disk, and finds a line that was sent."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import prove
from ansible_collections.observability.stack.plugins.plugin_utils.running_config import said_differences

from tests.unit.verify.world import GROUPS, failed, plan, seen, target

WITH_LOKI = {**GROUPS, "loki": ["mon2"]}
DISK = "server: {http_listen_port: 3100}\ncommon: {storage: {s3: {secret_access_key: abc, endpoint: '${PLACE}'}}}\nlimits_config: {retention_period: 31d}\n"
RUNS = (
    "target: all\nserver: {http_listen_port: 3100, grpc_listen_port: 9095}\n"
    "common: {storage: {s3: {secret_access_key: '********', endpoint: s3.example.org}}}\n"
    "limits_config: {retention_period: 4w3d, otlp_config: {resource_attributes: {attributes_config: [{action: index_label}]}}}\n"
)


def the_plan(groups=WITH_LOKI, variables=None, **options):
    return plan(groups=groups, variables={"mon2": {"ansible_host": "10.0.0.2"}, **(variables or {})}, **options)


def observed(**over):
    healthy = seen()
    healthy["loki"] = {"mon2": {"ready": True, "config": RUNS}}
    healthy["loki_disk"] = {"mon2": {"files": [{"path": "/etc/loki/config.yml", "content": DISK, "mtime": 1.0}]}}
    healthy["loki_sent"] = {"mon2": {"pushed": 1}}
    nodes = [one["host"] for one in the_plan()["collectors"]]
    healthy["journal_written"] = {host: {"rc": 0} for host in nodes}
    healthy["journal_found"] = {host: {"lines": [{}], "waited": 1.5} for host in nodes}
    healthy["loki_found"] = {"mon2": {"lines": [{}], "waited": 0.4}}
    healthy["prometheus"]["mon1"]["targets"]["active"].append(target("loki", "mon2", "10.0.0.2:3100"))
    return {**healthy, **over}


def about_loki(observation, **options):
    return {key[2]: detail for key, detail in failed(the_plan(**options), observation).items() if key[0] == "loki"}


def test_a_healthy_loki_fails_nothing():
    assert about_loki(observed()) == {}
    (found,) = [one for one in prove(the_plan(), observed()) if one["name"] == "a line that is sent is found"]
    assert found["ok"] and found["seconds"] == 0.4


@pytest.mark.parametrize(
    ("broken", "name", "why"),
    [
        ({"loki": {}}, "API answers", "nothing was observed"),
        ({"loki": {"mon2": {"msg": "GET ... failed: connection refused"}}}, "API answers", "connection refused"),
        ({"loki": {"mon2": {"ready": False, "config": RUNS}}}, "API answers", "not ready"),
        ({"loki": {"mon2": {"ready": True, "config": RUNS.replace("4w3d", "1w")}}}, "runs the configuration on disk", "limits_config.retention_period"),
        ({"loki_disk": {}}, "runs the configuration on disk", "nothing was observed"),
        ({"loki_sent": {"mon2": {"msg": "no space left on device"}}}, "a line that is sent is found", "no space left"),
        ({"loki_found": {"mon2": {"msg": "was not as expected within 120 s"}}}, "a line that is sent is found", "within 120 s"),
    ],
)
def test_what_is_wrong_is_named(broken, name, why):
    found = about_loki(observed(**broken))
    assert why in found.pop(name)
    assert found == {}


def test_check_mode_writes_no_line():
    the = the_plan(check_mode=True)
    assert not the["loki"][0]["sends"]
    assert [one["detail"] for one in prove(the, observed()) if one["name"] == "a line that is sent is found"] == ["in check mode verify only reads"]


def test_tenants_are_told_apart_by_one_of_verify_itself():
    assert the_plan(variables={"mon2": {"loki_auth_enabled": True}})["loki"][0]["tenant"] == "observability-verify"
    assert the_plan()["loki"][0]["tenant"] == ""


def test_what_a_writer_takes_in_is_asked_of_a_reader():
    targets = {"mon1": {"ansible_host": "10.0.0.1", "loki_target": "read"}, "mon2": {"ansible_host": "10.0.0.2", "loki_target": "write,backend"}}
    servers = {one["host"]: one for one in the_plan({**GROUPS, "loki": ["mon1", "mon2"]}, targets)["loki"]}
    assert (servers["mon2"]["ask"], servers["mon2"]["sends"], servers["mon1"]["sends"]) == ("http://10.0.0.1:3100", True, False)


def test_only_what_the_file_says_is_compared():
    assert said_differences(DISK, RUNS) == []
    assert said_differences("ruler: {enable_api: true}", "ruler: {enable_api: false}") == ["ruler.enable_api"]
    assert said_differences("schema_config: {configs: [{from: 2024-01-01}]}", "schema_config: {configs: []}") != []
    assert said_differences("a: [", "") == ["the file (it is no YAML)"]


def about_collectors(observation, **options):
    return {key[1]: detail for key, detail in failed(the_plan(**options), observation).items() if key[0] == "otel_collector" and "journal" in key[2]}


def test_each_node_has_a_line_of_its_journal_found():
    the = the_plan()
    assert [one["host"] for one in the["collectors"]] == sorted({*GROUPS["nodes"]})
    assert {one["ask"] for one in the["collectors"]} == {"http://10.0.0.2:3100"}
    assert about_collectors(observed()) == {}
    assert {one["line"] for one in the["collectors"]} != {the["collectors"][0]["line"]} or len(the["collectors"]) == 1


def test_a_journal_that_does_not_arrive_is_named():
    host = the_plan()["collectors"][0]["host"]
    late = {host: {"msg": "was not as expected within 120 s"}}
    assert "within 120 s" in about_collectors(observed(journal_found=late))[host]
    assert "no such program" in about_collectors(observed(journal_written={host: {"msg": "no such program", "rc": 2}}))[host]


def test_a_collector_without_the_journal_or_in_check_mode_is_not_asked():
    silent = {host: {"otel_collector_journal": False} for host in GROUPS["nodes"]}
    silent["mon2"] = {"ansible_host": "10.0.0.2", **silent.get("mon2", {})}
    assert the_plan(variables=silent)["collectors"] == []
    assert not any(one["writes"] for one in the_plan(check_mode=True)["collectors"])
