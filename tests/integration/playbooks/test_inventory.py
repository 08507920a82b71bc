# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbooks make of an inventory, by the real Ansible; no host is connected to."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

HOSTS = {
    "all": {
        "children": {
            "prometheus": {"hosts": {"p1": {"ansible_host": "10.0.0.1"}, "p2": {}}},
            "linux": {"hosts": {"n1": {"ansible_host": "10.0.0.9"}, "n2": {"node_exporter_web_listen_address": "0.0.0.0:{{ port }}", "port": 9200}}},
        },
        "vars": {"observability_groups": {"node_exporter": "linux"}},
    }
}

SHOW = """
- hosts: prometheus
  gather_facts: false
  tasks:
    - ansible.builtin.add_host: {name: "{{ item.host }}", groups: "{{ item.groups }}"}
      loop: "{{ groups | observability.stack.mapped_hosts(observability_groups) }}"
      run_once: true
    - ansible.builtin.copy:
        content: "{{ {'endpoints': groups | observability.stack.endpoints(hostvars, inventory_hostname), 'nodes': groups.nodes} | to_json }}"
        dest: "{{ out }}/{{ inventory_hostname }}.json"
        mode: "0644"
      delegate_to: localhost
"""


def run(directory: Path, inventory: dict[str, Any], *argv: str) -> tuple[int, str]:
    """Run ansible-playbook on an inventory; returns its exit code and its output on one line."""
    (directory / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    env = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0"}
    done = subprocess.run(
        ["ansible-playbook", "-i", str(directory / "hosts.yml"), *argv],
        cwd=directory, env=env, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def shown(directory: Path, *argv: str) -> dict[str, Any]:
    """Return what the host p1 sees of HOSTS."""
    (directory / "show.yml").write_text(SHOW, encoding="utf-8")
    code, output = run(directory, HOSTS, "show.yml", "-e", f"out={directory}", *argv)
    assert code == 0, output
    return json.loads((directory / "p1.json").read_text(encoding="utf-8"))


def test_endpoints_of_a_real_inventory(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert [(r["service"], r["host"], r["address"], r["port"]) for r in found["endpoints"]] == [
        ("prometheus", "p1", "10.0.0.1", 9090),
        ("prometheus", "p2", "p2", 9090),
        ("node_exporter", "n1", "10.0.0.9", 9100),
        ("node_exporter", "n2", "n2", 9200),
    ]
    assert found["nodes"] == ["n1", "n2"]


def test_a_variable_that_speaks_of_another_host_is_the_same_for_all(tmp_path: Path) -> None:
    inventory = json.loads(json.dumps(HOSTS))
    inventory["all"]["children"]["linux"]["hosts"]["n1"]["observability_address"] = "{{ hostvars['p1'].ansible_host }}"
    (tmp_path / "show.yml").write_text(SHOW, encoding="utf-8")
    code, output = run(tmp_path, inventory, "show.yml", "-e", f"out={tmp_path}")
    assert code == 0, output
    found = json.loads((tmp_path / "p2.json").read_text(encoding="utf-8"))["endpoints"]
    assert [record["address"] for record in found if record["host"] == "n1"] == ["10.0.0.1"]


def test_a_limited_run_sees_the_same(tmp_path: Path) -> None:
    assert shown(tmp_path, "--limit", "p1") == shown(tmp_path)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"prometheus_verison": "3.0.0"}, "Unknown variable prometheus_verison: did you mean prometheus_version?"),
        ({"observability_mirror_ulr": "x"}, "did you mean observability_mirror_url?"),
        ({"alertmanager_recievers": []}, "did you mean alertmanager_receivers?"),
        (
            {"prometheus_rule_groups": [{"name": "a", "rules": [{"alert": "A", "annotations": {"s": "{{ $labels.x }}"}}]}]},
            "prometheus_rule_groups holds the text '{{ $labels.x }}'",
        ),
        ({"observability_groups": {"prometheus": "linux"}}, "Rename the group prometheus."),
        ({"observability_groups": "linux"}, "must be a mapping of names of groups or lists of them, such as {node_exporter: linux"),
        ({"observability_probes": {"name": "web"}}, "must be a list of mappings, such as [{name: web,"),
        ({"node_exporter_web_listen_address": "localhost"}, "has no port"),
    ],
)
def test_mistakes_are_found_before_a_host_is_touched(tmp_path: Path, variables: dict[str, Any], sentence: str) -> None:
    inventory = json.loads(json.dumps(HOSTS))
    inventory["all"]["vars"] |= variables
    code, output = run(tmp_path, inventory, "observability.stack.site")
    assert code != 0
    assert sentence in output
    assert "Nothing was touched." in output
    assert "PLAY [Node exporters]" not in output


def test_ones_own_variables_can_be_named(tmp_path: Path) -> None:
    inventory = {"all": {"hosts": {"a": {}}, "vars": {"prometheus_verison": 1, "observability_ignore_variables": ["prometheus_verison"]}}}
    code, output = run(tmp_path, inventory, "observability.stack.site")
    assert code == 0, output


def test_marked_text_and_raw_blocks_are_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "marked.yml").write_text(
        "all:\n  hosts:\n    a:\n      prometheus_rule_groups: [{name: x, rules: [{annotations: {s: !unsafe '{{ $labels.x }}'}}]}]\n"
        "      prometheus_alert_rules: [{alert: A, annotations: {s: '{% raw %}{{ $value }}{% endraw %}'}}]\n"
    )
    code, output = run(tmp_path, {}, "-i", "marked.yml", "observability.stack.site")
    assert code == 0, output


def test_an_unknown_name_far_from_all_is_a_warning(tmp_path: Path) -> None:
    code, output = run(tmp_path, {"all": {"hosts": {"a": {"prometheus_owner_phone": 1}}}}, "observability.stack.site")
    assert code == 0, output
    assert "Unknown variable prometheus_owner_phone: nothing reads it." in output


def test_a_password_that_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    users = {"admin": "$2b$10$" + "x" * 53}
    inventory = {"nodes": {"hosts": {"a": {"node_exporter_basic_auth_users": users}}}}
    code, output = run(tmp_path, inventory, "observability.stack.site", "--tags", "none")
    assert code == 0, output
    assert "node_exporter on a asks for a password that is not known here" in output


def test_removal_asks_first(tmp_path: Path) -> None:
    code, output = run(tmp_path, HOSTS, "observability.stack.remove")
    assert code != 0
    assert "add -e observability_remove=true" in output
    assert "PLAY [Prometheus servers]" not in output
