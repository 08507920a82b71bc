# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host whose network was cut from the beginning is installed all the same, and the run says how."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.lab import Lab

PLAY = Path(__file__).resolve().parent / "play.yml"
HOST = "life2"


@pytest.fixture
def cut(lab: Lab, boot: Callable[[str], str]) -> Iterator[Callable]:
    """A fresh host without a way out; called, it plays node_exporter with variables."""
    boot(HOST)
    lab.renew(HOST)
    lab.cut_network(HOST)

    def play(**variables: str):
        given = json.dumps({"roles_to_run": ["node_exporter"], "ansible_user": "ops", **variables})
        return lab.playbook(PLAY, "--limit", HOST, "-e", given)

    yield play
    lab.restore_network(HOST)


def test_the_controller_downloads_for_a_host_that_cannot(lab: Lab, cut: Callable) -> None:
    first = cut().expect_success()
    said = " ".join((first.stdout + first.stderr).split())
    assert said.count("The controller downloads, checks and copies instead.") == 1
    assert f"{HOST}: Could not download" in said
    assert lab.run(HOST, ["/usr/local/bin/node_exporter", "--version"], check=True).stdout.startswith("node_exporter")
    tried = lab.network_attempts(HOST)
    assert tried > 0, "the host was not asked at all"
    assert cut().expect_success().changed == 0
    assert lab.network_attempts(HOST) == tried, "a host that is as described needs no network"


def test_target_means_the_target(lab: Lab, cut: Callable) -> None:
    done = cut(observability_download_from="target")
    assert "Could not download" in " ".join(done.failures)
    assert lab.run(HOST, "ls /opt/observability /etc/node_exporter").returncode != 0


def test_what_the_mirror_lacks_is_not_asked_for_twice(lab: Lab, boot: Callable[[str], str]) -> None:
    boot(HOST)
    lab.renew(HOST)
    lab.mirror.forget_requests()
    given = json.dumps({"roles_to_run": ["node_exporter"], "ansible_user": "ops", "node_exporter_version": "1.0.99"})
    done = lab.playbook(PLAY, "--limit", HOST, "-e", given)
    assert "404" in " ".join(done.failures)
    assert len(lab.mirror.requests("1.0.99")) == 1
