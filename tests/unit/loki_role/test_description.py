# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role's variables and the inventory become: Loki's configuration, its files and checks."""

from __future__ import annotations

import subprocess

import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.loki_role.description import environment_text
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.loki_role.support import config, described, file

THREE = {"loki": ["l1", "l2", "l3"]}
S3 = {"storage": "s3", "storage_settings": {"bucketnames": "logs", "endpoint": "s3.example.org"}}


def test_alone_it_listens_for_its_own_parts_on_loopback_only() -> None:
    made = config(described())
    assert (made["server"]["grpc_listen_address"], made["common"]["instance_addr"]) == ("127.0.0.1", "127.0.0.1")
    assert made["common"]["ring"] == {"kvstore": {"store": "inmemory"}} and "memberlist" not in made
    assert made["schema_config"]["configs"][0]["schema"] == "v13"
    assert "compactor" not in made, "nothing is deleted unless a time is given"


def test_retention_needs_the_compactor_and_says_where_it_notes_what_to_delete() -> None:
    made = config(described(retention="31d"))
    assert made["limits_config"]["retention_period"] == "31d"
    assert made["compactor"] == {"retention_enabled": True, "delete_request_store": "filesystem"}
    assert config(described(overrides={"a": {"retention_period": "1d"}}))["compactor"]["retention_enabled"]
    assert config(described(**S3, limits_config={"retention_period": "1d"}))["compactor"]["delete_request_store"] == "s3"


def test_hosts_that_share_what_is_stored_work_as_one() -> None:
    made = described(THREE, **S3)
    found = config(made)
    assert found["memberlist"] == {"bind_port": 7946, "join_members": ["l1:7946", "l2:7946", "l3:7946"]}
    assert (found["common"]["instance_addr"], found["common"]["replication_factor"]) == ("l1", 3)
    assert found["ruler"]["enable_sharding"] is True, "each rule is evaluated once"
    assert made["ports"] == ["0.0.0.0:9096", "0.0.0.0:7946"]
    assert "compactor_address" not in found["common"]


def test_hosts_that_do_not_share_it_are_each_alone() -> None:
    assert "memberlist" not in config(described(THREE))


def test_parts_of_loki_find_the_compactor() -> None:
    targets = {"l1": {"loki_target": "read"}, "l2": {"loki_target": ["write"]}, "l3": {"loki_target": "backend"}}
    made = config(described(THREE, targets, **S3))
    assert made["target"] == "read"
    assert made["common"]["compactor_address"] == "http://l3:3100"
    assert made["common"]["replication_factor"] == 1, "one host alone takes in lines"


@pytest.mark.parametrize(
    ("hostvars", "over", "why"),
    [
        ({"l1": {"loki_target": "read"}}, {}, "loki_storage is filesystem"),
        ({"l1": {"loki_target": "read"}, "l2": {"loki_target": "backend"}, "l3": {"loki_target": "read"}}, S3, "takes in what is written"),
        ({}, {"storage": "ftp"}, "loki_storage is 'ftp'"),
        ({}, {"web_config": {"basic_auth_users": {"a": "b"}}}, "Loki knows no users"),
        ({}, {"secret_environment": {"A": "two\nlines"}}, "its value one line"),
        ({}, {"ruler_alerts": [{"name": "a", "rules": [{"alert": "A"}]}]}, "needs an expr"),
        ({}, {"ruler_alerts": [{"name": "a", "rules": []}, {"name": "a", "rules": []}]}, "two groups named 'a'"),
    ],
)
def test_what_cannot_work_is_refused_by_a_sentence(hostvars, over, why) -> None:
    with pytest.raises(ValueError, match=why):
        described(THREE, hostvars, **over)


def test_what_the_user_says_is_laid_over_what_the_role_says() -> None:
    made = config(described(server={"http_server_read_timeout": "1m"}, limits_config={"volume_enabled": False}, config_extra={"kafka_config": {"topic": "x"}}))
    assert made["server"]["http_server_read_timeout"] == "1m" and made["server"]["http_listen_port"] == 3100
    assert made["limits_config"] == {"volume_enabled": False} and made["kafka_config"] == {"topic": "x"}


def test_alerts_go_to_the_alertmanagers_of_the_stack() -> None:
    assert config(described({"alertmanager": ["a2", "a1"]}))["ruler"]["alertmanager_url"] == "http://a1:9093,http://a2:9093"


def test_a_password_of_alertmanager_is_in_the_environment_only() -> None:
    made = described({"alertmanager": ["a1"]}, {"a1": {"alertmanager_basic_auth_users": {"am": 'p"a:ss'}}})
    client = config(made)["ruler"]["alertmanager_client"]
    assert client == {"basic_auth_username": "am", "basic_auth_password": "${LOKI_ALERTMANAGER_PASSWORD}"}
    assert not file(made)["secret"] and file(made, "secrets/environment")["secret"]
    assert [path for path, content in ((one["path"], one["content"]) for one in made["files"]) if "a:ss" in content] == ["secrets/environment"]
    assert made["unit"]["flags"]["config.expand-env"] is True


@pytest.mark.parametrize("extra", [{"storage_settings": {"secret_access_key": "x"}}, {"storage_settings": {"s3": "s3://id:key@host/bucket"}}])
def test_a_configuration_with_a_secret_is_not_shown(extra) -> None:
    assert file(described(**{**S3, **extra}))["secret"]
    assert not file(described(**{**S3, **extra}, show_config_diff=True))["secret"]
    assert not file(described(**S3))["secret"]


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=("Cs",)), max_size=30))
def test_a_shell_reads_the_environment_as_it_was_meant(value) -> None:
    read = subprocess.run(["/bin/sh", "-c", environment_text({"A": value}) + 'printf %s "$A"'], capture_output=True, check=True)
    assert read.stdout.decode() == value


def test_rules_are_files_of_their_tenants() -> None:
    group = {"name": "g", "rules": [{"alert": "A", "expr": "vector(1)"}]}
    text = yaml.safe_dump({"groups": [group]})
    made = described(rules={"/x/loki/rules/mine.yml": text}, ruler_alerts=[group], tenant_rules={"team-a": [group]})
    paths = {one["path"]: one for one in made["files"] if one["path"].startswith("rules/")}
    assert set(paths) == {"rules/README", "rules/fake/mine.yml", "rules/fake/ansible_managed.yml", "rules/team-a/ansible_managed.yml"}
    assert paths["rules/fake/mine.yml"]["content"] == text, "a file is copied as it is"
    assert {one["on_change"] for one in paths.values()} == {"none"}


@pytest.mark.parametrize("text", ["groups: [", "[]", "groups: [{name: a}]", "groups: [{name: a, rules: [{expr: x}]}]"])
def test_a_file_of_rules_that_loki_could_not_read_is_refused(text) -> None:
    with pytest.raises(ValueError, match=r"mine\.yml"):
        described(rules={"/x/mine.yml": text})


def test_removal_renders_nothing() -> None:
    assert described(state="absent", storage="ftp") == {}


def test_neighbours_find_it_by_other_collections_names() -> None:
    values = {"loki_http_listen_port": 3200, "loki_server": {"http_path_prefix": "/logs"}}
    record = topology.host_record("loki", "l1", values, "other")
    assert (record["port"], record["path_prefix"], record["metrics_path"]) == (3200, "/logs", "/logs/metrics")
