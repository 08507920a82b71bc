# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter reads a role's variables where it is called."""

from __future__ import annotations

import jinja2
import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.filter.service_description import FilterModule

from tests.unit.programs import ROOT

OWN = {"unit": {"exec": "node_exporter", "flags": {}}, "package": {"name": "x", "bin_dir": "/usr/bin"}}
DEFAULTS = yaml.safe_load((ROOT / "roles/node_exporter/defaults/main.yml").read_text(encoding="utf-8"))
PLAIN = {name: value for name, value in DEFAULTS.items() if "{{" not in str(value)}
VARIABLES = {
    **PLAIN,
    "node_exporter_system_user": "node-exp",
    "node_exporter_mirror_url": "",
    "node_exporter_download_from": "target",
    "node_exporter_web_config": {"basic_auth_users": {}},
    "inventory_hostname": "h1",
    "own": OWN,
}


def described(**variables):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.filters.update(FilterModule().filters())
    seen = {}
    environment.filters["keep"] = seen.update
    environment.from_string("{{ own | service_description('node_exporter') | keep }}").render(
        {name: value for name, value in {**VARIABLES, **variables}.items() if value is not None}
    )
    return seen


def test_an_empty_version_is_the_locks():
    locked = yaml.safe_load((ROOT / "versions.lock.yml").read_text(encoding="utf-8"))["programs"]["node_exporter"]["version"]
    one = described()
    assert one["release"] == {"name": "node_exporter", "version": locked}
    (amd64,) = [archive for archive in one["archives"] if archive["arch"] == "amd64"]
    assert locked in amd64["url"] and amd64["members"] == ["node_exporter"]


def test_a_leading_v_does_no_harm_and_what_is_no_version_is_refused():
    assert described(node_exporter_version="v1.11.1")["release"]["version"] == "1.11.1"
    with pytest.raises(AnsibleFilterError, match="stable"):
        described(node_exporter_version="stable")


def test_latest_is_the_newest_that_the_lock_knows():
    assert described(node_exporter_version="latest")["release"] == described()["release"]
    assert described(node_exporter_version="latest", node_exporter_install_method="package")["release"]["version"] == "package"


def test_a_package_needs_no_archive():
    one = described(node_exporter_install_method="package")
    assert one["archives"] == []
    assert one["package"]["name"] == "x"


def test_passwords_are_hashed_with_a_salt_that_stays():
    config = {"basic_auth_users": {"scrape": "plain-text"}}
    texts = [{entry["path"]: entry["content"] for entry in described(node_exporter_web_config=config)["files"]}["web.yml"] for _ in range(2)]
    assert texts[0] == texts[1]
    assert "plain-text" not in texts[0] and "$2" in texts[0]


def test_a_variable_without_a_value_is_named():
    with pytest.raises(AnsibleFilterError, match="node_exporter_web_listen_address"):
        described(node_exporter_web_listen_address=None)


def test_what_cannot_be_meant_is_a_sentence():
    with pytest.raises(AnsibleFilterError, match="node_exporter_web_listen_address"):
        described(node_exporter_web_listen_address="nonsense")
