# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files of the configuration tree: what they hold, what a change of them asks for, and which are secret."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.observability.stack.plugins.filter.matching_files import matching_files
from ansible_collections.observability.stack.plugins.plugin_utils.inline_secrets import has_inline_secret
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_files import SIGNPOSTS, prometheus_files

from tests.unit.prometheus_role.support import NEW, OLD, settings

RULES = "groups:\n- name: mine  # kept\n  rules:\n  - {alert: A, expr: up, annotations: {s: '{{ $labels.x }}'}}\n"


def files(alert_rules=None, static_targets=None, scrape_configs=None, text="", version=NEW, **given):
    texts = {"alert_rules": alert_rules or {}, "static_targets": static_targets or {}, "scrape_configs": scrape_configs or {}}
    return {file["path"]: file for file in prometheus_files(settings(**given), version, [], [], texts, text)}


def test_the_least():
    found = files()
    assert list(found) == ["prometheus.yml", "rules/observability-verify.yml", *SIGNPOSTS]
    assert found["prometheus.yml"]["content"].startswith("# Written by Ansible")
    assert {path for path, file in found.items() if file["on_change"] != "reload"} == set(SIGNPOSTS)


def test_files_of_rules_may_have_the_ending_that_they_once_had():
    found = files(alert_rules={"/x/mine.rules": RULES})
    assert found["rules/mine.rules"]["content"] == RULES
    assert "rules/*.rules" in yaml.safe_load(found["prometheus.yml"]["content"])["rule_files"]
    assert "rules/*.rules" not in yaml.safe_load(files()["prometheus.yml"]["content"])["rule_files"]


def test_a_file_of_the_users_own_takes_the_place_of_a_signpost():
    found = files(alert_rules={"/x/ansible_managed.rules": RULES})
    assert found["rules/ansible_managed.rules"]["content"] == RULES


def test_the_rule_of_verify():
    (group,) = yaml.safe_load(files()["rules/observability-verify.yml"]["content"])["groups"]
    (rule,) = group["rules"]
    assert (group["name"], group["interval"]) == ("observability-verify", "5s")
    assert (rule["alert"], rule["expr"]) == ("ObservabilityVerify", "observability_verify_probe > time()")
    assert rule["labels"] == {"severity": "none", "observability_verify": "true"}
    assert "rules/observability-verify.yml" not in files(verify_rule=False)


def test_rule_files_are_taken_verbatim():
    assert files(alert_rules={"/x/mine.yml": RULES})["rules/mine.yml"]["content"] == RULES


def test_rules_in_variables_are_groups_of_one_file():
    alert = {"alert": "A", "expr": "up == 0", "annotations": {"s": "{{ $labels.x }}"}}
    found = files(alert_rules=None, rule_groups=[{"name": "b", "interval": "1m", "rules": [alert]}])
    assert yaml.safe_load(found["rules/ansible_managed.yml"]["content"])["groups"][0]["name"] == "b"
    texts = {"alert_rules": {}, "static_targets": {}, "scrape_configs": {}}
    both = settings(alert_rules=[alert], rule_groups=[{"name": "b", "rules": [alert]}])
    content = {f["path"]: f["content"] for f in prometheus_files(both, NEW, [], [], texts)}["rules/ansible_managed.yml"]
    assert [group["name"] for group in yaml.safe_load(content)["groups"]] == ["ansible managed alert rules", "b"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"rule_groups": [{"alert": "A", "expr": "up"}]}, "'A' is not. A single alert belongs in prometheus_alert_rules"),
        ({"rule_groups": [{"name": "a", "rules": []}, {"name": "a", "rules": []}]}, "described twice"),
        ({"alert_rules": {"/x/a.yml": "", "/y/a.yml": ""}}, "two files named a.yml: /x/a.yml and /y/a.yml"),
        ({"alert_rules": {"/x/a.txt": ""}}, "must end in .yml or .yaml or .rules"),
        ({"alert_rules": {"/x/observability-verify.yml": ""}}, "which this role writes"),
        ({"targets": {"db": {"targets": ["x:1"]}}}, "The targets db must be a list"),
        ({"targets": {"db": [{"targets": "x:1"}]}}, "The targets db must be a list"),
        ({"static_targets": {"/x/db.yml": "]"}}, "db.yml is not YAML"),
        ({"targets": {"db": []}, "static_targets": {"/x/db.yml": "[]"}}, "both would be file_sd/db.yml"),
        ({"scrape_configs": {"/x/a.yml": ""}, "version": OLD}, "needs Prometheus 2.43.0"),
    ],
)
def test_what_cannot_be_meant(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        files(**given)


def test_targets_need_no_reload():
    found = files(targets={"db": [{"targets": ["x:1"], "labels": {"env": "test"}}]}, static_targets={"/x/web.json": "[]"})
    assert [(path, found[path]["on_change"]) for path in found if path.startswith("file_sd")] == [
        ("file_sd/db.yml", "none"),
        ("file_sd/web.json", "none"),
    ]
    assert yaml.safe_load(found["file_sd/db.yml"]["content"]) == [{"targets": ["x:1"], "labels": {"env": "test"}}]
    jobs = yaml.safe_load(found["prometheus.yml"]["content"])["scrape_configs"]
    assert [job["job_name"] for job in jobs] == ["db", "web"]


def test_scrape_config_files():
    found = files(scrape_configs={"/x/mine.yml": "scrape_configs: []\n"})
    assert found["scrape_configs/mine.yml"]["secret"] is True
    assert yaml.safe_load(found["prometheus.yml"]["content"])["scrape_config_files"]
    assert "scrape_config_files" not in yaml.safe_load(files()["prometheus.yml"]["content"])


def test_an_agent_has_no_rules():
    assert list(files(agent_mode=True, alert_rules={"/x/mine.yml": RULES})) == ["prometheus.yml", *SIGNPOSTS]


def test_an_own_text_is_taken_as_it_is_and_handled_with_care():
    found = files(text="global: {}\n")["prometheus.yml"]
    assert (found["content"], found["secret"]) == ("global: {}\n", True)
    assert files(text="global: {}\n", config_secret="never")["prometheus.yml"]["secret"] is False


@pytest.mark.parametrize(
    ("remote_write", "mode", "secret"),
    [
        ({"url": "http://x", "basic_auth": {"username": "u", "password_file": "f"}}, "auto", False),
        ({"url": "http://x", "basic_auth": {"username": "u", "password": "p"}}, "auto", True),
        ({"url": "http://x", "basic_auth": {"username": "u", "password": "p"}}, "never", False),
        ({"url": "http://u:p@x"}, "auto", True),
        ({"url": "http://x"}, "always", True),
    ],
)
def test_a_configuration_with_a_secret_is_one(remote_write, mode, secret):
    assert files(remote_write=[remote_write], config_secret=mode)["prometheus.yml"]["secret"] is secret


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ({"authorization": {"credentials": "x"}}, True),
        ({"authorization": {"credentials_file": "x"}}, False),
        ({"ec2_sd_configs": [{"secret_key": "x"}]}, True),
        ({"consul_sd_configs": [{"token": ""}]}, False),
        ({"http_headers": {"X": {"secrets": ["y"]}}}, True),
        ({"bearer_token": "x"}, True),
        ({"params": {"match[]": ["a@b:c"]}}, False),
        ({"url": "http://[broken"}, False),
    ],
)
def test_keys_that_hold_secrets(value, secret):
    assert has_inline_secret(value) is secret


def test_files_are_found_beside_playbook_and_inventory(tmp_path):
    play, inventory = tmp_path / "play", tmp_path / "inventory"
    for path in (play / "files/r/b.yml", play / "files/r/a.yml", inventory / "r/c.yml", inventory / "t/d.yml"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (inventory / "hosts.yml").write_text("")
    found = matching_files(["r/*.yml", "t/*.yml", "none/*.yml"], [str(play), str(inventory / "hosts.yml"), "", "localhost,"])
    assert found == [str(play / "files/r/a.yml"), str(play / "files/r/b.yml"), str(inventory / "t/d.yml")]
    assert matching_files([str(inventory / "r/*.yml")], [str(play)]) == [str(inventory / "r/c.yml")]
