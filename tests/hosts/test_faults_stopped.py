# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""kill -9 of the module while the service stands still, because its data are being copied: it is started all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hosts.support import NEW, OLD, Case, Poller, node_exporter, run_cases
from tests.lab.lab import Lab

PORT = 9390
LOOK = r"""
proc=/proc/$(systemctl show -p MainPID --value revived)
basename "$(dirname "$(readlink $proc/exe)")"
tr '\0' '\n' < $proc/environ | grep -o 'DESCRIBED=[0-9.]*'
"""


def described(lab: Lab, version: str) -> dict:
    """Describe a service that must be stopped for a change of its version."""
    unit = {"environment": {"DESCRIBED": version}}
    data = {"paths": ["/var/lib/node_exporter"], "rollback": "snapshot"}
    return node_exporter(lab, version, "revived", PORT, unit=unit, data=data)


@pytest.mark.parametrize(("point", "runs"), [("before-rename", OLD), ("after-rename", NEW)])
def test_a_killed_run_does_not_leave_it_down(lab: Lab, boot: Callable[[str], str], point: str, runs: dict[str, str]) -> None:
    host = boot("faults4")  # faults1 has small disks
    old, new = OLD["node_exporter"], NEW["node_exporter"]
    assert run_cases(lab, host, [Case("old", described(lab, old))])["old"].message == ""
    kill = {"OBSERVABILITY_STACK_KILL_AT": point}
    with Poller(lab.hosts[host].address, PORT) as poller:
        killed = run_cases(lab, host, [Case("killed", described(lab, new), kill)], "sleep 3")["killed"]
    assert "was cut off on the host (killed)" in killed.message
    assert poller.failures, "it was never stopped: the test proves nothing"
    assert poller.gap < 5
    program, *marks = lab.run(host, LOOK, check=True).stdout.split()
    assert program.startswith(runs["node_exporter"])
    assert marks == [f"DESCRIBED={runs['node_exporter']}"], "the program of one generation with the unit of the other"
    assert run_cases(lab, host, [Case("new", described(lab, new))])["new"].message == ""
    assert "revival" not in lab.run(host, "systemctl list-units --all --plain --no-legend").stdout
