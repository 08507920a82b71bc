"""The stage runner: order, budget, needs, and what it remembers."""

import sys

import pytest

from tests.run import runner as module
from tests.run.history import History
from tests.run.results import FAILED, NOT_RUN, PASSED, SKIPPED
from tests.run.runner import Runner
from tests.run.stages import Job, Stage

OK = (sys.executable, "-c", "pass")
BAD = (sys.executable, "-c", "raise SystemExit(3)")


def stage(name, *commands, minutes=0.01, **more):
    return Stage(name, commands or (OK,), minutes, f"stage {name}", **more)


@pytest.fixture(autouse=True)
def _places(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "REPORTS", tmp_path)
    monkeypatch.setattr(module, "JOBS", ())


def outcomes(results):
    return {result.name: result.outcome for result in results}


def test_a_failing_command_fails_its_stage_and_the_rest_still_runs(tmp_path):
    mark = tmp_path / "ran"
    touch = (sys.executable, "-c", f"open({str(mark)!r}, 'w')")
    results = Runner(History()).run([stage("lint", BAD, touch), stage("unit")])
    assert outcomes(results) == {"lint": FAILED, "unit": PASSED}
    assert mark.exists()


def test_what_does_not_fit_is_named_and_comes_first_next_time():
    history = History()
    stages = [stage("unit"), stage("hosts", minutes=30)]
    assert outcomes(Runner(history, budget=60).run(stages)) == {"unit": PASSED, "hosts": NOT_RUN}
    assert history.postponed == ["hosts"]
    history.seconds["hosts"] = 1
    assert [result.name for result in Runner(history, budget=60).run(stages)] == ["hosts", "unit"]
    assert history.postponed == []


def test_stages_that_were_not_asked_for_stay_postponed():
    history = History(postponed=["hosts"])
    Runner(history).run([stage("unit")])
    assert history.postponed == ["hosts"]


def test_a_stage_waits_for_its_job_while_others_run(tmp_path, monkeypatch):
    made = tmp_path / "made"
    job = Job("made-by-a-test", (sys.executable, "-c", f"import time; time.sleep(1); open({str(made)!r}, 'w')"), "programs")
    monkeypatch.setattr(module, "JOBS", (job,))
    needs_it = (sys.executable, "-c", f"open({str(made)!r})")
    results = Runner(History()).run([stage("hosts", needs_it, needs=("made-by-a-test",)), stage("unit")])
    assert [(result.name, result.outcome) for result in results] == [("unit", PASSED), ("hosts", PASSED)]


def test_a_failed_job_fails_the_stages_that_need_it(monkeypatch, capfd):
    monkeypatch.setattr(module, "JOBS", (Job("made-by-a-test", (sys.executable, "-c", "raise SystemExit('no space left')"), "programs"),))
    results = Runner(History()).run([stage("hosts", needs=("made-by-a-test",))])
    assert outcomes(results) == {"hosts": FAILED}
    assert "made-by-a-test.log" in results[0].note
    assert "no space left" in capfd.readouterr().out


def test_root_stages_are_skipped_with_a_reason_for_other_users(monkeypatch):
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    result = Runner(History()).run([stage("hosts", root=True)])[0]
    assert (result.outcome, result.counts.skipped) == (SKIPPED, 1)
    assert "root" in result.note


def test_a_command_is_ended_with_the_budget():
    endless = (sys.executable, "-c", "import time; time.sleep(600)")
    result = Runner(History(seconds={"hosts": 0}), budget=1).run([stage("hosts", endless)])[0]
    assert result.outcome == FAILED
    assert result.seconds < 30


def test_a_failed_run_does_not_shorten_the_estimate():
    history = History(seconds={"unit": 100})
    Runner(history).run([stage("unit", BAD)])
    assert history.seconds["unit"] == 100


@pytest.mark.parametrize("text", ["", "{", '{"surprise": 1}'])
def test_a_damaged_history_is_an_empty_one(tmp_path, text):
    path = tmp_path / "history.json"
    path.write_text(text)
    assert History.load(path) == History()


def test_a_history_survives_the_file(tmp_path):
    history = History({"unit": 3.5}, ["hosts"])
    history.save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json") == history


def test_a_stage_in_a_lane_of_its_own_runs_beside_the_others_and_shows_its_output_when_it_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "LOGS", tmp_path)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    mark = tmp_path / "mark"
    makes = (sys.executable, "-c", f"open({str(mark)!r}, 'w'); print('why it failed'); raise SystemExit(1)")
    waits = (sys.executable, "-c", f"import os, time\nwhile not os.path.exists({str(mark)!r}): time.sleep(0.05)")
    results = Runner(History()).run([stage("hosts", waits), stage("molecule-x", makes, beside=True)])
    assert outcomes(results) == {"hosts": PASSED, "molecule-x": FAILED}
    assert len(results) == 2, "a stage ran in both lanes"
    assert "why it failed" in capsys.readouterr().out
