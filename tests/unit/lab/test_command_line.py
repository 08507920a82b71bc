# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people type becomes hosts and groups, or one sentence that says why not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.lab import __main__ as command_line
from tests.lab import core, image, namespace, needs
from tests.lab.core import LabError


def test_hosts_with_and_without_a_release():
    assert command_line.parse_hosts("h1:trixie, h2,") == {"h1": "trixie", "h2": "bookworm"}


def test_groups():
    assert command_line.parse_groups("prometheus=h1,nodes=h1+h2") == {"prometheus": ["h1"], "nodes": ["h1", "h2"]}
    assert command_line.parse_groups(None) is None


def test_an_inventory_s_hosts_without_those_of_a_local_connection():
    listing = {
        "_meta": {"hostvars": {"cluster": {"ansible_connection": "local"}, "web1": {}}},
        "all": {"children": ["ungrouped", "nodes"]},
        "nodes": {"hosts": ["web1", "db1"]},
        "ungrouped": {"hosts": ["cluster"]},
    }
    assert command_line.inventory_hosts(listing) == ["db1", "web1"]


@pytest.mark.parametrize("name", ["", "Lab", "../x", "a" * 32, "-a"])
def test_names_that_cannot_be(name):
    with pytest.raises(LabError, match="cannot be a lab's name"):
        core.check_name(name)


def test_unknown_release():
    with pytest.raises(LabError, match="choose one of bookworm, trixie"):
        image.recipe("potato")


def test_missing_packages_are_named_once_each(tmp_path):
    keyring = tmp_path / "keyring"
    keyring.touch()
    assert needs.missing(lambda program: None if program in ("ssh", "ssh-keygen", "nft") else "/bin/x", keyring) == ["nftables", "openssh-client"]
    assert needs.missing(lambda _program: "/bin/x", tmp_path / "none") == ["debian-archive-keyring"]


def test_install_0_forbids_to_install(monkeypatch):
    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs, "missing", lambda: ["podman", "crun"])
    monkeypatch.setenv("INSTALL", "0")
    with pytest.raises(LabError, match="not installed: podman crun"):
        needs.ensure()


def test_without_root_the_lab_says_so(monkeypatch):
    monkeypatch.setattr(needs.os, "geteuid", lambda: 1000)
    with pytest.raises(LabError, match="must run as root"):
        needs.ensure()


@pytest.mark.parametrize(
    ("mounts", "plain"),
    [
        ("proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", True),
        ("tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n", False),
        ("proc /proc proc rw 0 0\n", False),
    ],
)
def test_kind_of_cgroups(mounts, plain):
    assert namespace.is_plain(mounts) is plain


def test_an_error_is_one_sentence_and_status_1(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab", "inventory", "nothing"],
        capture_output=True,
        text=True,
        cwd=core.CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("lab: No lab named nothing is up; start it with: ")
    assert len(done.stderr.splitlines()) == 1


def test_equal_recipes_have_equal_keys_and_any_change_makes_another():
    one = image.Recipe("trixie", ("a",), (), "", {"f": "1"}, (), "x")
    assert one.key == image.Recipe("trixie", ("a",), (), "", {"f": "1"}, (), "x").key
    assert one.key != image.Recipe("trixie", ("a",), (), "", {"f": "2"}, (), "x").key


def answering(monkeypatch, answers):
    """Programs give these answers, each (status, error), one for each call."""
    asked = []
    monkeypatch.setattr(namespace, "podman_argv", lambda *words: ["podman", *words])
    monkeypatch.setattr(namespace, "prefix", lambda: ["nsenter"])

    def run(argv, **_more):
        asked.append(" ".join(argv))
        status, error = answers[min(len(asked), len(answers)) - 1]
        return subprocess.CompletedProcess(argv, status, b"", error)

    monkeypatch.setattr(namespace, "run", run)
    return asked


def lost(number):
    return (125, f"Error: joining network namespace of container 28: retrieving network namespace at /run/netns/netns-{number}: ef53".encode())


def test_hosts_whose_network_went_with_the_machine_do_not_stop_podman(monkeypatch):
    asked = answering(monkeypatch, [lost("a1"), (0, b""), lost("b2"), (0, b""), (0, b"")])
    assert namespace.podman("ps").returncode == 0
    assert [word for word in asked if "podman" in word] == ["podman ps"] * 3
    assert [one.rpartition(" ")[2] for one in asked if "ip netns add" in one] == ["netns-a1", "netns-b2"]


def test_what_does_not_help_is_not_tried_for_ever_and_nothing_else_is_mended(monkeypatch):
    asked = answering(monkeypatch, [lost("a1")])
    with pytest.raises(core.LabError, match="retrieving network namespace"):
        namespace.podman("ps")
    assert len(asked) == 3
    asked = answering(monkeypatch, [(125, b"no such container")])
    assert namespace.podman("ps", check=False).returncode == 125
    assert len(asked) == 1
