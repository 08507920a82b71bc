# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The life of services on one host: changed, upgraded, downgraded, stopped, rebooted, and what their data decide."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.hosts.lifecycle import demo, look, prometheus
from tests.hosts.support import OLD, Case, Outcome, Poller, run_cases
from tests.lab.lab import Lab

NASTY = [
    "plain", "two words", 'a "quoted" one', "it's", "back\\slash", "$HOME ${HOME} $$", "100% %n %%", "#no comment", "; no end", "tab\there", "",
    "line\nbreak", "é",
]  # fmt: skip


@pytest.fixture(scope="module")
def host(boot: Callable[[str], str]) -> str:
    return boot("life1")


class Life:
    """Prometheus from 3.14.0 on: each step's outcome by name, and the polls of the quiet steps."""

    def __init__(self, lab: Lab, host: str) -> None:
        old = OLD["prometheus"]
        begin = [Case("install", prometheus(lab, old))]
        quiet = [Case("again", prometheus(lab, old)), Case("configuration", prometheus(lab, old, "20s"))]
        flag = {"unit": {"flags": {"log.format": "json"}}}
        loud = [
            Case("flag", prometheus(lab, old, "20s", **flag)),
            Case("upgrade", prometheus(lab, "", "20s", **flag)),
            Case("upgraded again", prometheus(lab, "", "20s", **flag)),
            Case("too old", prometheus(lab, "2.54.1", "20s", **flag)),
            Case("downgrade", prometheus(lab, old, "20s", **flag)),
            Case("stop", prometheus(lab, old, "20s", state="stopped", **flag)),
            Case("upgrade while stopped", prometheus(lab, "", "20s", state="stopped", **flag)),
            Case("start", prometheus(lab, "", "20s", **flag)),
        ]
        self.steps: dict[str, Outcome] = run_cases(lab, host, begin, look("prometheus"))
        assert self.steps["install"].message == ""
        with Poller(lab.hosts[host].address, 9090, "/-/ready") as self.poller:
            self.steps.update(run_cases(lab, host, quiet, look("prometheus")))
        self.steps.update(run_cases(lab, host, loud, look("prometheus")))

    def pid(self, step: str) -> str:
        return self.steps[step].seen[0].split()[2]

    def program(self, step: str) -> str:
        return (self.steps[step].seen[0].split() + [""])[3]


@pytest.fixture(scope="module")
def life(lab: Lab, host: str) -> Life:
    return Life(lab, host)


def test_a_second_run_changes_nothing(life: Life) -> None:
    for step in ("again", "upgraded again"):
        assert (life.steps[step].result["changed"], life.steps[step].result["changes"]) == (False, [])


def test_a_configuration_is_reloaded_by_the_same_process_without_a_failed_request(life: Life) -> None:
    result = life.steps["configuration"].result
    assert (result["reloaded"], result["restarted"]) == (True, False)
    assert life.pid("configuration") == life.pid("again") == life.pid("install")
    life.poller.expect_no_failure()


@pytest.mark.parametrize(("step", "before"), [("flag", "configuration"), ("upgrade", "flag"), ("downgrade", "upgrade")])
def test_what_needs_a_restart_gets_one(life: Life, step: str, before: str) -> None:
    assert life.steps[step].message == ""
    assert (life.steps[step].result["reloaded"], life.steps[step].result["restarted"]) == (False, True)
    assert life.pid(step) != life.pid(before)


def test_the_program_that_runs_is_the_described_one(life: Life) -> None:
    versions = {step: life.program(step).split("/")[-2] for step in ("install", "upgrade", "downgrade", "start")}
    assert versions == {"install": "3.14.0", "upgrade": "3.15.0", "downgrade": "3.14.0", "start": "3.15.0"}
    assert life.steps["upgrade"].result["previous_version"] == "3.14.0"


def test_a_version_that_cannot_read_the_data_is_refused_before_anything_is_touched(life: Life) -> None:
    assert "prometheus 2.54.1 cannot read the data that prometheus 3.15.0 has written (it needs at least 2.55.0)" in life.steps["too old"].message
    assert life.steps["too old"].seen == life.steps["upgraded again"].seen


def test_stopped_stays_stopped_until_it_is_to_run(life: Life) -> None:
    states = {step: life.steps[step].seen[0].split()[1] for step in ("stop", "upgrade while stopped", "start")}
    assert states == {"stop": "inactive", "upgrade while stopped": "inactive", "start": "active"}


def test_a_reboot_brings_the_current_generation_back(lab: Lab, host: str, life: Life) -> None:
    lab.reboot(host)
    lab.run(host, "until systemctl is-active --quiet prometheus; do sleep 0.2; done", timeout=30, check=True)
    assert "3.15.0" in lab.run(host, look("prometheus")).stdout
    described = prometheus(lab, "", "20s", unit={"flags": {"log.format": "json"}})
    again = run_cases(lab, host, [Case("after the reboot", described)])["after the reboot"]
    assert (again.message, again.result["changes"]) == ("", [])


@pytest.fixture(scope="module")
def outcomes(lab: Lab, host: str) -> dict[str, Outcome]:
    cases = []
    for number, policy in enumerate(("snapshot", "refuse")):
        for version in ("1.0.0", "2.0.0"):
            cases.append(Case(f"{policy} {version}", demo(lab, f"demo-{policy}", 9201 + number, version, policy)))
    return run_cases(lab, host, cases, look("demo-snapshot", "demo-refuse") + "grep . /var/lib/demo-*/state; ls /var/lib | grep demo; true")


class TestData:
    """An upgrade that migrates the data and then fails: the description says what may happen to them."""

    def test_a_snapshot_brings_them_back(self, outcomes: dict[str, Outcome]) -> None:
        failed = outcomes["snapshot 2.0.0"]
        assert "Rolled back to generation 1 (1.0.0): it answers again." in failed.message
        assert "cannot start after the migration" in failed.message
        assert failed.result["rolled_back"] is True
        assert any(line.startswith("demo-snapshot active") for line in failed.seen)
        assert "samples" in " ".join(failed.seen)
        assert [line for line in failed.seen if line.startswith("demo-") and " " not in line] == ["demo-snapshot"], "copies are left"

    def test_without_one_the_program_does_not_go_back(self, outcomes: dict[str, Outcome]) -> None:
        failed = outcomes["refuse 2.0.0"]
        assert "The change was NOT rolled back: 2.0.0 has already started on the data that 1.0.0 wrote" in failed.message
        assert "restore the data of 1.0.0 from a backup" in failed.message
        assert "/var/lib/demo-refuse/state:migrated" in failed.seen


def test_every_argument_and_variable_means_itself(lab: Lab, host: str) -> None:
    described = demo(lab, "demo-words", 9209, unit={"args": NASTY, "environment": {"WORD": "a $x 50% \"b\" 'c' \\d"}})
    assert run_cases(lab, host, [Case("words", described)])["words"].message == ""
    got = json.loads(lab.get(host, "/var/lib/demo-words/arguments.json"))
    assert got == {"argv": NASTY, "word": "a $x 50% \"b\" 'c' \\d"}
