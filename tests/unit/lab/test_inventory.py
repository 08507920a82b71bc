# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory says how to reach each host, in its groups, and where the mirror is."""

from __future__ import annotations

import pytest
import yaml

from tests.lab import access
from tests.lab.core import LabError
from tests.lab.host import Host
from tests.lab.network import Network

HOSTS = {
    "web.example.com": Host("one", "web.example.com", "bookworm", "10.9.0.10"),
    "db": Host("one", "db", "trixie", "10.9.0.11"),
}


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "ssh").mkdir()
    (tmp_path / "ssh" / "id_ed25519").touch()
    return tmp_path


def test_hosts_groups_and_mirror(state):
    path = access.write_files(HOSTS, {"nodes": ["db", "web.example.com"], "prometheus": ["db"]}, state, "http://10.9.0.1:8088")
    everything = yaml.safe_load(path.read_text())["all"]
    assert everything["hosts"]["db"]["ansible_host"] == "10.9.0.11"
    assert everything["hosts"]["db"]["ansible_python_interpreter"] == "/usr/bin/python3"
    assert set(everything["children"]["nodes"]["hosts"]) == {"db", "web.example.com"}
    assert everything["vars"]["observability_mirror_url"] == "http://10.9.0.1:8088"
    assert everything["vars"]["observability_lock_files"] == [str(state / "observability.stack" / "mirror" / "lab.lock.yml")]


def test_a_group_of_unknown_hosts_is_an_error(state):
    with pytest.raises(LabError, match="does not have: ghost"):
        access.build_inventory(HOSTS, {"nodes": ["ghost"]}, state, "http://x")


def test_ssh_config_names_each_host(state):
    text = access.ssh_config(HOSTS, state)
    assert "Host web.example.com\n  HostName 10.9.0.10\n  User root\n" in text
    assert "\n  StrictHostKeyChecking no\n" in text


def test_control_sockets_never_lie_too_deep(tmp_path):
    deep = tmp_path / ("d" * 80) / ("n" * 31)
    chosen = access.control_dir(deep)
    assert len(str(chosen)) <= 70
    chosen.rmdir()


def test_a_host_s_names_are_fit_for_hosts_and_containers(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert HOSTS["web.example.com"].short == "web-example-com"
    assert HOSTS["web.example.com"].container == "obslab-one-web-example-com"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert HOSTS["web.example.com"].container not in ("", "obslab-one-web-example-com"), "the labs of two caches would share containers"


def test_addresses_are_given_once():
    net = Network("n", "10.9.0.0/28", "10.9.0.1")
    assert net.free_address([]) == "10.9.0.10"
    assert net.free_address(["10.9.0.10", "10.9.0.11"]) == "10.9.0.12"
    with pytest.raises(LabError, match="no free address"):
        net.free_address([f"10.9.0.{last}" for last in range(10, 15)])
