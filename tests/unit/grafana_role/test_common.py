# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Grafana asked of the parts that all roles share: a whole tree, a bare digest, a listener of its own, other names."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils import releases, topology
from ansible_collections.observability.stack.plugins.plugin_utils.service_description import complete

from tests.unit.service_description.test_complete import VALUES

LOCK = str(Path(__file__).resolve().parents[3] / "versions.lock.yml")


def test_the_whole_tree_of_the_archive_is_installed():
    found = releases.archives("grafana", "", LOCK)
    assert all(one["members"] == [] for one in found)
    # Upstream's checksum file for one archive: its address with .sha256 behind it.
    assert all(one["checksum"] == f"{one['url']}.sha256" for one in found)


def test_a_checksum_file_may_be_one_bare_digest():
    assert releases.published_digest("AB" * 32 + "\n", "grafana-13.2.2.linux-amd64.tar.gz") == "ab" * 32
    assert releases.published_digest("<html>", "grafana-13.2.2.linux-amd64.tar.gz") == ""


def test_a_program_with_a_listener_of_its_own_gets_no_flags_of_prometheus_programs():
    own = {"web_server": False, "programs": {"demo": "bin/demo"}, "unit": {"exec": "bin/demo", "flags": {"config": "x"}}, "health": {"path": "/api/health"}}
    archives = [{"arch": "amd64", "url": "https://example.org/x.tar.gz", "checksum": "sha256:00", "members": []}]
    values = {**VALUES, "web_config": {"basic_auth_users": {"a": "b"}}, "web_external_url": "https://example.org/below/", "web_listen_address": "0.0.0.0:3000"}
    made = complete(own, "demo", values, archives, "a: b\n")
    assert made["unit"]["flags"] == {"config": "x"} and "web.yml" not in str(made.get("files"))
    assert made["links"] == {"/usr/local/bin/demo": "bin/demo"}
    assert made["ports"] == ["0.0.0.0:3000"] and made["health"]["path"] == "/below/api/health"


def record(values):
    return topology.endpoints({"grafana": ["g1"]}, {"g1": values}.__getitem__, "g1", "grafana")[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("http", 3000, "/metrics")),
        ({"grafana_port": 3300, "grafana_url": "https://example.org/g/"}, ("http", 3300, "/g/metrics")),
        ({"grafana_ini": {"server": {"http_port": 3300, "root_url": "https://example.org/g/", "protocol": "https"}}}, ("https", 3300, "/g/metrics")),
        ({"grafana_server": {"http_port": "3301"}, "grafana_web_listen_address": "0.0.0.0:3302"}, ("http", 3302, "/metrics")),
        ({"grafana_url": "https://example.org/g", "grafana_web_route_prefix": "/"}, ("http", 3000, "/metrics")),
    ],
)
def test_neighbours_find_it_by_the_names_of_other_roles_too(values, expected):
    found = record(values)
    assert (found["scheme"], found["port"], found["metrics_path"]) == expected
