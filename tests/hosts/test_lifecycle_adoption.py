# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What prometheus.prometheus left on a host is taken over by our roles: nothing is lost, and a failure leads back to it.

The tests are one story on one host and run in their order.
"""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosts import peer
from tests.hosts.support import OLD, Poller
from tests.lab.lab import Lab
from tests.lab.playbook import PlayResult

PLAY = """\
- hosts: "{{ target }}"
  gather_facts: false
  environment: "{{ module_environment | default({}) }}"
  roles: ["observability.stack.{{ role }}"]
"""
PICTURE = "find /etc/prometheus /opt/observability /usr/local | sort; cat /etc/systemd/system/prometheus.service"
SAMPLES = 'count_over_time(up{job="prometheus"}[1h])'
PROGRAM = "readlink /proc/$(systemctl show -p MainPID --value prometheus)/exe"


class Site:
    """The host, our roles on it, and its Prometheus as others see it."""

    def __init__(self, lab: Lab, host: str, directory: Path) -> None:
        self.lab, self.host, self.address = lab, host, lab.hosts[host].address
        self.book = directory / "role.yml"
        self.book.write_text(PLAY)
        peer.install(lab, host)

    def role(self, role: str, *argv: str, env: dict[str, str] | None = None, **variables: object) -> PlayResult:
        """Run one of our roles."""
        given = {"target": self.host, "role": role, "module_environment": env or {}, **variables}
        return self.lab.playbook(self.book, "-e", json.dumps(given), *argv)

    def query(self, expression: str) -> float:
        """Return the value of a PromQL expression, -1 when it has none."""
        address = f"http://{self.address}:9090/api/v1/query?query={urllib.parse.quote(expression)}"
        with urllib.request.urlopen(address, timeout=5) as reply:
            found = json.load(reply)["data"]["result"]
        return float(found[0]["value"][1]) if found else -1.0

    def until(self, expression: str, holds: Callable[[float], bool]) -> float:
        """Wait until the value of an expression is as wanted; return it."""
        deadline = time.monotonic() + 30
        while True:
            try:
                value = self.query(expression)
            except OSError:
                value = -1.0
            if holds(value):
                return value
            assert time.monotonic() < deadline, f"{expression} is {value}"
            time.sleep(0.3)

    def shell(self, command: str) -> str:
        """Return what a command on the host prints."""
        return self.lab.run(self.host, command).stdout.strip()


@pytest.fixture(scope="module")
def site(lab: Lab, boot: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(lab, boot("life3"), tmp_path_factory.mktemp("play"))
    site.until(SAMPLES, lambda value: value >= 2)
    return site


@pytest.mark.parametrize("point", ["adopted-tree", "adopted-files", "adopted-unit"])
def test_a_run_killed_in_the_middle_of_it_does_no_harm(site: Site, point: str) -> None:
    """The next run, killed one point later, goes on from there; theirs answers all the time."""
    with Poller(site.address, 9100) as poller:
        killed = site.role("node_exporter", env={"OBSERVABILITY_STACK_KILL_AT": point})
    assert killed.rc != 0
    poller.expect_no_failure()
    assert site.shell("systemctl cat node_exporter | grep -c ^ExecStart=/usr/local/bin/node_exporter") == "1"


def test_the_exporter_is_taken_over_with_the_one_restart_that_it_needs(site: Site) -> None:
    with Poller(site.address, 9100) as poller:
        done = site.role("node_exporter").expect_success().result("Bring node_exporter")
    assert (done["restarted"], done["previous_version"]) == (True, OLD["node_exporter"])
    assert poller.gap < 5, "it was away for longer than a restart takes"
    assert site.shell("ls /etc/node_exporter/generations") == "0\n1"
    assert site.role("node_exporter").expect_success().changed == 0


def test_check_mode_shows_what_the_take_over_changes(site: Site) -> None:
    before = site.shell(PICTURE)
    foreseen = site.role("prometheus", "--check", "--diff").expect_success().result("Bring Prometheus")
    assert foreseen["changes"][0] == "adopt the installation that is there as generation 0"
    texts = "".join(row["before"] for row in foreseen["diff"])
    assert "ExecStart=/usr/local/bin/prometheus" in texts
    assert site.shell(PICTURE) == before


def test_a_failing_first_run_goes_back_to_theirs(site: Site) -> None:
    samples = site.query(SAMPLES)
    failed = site.role("prometheus", prometheus_unit_directives={"ExecStartPre": "/bin/false"})
    assert "Rolled back to generation 0" in " ".join(failed.failures)
    assert site.until(SAMPLES, lambda value: value > samples)
    assert site.until("ALERTS{alertname='Watchdog'}", lambda value: value == 1), "their rules are not loaded"
    assert site.until("up{job='mine'}", lambda value: value == 0) == 0
    assert site.shell(f"cmp $({PROGRAM}) /usr/local/bin/prometheus && /usr/local/bin/prometheus --version").startswith("prometheus, version 3.14.0")


def test_the_server_is_taken_over_with_its_data(site: Site) -> None:
    samples = site.query(SAMPLES)
    with Poller(site.address, 9090, "/-/healthy") as poller:
        done = site.role("prometheus", "--diff").expect_success().result("Bring Prometheus")
    assert (done["restarted"], done["rolled_back"]) == (True, False)
    assert poller.gap < 20, "it was away for longer than a restart takes"
    assert site.query(SAMPLES) >= samples
    assert site.shell(PROGRAM).startswith("/opt/observability/prometheus/3.15.0")
    assert site.shell("cat /etc/prometheus/generations/0/config/rules/ansible_managed.rules").startswith("groups:")
    assert site.shell("cat /etc/prometheus/file_sd/mine.yml").startswith("- targets")
    assert site.role("prometheus").expect_success().changed == 0


def test_removal_leaves_their_data_and_account(site: Site) -> None:
    site.role("prometheus", prometheus_state="absent").expect_success()
    assert site.shell("ls -d /var/lib/prometheus/wal") == "/var/lib/prometheus/wal"
    assert site.shell("getent passwd prometheus") != ""
    assert site.shell("systemctl is-active prometheus; ls /etc/systemd/system/prometheus.service /opt/observability/prometheus") == "inactive"
