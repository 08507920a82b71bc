# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removal, releases that several units share, and hosts that may not reach anybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosts.lifecycle import look
from tests.hosts.support import OLD, Case, differences, node_exporter, run_cases
from tests.lab.lab import Lab

# Everything that anybody could have left behind, times and contents aside.
WHOLE = r"""
find /etc /opt /usr/local /var/lib /home /srv -xdev \( -path /var/lib/systemd -o -path /var/lib/private \) -prune -o -printf '%y %m %u:%g %p %l\n'
cat /etc/passwd /etc/group
systemctl list-units --failed --no-legend --plain
systemctl list-unit-files --no-legend
"""


@pytest.fixture(scope="module")
def host(boot: Callable[[str], str]) -> str:
    return boot("life2")


def whole(lab: Lab, host: str) -> list[str]:
    return sorted(lab.run(host, WHOLE).stdout.splitlines())


def test_removal_takes_everything_but_data_and_says_so_before(lab: Lab, host: str) -> None:
    before = whole(lab, host)
    described = node_exporter(lab)
    gone = {"name": "node_exporter", "state": "absent"}
    assert run_cases(lab, host, [Case("install", described)])["install"].message == ""
    lab.put(host, "x 1\n", "/var/lib/node_exporter/mine.prom")
    foreseen = run_cases(lab, host, [Case("foresee", gone)], "", "--check")["foresee"]
    steps = run_cases(lab, host, [Case("remove", gone), Case("again", gone)])
    assert steps["remove"].message == ""
    assert steps["remove"].result["changes"] == foreseen.result["changes"]
    assert "keep /var/lib/node_exporter, which holds data" in foreseen.result["changes"]
    assert steps["again"].result["changed"] is False
    left = differences(before, whole(lab, host))
    assert all("node_exporter" in line for line in left), left
    assert {line.split()[-1] for line in left if line.startswith("+ f")} == {"/var/lib/node_exporter/mine.prom"}
    # The account stays with its data; asked for, both go.
    steps = run_cases(lab, host, [Case("install", described), Case("remove", {**gone, "remove_data": True})])
    assert steps["remove"].message == ""
    assert [line for line in differences(before, whole(lab, host)) if "node_exporter" in line and "/var/lib/node_exporter" not in line
            and not line.startswith("+ node_exporter:")] == []


def test_two_units_of_one_release_do_not_take_each_others_things(lab: Lab, host: str) -> None:
    before = whole(lab, host)
    shared = {"release": {"name": "shared", "version": "1.12.1"}, "user": "shared", "directories": []}
    first = node_exporter(lab, name="first", port=9301, **shared)
    second = node_exporter(lab, name="second", port=9302, **shared)
    for one in (first, second):
        one["unit"]["flags"].update({"collector.textfile": None, "collector.textfile.directory": None})
    newer = {**first, "release": {"name": "shared", "version": OLD["node_exporter"]}, "keep_releases": 0}
    newer["archives"] = node_exporter(lab, OLD["node_exporter"])["archives"]
    see = look("first", "second") + "ls /opt/observability/shared; getent passwd shared; true"
    steps = run_cases(lab, host, [
        Case("first", first), Case("second", second), Case("first on another version", newer),
        Case("first gone", {"name": "first", "state": "absent", "remove_data": True}), Case("second still", second),
        Case("second gone", {"name": "second", "state": "absent", "remove_data": True}),
    ], see)  # fmt: skip
    assert [step.message for step in steps.values()] == [""] * 6
    assert {"1.11.1", "1.12.1"} <= set(steps["first on another version"].seen)
    assert "1.11.1" not in steps["first gone"].seen
    assert "1.12.1" in steps["first gone"].seen
    assert any(line.startswith("second active") for line in steps["first gone"].seen)
    assert any(line.startswith("shared:x:") for line in steps["first gone"].seen)
    assert steps["second still"].result["changed"] is False
    assert differences(before, whole(lab, host)) == []


def test_the_controller_brings_what_a_host_cannot_fetch(lab: Lab, host: str) -> None:
    described = node_exporter(lab, source="controller")
    lab.cut_network(host)
    try:
        refused = run_cases(lab, host, [Case("by itself", node_exporter(lab))])["by itself"]
        assert "Could not download" in refused.message or "Could not read" in refused.message
        lab.cut_network(host)
        steps = run_cases(lab, host, [Case("brought", described), Case("again", described)])
        assert (steps["brought"].message, steps["again"].result["changes"]) == ("", [])
        assert lab.network_attempts(host) == 0
    finally:
        lab.restore_network(host)
    run_cases(lab, host, [Case("remove", {"name": "node_exporter", "state": "absent", "remove_data": True})])


def test_a_package_that_was_there_before_us_stays_with_its_configuration(lab: Lab, host: str, tmp_path: Path) -> None:
    """The distribution's Prometheus runs with its own configuration; ours comes over it and goes again."""
    lab.run(host, "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends prometheus", timeout=400, check=True)
    theirs = "dpkg --verify prometheus; sha256sum /etc/prometheus/prometheus.yml /etc/default/prometheus; dpkg-query -W -f '${db:Status-Status}' prometheus"
    before, listing = lab.run(host, theirs).stdout, whole(lab, host)
    book = tmp_path / "role.yml"
    book.write_text('- hosts: "{{ target }}"\n  gather_facts: false\n  roles: [observability.stack.prometheus]\n')
    given = {"target": host, "prometheus_install_method": "package", "prometheus_version": "2.53.3"}
    done = lab.playbook(book, "-e", json.dumps(given)).expect_success()
    assert done.changed == 1
    running = lab.run(host, "tr '\\0' ' ' < /proc/$(systemctl show -p MainPID --value prometheus)/cmdline").stdout
    assert "--config.file=/etc/prometheus/current/config/prometheus.yml" in running
    assert lab.playbook(book, "-e", json.dumps(given)).expect_success().changed == 0
    assert lab.run(host, theirs).stdout == before
    lab.playbook(book, "-e", json.dumps({**given, "prometheus_state": "absent"})).expect_success()
    assert lab.run(host, theirs).stdout == before
    # It is to run no more; that and its data are all that is another than before.
    expected = re.compile(r"/var/lib/prometheus/metrics2|/etc/rc.\.d/|multi-user\.target\.wants/prometheus\.service|^. prometheus\.service")
    assert [line for line in differences(listing, whole(lab, host)) if not expected.search(line)] == []
