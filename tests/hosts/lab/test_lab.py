# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab keeps its own promises: hosts behave as servers do, faults are real, and nothing stays behind."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.lab import host as hosts_module
from tests.lab import lab, namespace, network
from tests.lab.core import LabError, labs_dir

NAME = "self-test"
OLD, NEW = "old.example.com", "new"
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Who am I
      ansible.builtin.command: id -un
      changed_when: false
"""
FETCH = ["python3", "-c", "import sys, urllib.request as u; print(len(u.urlopen(sys.argv[1], timeout=2).read()))"]


@pytest.fixture(scope="module")
def mine():
    yield lab.up(NAME, {OLD: "bookworm", NEW: "trixie"}, groups={"nodes": [OLD, NEW]})
    lab.down(NAME)


def test_hosts_run_without_a_failed_unit(mine):
    for host in mine.hosts:
        assert mine.run(host, ["systemctl", "is-system-running"]).stdout.strip() == "running"
        assert mine.run(host, ["journalctl", "--unit", "ssh", "--lines", "5", "--quiet"]).stdout.strip()


def test_ansible_comes_by_ssh_as_root_and_as_a_user_with_sudo(mine, tmp_path):
    (tmp_path / "play.yml").write_text(PLAY)
    done = mine.playbook(tmp_path / "play.yml").expect_success()
    assert {done.result("Who am I", host)["stdout"] for host in mine.hosts} == {"root"}
    plain = mine.playbook(tmp_path / "play.yml", "-e", "ansible_user=ops").expect_success()
    assert {plain.result("Who am I", host)["stdout"] for host in mine.hosts} == {"ops"}
    become = mine.playbook(tmp_path / "play.yml", "-e", "ansible_user=ops", "--become").expect_success()
    assert {become.result("Who am I", host)["stdout"] for host in mine.hosts} == {"root"}
    assert mine.playbook(tmp_path / "play.yml", "--limit", "nodes").stats.keys() == mine.hosts.keys()


def test_a_failed_play_is_a_result(mine, tmp_path):
    (tmp_path / "play.yml").write_text(PLAY.replace("id -un", "'false'"))
    done = mine.playbook(tmp_path / "play.yml", "--limit", NEW)
    assert done.rc != 0
    assert done.failures and done.failures[0].startswith(f"{NEW}: Who am I: ")
    with pytest.raises(LabError, match="ansible-playbook ended with"):
        done.expect_success()


def test_hosts_find_each_other_by_name(mine):
    assert mine.run(NEW, ["getent", "hosts", "old-example-com"]).stdout.split()[0] == mine.hosts[OLD].address


def test_apt_works(mine):
    mine.run(NEW, "apt-get update -q && apt-get install -qy tree", timeout=300, check=True)
    assert mine.run(NEW, ["tree", "--version"]).returncode == 0


def test_a_second_up_changes_nothing(mine):
    before = {name: record["Id"] for name, record in hosts_module.find(NAME).items()}
    again = lab.up(NAME, {OLD: "bookworm"})
    assert {name: record["Id"] for name, record in hosts_module.find(NAME).items()} == before
    assert again.hosts.keys() == mine.hosts.keys()
    assert again.groups == mine.groups


def test_files_go_in_and_out(mine):
    mine.put(OLD, b"one\n", "/srv/a/b", mode="0600")
    assert mine.get(OLD, "/srv/a/b") == "one\n"
    assert mine.run(OLD, ["stat", "-c", "%a %U", "/srv/a/b"]).stdout == "600 root\n"
    with pytest.raises(LabError, match="No such file"):
        mine.get(OLD, "/srv/a/none")


def test_a_cut_network_counts_attempts_and_still_answers(mine, tmp_path):
    (mine.mirror.overlay / "there").write_text("12345")
    url = f"{mine.mirror.url}/there"
    assert mine.run(OLD, [*FETCH, url]).stdout == "5\n"
    mine.cut_network(OLD)
    assert mine.network_attempts(OLD) == 0
    (tmp_path / "play.yml").write_text(PLAY)
    mine.playbook(tmp_path / "play.yml", "--limit", OLD).expect_success()
    assert mine.network_attempts(OLD) == 0, "answering ssh is no attempt"
    assert mine.run(OLD, [*FETCH, url]).returncode != 0
    assert mine.network_attempts(OLD) > 0
    mine.restore_network(OLD)
    assert mine.run(OLD, [*FETCH, url]).stdout == "5\n"


def test_a_small_disk_fills_up_and_goes_away(mine):
    mine.run(OLD, "install -d -o ops -m 0750 /srv/small && touch /srv/small/kept", check=True)
    mine.mount_tmpfs(OLD, "/srv/small", "1m")
    assert mine.run(OLD, ["stat", "-c", "%a %U", "/srv/small"]).stdout == "750 ops\n"
    assert "No space left" in mine.run(OLD, "head -c 2m /dev/zero > /srv/small/zeros").stderr
    mine.unmount(OLD, "/srv/small")
    assert mine.run(OLD, ["ls", "/srv/small"]).stdout == "kept\n"


def test_kill_9_needs_something_to_kill(mine):
    mine.run(OLD, "systemd-run --unit=victim --property=Restart=no sleep 600", check=True)
    mine.kill9(OLD, unit="victim.service")
    assert mine.run(OLD, ["systemctl", "show", "--value", "--property=ExecMainStatus", "victim"]).stdout in ("9\n", "")
    assert mine.run(OLD, ["pgrep", "-f", "sleep 600"]).returncode == 1
    with pytest.raises(LabError, match="pkill"):
        mine.kill9(OLD, pattern="surely-no-such-program")


@pytest.mark.parametrize("power_loss", [False, True])
def test_a_reboot_keeps_files_and_address_but_no_processes(mine, tmp_path, power_loss):
    mine.put(OLD, "kept", "/srv/kept")
    mine.run(OLD, "systemd-run --unit=before-boot sleep 600", check=True)
    mine.reboot(OLD, power_loss=power_loss)
    assert mine.get(OLD, "/srv/kept") == "kept"
    assert mine.run(OLD, ["pgrep", "-f", "sleep 600"]).returncode == 1
    (tmp_path / "play.yml").write_text(PLAY)
    mine.playbook(tmp_path / "play.yml").expect_success()


def test_renewing_gives_a_fresh_host_at_the_same_address(mine, tmp_path):
    mine.put(NEW, "gone", "/srv/gone")
    mine.renew(NEW)
    assert mine.run(NEW, ["test", "-e", "/srv/gone"]).returncode == 1
    (tmp_path / "play.yml").write_text(PLAY)
    mine.playbook(tmp_path / "play.yml").expect_success()


def test_a_directory_of_this_machine_can_be_seen_but_not_changed(mine, tmp_path):
    (tmp_path / "seen").write_text("seen")
    extended = lab.up(NAME, {"third": "bookworm"}, binds=[f"{tmp_path}:/opt/shared"])
    assert extended.get("third", "/opt/shared/seen") == "seen"
    assert "Read-only" in extended.run("third", ["touch", "/opt/shared/no"]).stderr


@pytest.mark.skipif(namespace.is_plain(Path("/proc/self/mounts").read_text()), reason="plain cgroup2: no namespace of its own")
def test_a_lost_holder_is_replaced_in_the_same_namespace(mine, tmp_path, monkeypatch):
    monitor = namespace.inhabited()
    monkeypatch.setattr(namespace, "RUNTIME", tmp_path)
    assert mine.run(OLD, ["true"]).returncode == 0
    holder = namespace._holder()
    assert os.readlink(f"/proc/{holder.pid()}/ns/mnt") == os.readlink(f"/proc/{monitor}/ns/mnt")
    holder.stop()


def test_down_leaves_nothing(mine):
    small = lab.up(f"{NAME}-2", {"h": "bookworm"})
    server = small.mirror._process.pid()
    assert server
    lab.down(small.name)
    assert not (labs_dir() / small.name).exists()
    assert network.find(f"obslab-{small.name}") is None
    assert hosts_module.find(small.name) == {}
    assert small.mirror._process.pid() is None
    addresses = subprocess.run(["ip", "-brief", "address"], capture_output=True, text=True, check=True).stdout
    assert f" {small.mirror.gateway}/" not in addresses
    with pytest.raises(LabError, match="No lab named"):
        lab.get(small.name)
    lab.down(small.name)
