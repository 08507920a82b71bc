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
    """podman gives these answers, each (status, error), one for each call; time passes by sleeping only."""
    asked, now = [], [0.0]
    monkeypatch.setattr(namespace, "podman_argv", lambda *words: ["podman", *words])
    monkeypatch.setattr(namespace.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(namespace.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))

    def run(argv, **_more):
        status, error = answers[min(len(asked), len(answers) - 1)]
        asked.append(argv)
        return subprocess.CompletedProcess(argv, status, b"", error)

    monkeypatch.setattr(namespace, "run", run)
    return asked


GOING = (125, b"Error: joining network namespace of container 28da: unknown FS magic")


def test_while_another_host_is_taken_down_podman_is_asked_again(monkeypatch):
    asked = answering(monkeypatch, [GOING, GOING, (0, b"")])
    assert namespace.podman("ps").returncode == 0
    assert len(asked) == 3


def test_it_is_not_asked_for_ever_nor_about_anything_else(monkeypatch):
    answering(monkeypatch, [GOING])
    with pytest.raises(core.LabError, match="unknown FS magic"):
        namespace.podman("ps")
    asked = answering(monkeypatch, [(125, b"no such container")])
    assert namespace.podman("ps", check=False).returncode == 125
    assert len(asked) == 1
