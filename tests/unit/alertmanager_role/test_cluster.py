# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_cluster import cluster_flags

from tests.unit.programs import program, run


def member(host, address):
    return {"service": "alertmanager", "host": host, "address": address, "port": 9093}


THREE = [member("a", "10.0.0.1"), member("b", "10.0.0.2"), member("c", "c.example.org")]


def test_every_other_member_is_a_peer():
    assert cluster_flags(THREE, "a", 9094, {}) == {
        "cluster.listen-address": "0.0.0.0:9094",
        "cluster.peer": ["10.0.0.2:9094", "c.example.org:9094"],
        "cluster.advertise-address": "10.0.0.1:9094",
    }


def test_a_name_is_not_advertised_because_the_flag_takes_addresses_only():
    assert "cluster.advertise-address" not in cluster_flags(THREE, "c", 9094, {})


def test_ipv6_members_listen_on_ipv6():
    flags = cluster_flags([member("a", "fd00::1"), member("b", "fd00::2")], "a", 9094, {})
    assert flags == {
        "cluster.listen-address": "[::]:9094",
        "cluster.peer": ["[fd00::2]:9094"],
        "cluster.advertise-address": "[fd00::1]:9094",
    }


def test_stacks_with_a_name_are_kept_apart_by_it():
    named = [{**record, "stack": "west"} for record in THREE]
    assert cluster_flags(named, "a", 9094, {})["cluster.label"] == "west"
    assert cluster_flags(named, "a", 9094, {"label": None})["cluster.label"] is None
    assert "cluster.label" not in cluster_flags([{**record, "stack": "default"} for record in THREE], "a", 9094, {})


def test_one_alone_has_no_mesh():
    assert cluster_flags(THREE[:1], "a", 9094, {}) == {"cluster.listen-address": ""}
    assert cluster_flags([], "a", 9094, {}) == {"cluster.listen-address": ""}


def test_the_user_changes_single_flags_or_switches_the_mesh_off():
    flags = cluster_flags(THREE, "a", 9094, {"advertise-address": "192.0.2.1:9094", "peers": ["192.0.2.2:9094"], "label": "x"})
    assert flags["cluster.advertise-address"] == "192.0.2.1:9094"
    assert flags["cluster.peer"] == ["192.0.2.2:9094"]
    assert flags["cluster.label"] == "x"
    assert cluster_flags(THREE, "a", 9094, {"listen-address": ""}) == {"cluster.listen-address": ""}


def test_one_that_is_alone_may_join_peers_given_by_hand():
    given = {"listen-address": "0.0.0.0:9094", "peers": ["192.0.2.2:9094"]}
    assert cluster_flags(THREE[:1], "a", 9094, given) == {
        "cluster.listen-address": "0.0.0.0:9094",
        "cluster.peer": ["192.0.2.2:9094"],
    }


@pytest.mark.parametrize("host", ["a", "c"])
def test_alertmanager_knows_these_flags(host):
    flags = cluster_flags(THREE, host, 9094, {})
    words = ["--%s=%s" % (name, one) for name, value in flags.items() for one in (value if isinstance(value, list) else [value])]
    assert run(program("alertmanager"), *words, "--version").returncode == 0
