# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""kill -9 of the module at every phase and point, with and without a power loss after it; the next run finishes or undoes it.

Each point has a service of its own on one host, so that all of them share one boot, one power loss and a few runs of Ansible.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.support import NEW, OLD, Case, Outcome, Poller, node_exporter, run_cases
from tests.lab.core import CHECKOUT
from tests.lab.lab import Lab

CHANGE = ("look", "plan", "stage", "staged-release", "validate", "swap", "before-rename", "after-rename", "activate", "activated", "prove",
          "commit", "clean")  # fmt: skip
WAY_BACK = ("rollback", "rolling-back", "link-rolled-back", "reactivated")
# Points that only an adoption or a removal passes; their tests are elsewhere.
ELSEWHERE = {"adopted-tree", "adopted-files", "adopted-unit", "remove"}

# One line for each service: what lies on the disk, what runs, and what should not be there.
LOOK = r"""
for dir in /etc/case-*; do
  name=$(basename $dir)
  proc=/proc/$(systemctl show -p MainPID --value $name)
  places="$dir /opt/observability/$name /usr/local/lib/systemd /etc/systemd/system"
  echo "$name" \
    "disk=$(basename "$(readlink $dir/current/release)"),$(grep -o '[0-9.]*$' $dir/web.yml),$(grep -o 'DESCRIBED=[0-9.]*' $dir/current/unit.d/*)" \
    "run=$(basename "$(dirname "$(readlink $proc/exe)")"),$(tr '\0' '\n' < $proc/environ | grep -o 'DESCRIBED=[0-9.]*')" \
    "is=$(systemctl is-active $name),$(systemctl is-enabled $name)" \
    "generations=$(ls -A $dir/generations | wc -l)" \
    "releases=$(ls -A /opt/observability/$name | wc -l)" \
    "litter=$(find $places -name '.staging*' -o -name '*.observability-*' -o -name '*.adopted' | tr '\n' ' ')"
done 2>/dev/null
"""


@dataclass(frozen=True)
class Seen:
    """What the look printed about one service."""

    disk: set[str]  # the versions that the parts of the current generation were written for
    run: set[str]  # the same of the process
    state: str
    generations: int
    releases: int
    litter: str


def looked(lab: Lab, host: str) -> dict[str, Seen]:
    """Look at every service."""
    found = {}
    for line in lab.run(host, LOOK, check=True).stdout.splitlines():
        match = re.fullmatch(r"(\S+) disk=(\S*) run=(\S*) is=(\S*) generations=(\d+) releases=(\d+) litter=(.*)", line)
        assert match, line
        name, disk, run, state, generations, releases, litter = match.groups()
        found[name] = Seen(versions(disk), versions(run), state, int(generations), int(releases), litter.strip())
    return found


def versions(text: str) -> set[str]:
    return {part.removeprefix("DESCRIBED=") for part in text.split(",")}


def described(lab: Lab, number: int, name: str, version: str) -> dict[str, Any]:
    """Describe a service whose every part says its version."""
    return node_exporter(lab, version, f"case-{name}", 9300 + number, files=[{"path": "web.yml", "content": f"{{}} # {version}\n"}], keep_releases=0)


def bad(lab: Lab, number: int, name: str) -> dict[str, Any]:
    """Describe a change that fails at the start of the service."""
    return dict(described(lab, number, name, NEW["node_exporter"]), files=[{"path": "web.yml", "content": f"nonsense: 1 # {NEW['node_exporter']}\n"}])


def kill_at(point: str) -> dict[str, str]:
    return {"OBSERVABILITY_STACK_KILL_AT": point}


class Run:
    """All kills, and what was seen after each step."""

    def __init__(self, lab: Lab, host: str) -> None:
        old, new = OLD["node_exporter"], NEW["node_exporter"]
        rows = list(enumerate((*CHANGE, *WAY_BACK)))
        first = run_cases(lab, host, [Case(name, described(lab, row, name, old)) for row, name in rows])
        assert {name: outcome.message for name, outcome in first.items() if outcome.message} == {}
        to_new = [Case(name, bad(lab, row, name) if name in WAY_BACK else described(lab, row, name, new), kill_at(name)) for row, name in rows]
        with Poller(lab.hosts[host].address, 9300 + CHANGE.index("before-rename")) as self.before_the_rename:
            self.killed: dict[str, Outcome] = run_cases(lab, host, to_new)
        self.after_kill = looked(lab, host)
        lab.reboot(host, power_loss=True)
        self.after_boot = looked(lab, host)
        finish = [Case(name, described(lab, row, name, old if name in WAY_BACK else new)) for row, name in rows]
        self.finished = run_cases(lab, host, finish)
        self.after_finish = looked(lab, host)
        back = [Case(name, described(lab, row, name, old), kill_at(name)) for row, name in rows if name in CHANGE]
        self.killed_again = run_cases(lab, host, back)
        undo = [Case(name, described(lab, row, name, new)) for row, name in rows if name in CHANGE]
        self.undone = run_cases(lab, host, undo)
        self.after_undo = looked(lab, host)


@pytest.fixture(scope="module")
def run(lab: Lab, boot: Callable[[str], str]) -> Run:
    return Run(lab, boot("faults4"))


def test_every_point_of_the_code_is_killed_at() -> None:
    engine = CHECKOUT / "plugins" / "module_utils" / "host"
    found = {name for path in Path(engine).glob("*.py") for name in re.findall(r'(?:phase|point)\("([a-z-]+)"\)', path.read_text())}
    assert found == {*CHANGE, *WAY_BACK, *ELSEWHERE}


@pytest.mark.parametrize("point", [*CHANGE, *WAY_BACK])
class TestKilledAt:
    def test_nobody_finds_a_mixture(self, run: Run, point: str) -> None:
        assert "was cut off on the host (killed)" in run.killed[point].message, "it was not killed: the test proves nothing"
        assert len(run.after_kill[f"case-{point}"].disk) == 1

    def test_a_power_loss_after_it_does_no_harm(self, run: Run, point: str) -> None:
        seen = run.after_boot[f"case-{point}"]
        assert len(seen.disk) == 1
        if seen.state.startswith("active"):
            assert seen.run == seen.disk
        else:
            assert point in WAY_BACK, "only a bad generation that was not taken back yet may fail to start"

    def test_the_next_run_finishes_it(self, run: Run, point: str) -> None:
        wanted = OLD["node_exporter"] if point in WAY_BACK else NEW["node_exporter"]
        assert run.finished[point].message == ""
        self.expect(run.after_finish[f"case-{point}"], wanted)

    def test_a_run_with_the_earlier_description_undoes_it(self, run: Run, point: str) -> None:
        if point in WAY_BACK:
            pytest.skip("it goes back already")
        assert run.killed_again[point].message != ""
        assert run.undone[point].message == ""
        self.expect(run.after_undo[f"case-{point}"], NEW["node_exporter"])

    @staticmethod
    def expect(seen: Seen, version: str) -> None:
        assert (seen.disk, seen.run, seen.state, seen.litter) == ({version}, {version}, "active,enabled", "")
        assert (seen.generations, seen.releases) == (1, 1), "something of the interrupted run is left"


def test_a_kill_before_the_rename_does_not_touch_the_service(run: Run) -> None:
    run.before_the_rename.expect_no_failure()
