# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs stages within a budget: what can run now runs first, what no longer fits is named and comes first next time."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

from tests.run.background import LOGS, Background, end_group, wait_for
from tests.run.history import History
from tests.run.results import FAILED, NOT_RUN, PASSED, SKIPPED, Counts, Result, stage_counts
from tests.run.stages import JOBS, ROOT, Command, Stage

REPORTS = ROOT / ".build" / "reports"


def environment() -> dict[str, str]:
    """Return the environment of every command: the venv's programs first on PATH."""
    programs = str(Path(sys.executable).parent)
    return os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}


class Runner:
    """One run of some stages."""

    def __init__(self, history: History, budget: float = math.inf) -> None:
        """Take what is known of earlier runs and the seconds that this one may take."""
        self.history = history
        self.budget = budget
        self.started = time.monotonic()
        self.jobs: dict[str, Background] = {}
        self.results: list[Result] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self.is_root = os.geteuid() == 0

    @property
    def deadline(self) -> float:
        """Return the monotonic time at which the budget is used up."""
        return self.started + self.budget

    def run(self, stages: list[Stage]) -> list[Result]:
        """Run `stages` and return a result for each; background jobs are ended in any case."""
        waiting = self.history.order(stages)
        beside = [stage for stage in waiting if stage.beside and (os.cpu_count() or 1) > 1]
        rest = [stage for stage in waiting if stage not in beside]  # now: the lane takes its stages from its list
        lane = threading.Thread(target=self._run_lane, args=(beside, True), daemon=True)
        try:
            self._start_jobs(waiting)
            lane.start()
            self._run_lane(rest, False)
            lane.join()
        finally:
            for job in self.jobs.values():
                job.stop()
            for process in self.processes:
                end_group(process)
        self.history.remember(self.results)
        return self.results

    def _run_lane(self, waiting: list[Stage], quietly: bool) -> None:
        """Run stages one after the other; a quiet lane keeps their output in files and shows that of a failed one."""
        while waiting:
            stage = self._next(waiting)
            waiting.remove(stage)
            self._add(self._result(stage, quietly))

    def _start_jobs(self, stages: list[Stage]) -> None:
        wanted = {need for stage in stages if self.is_root or not stage.root for need in stage.needs}
        self.jobs = {job.name: Background(job, environment()) for job in JOBS if job.name in wanted}
        for job in self.jobs.values():
            print(f"in the background: {job.job.about}; log: {job.log.relative_to(ROOT)}", flush=True)

    def _next(self, waiting: list[Stage]) -> Stage:
        """Return the first stage that need not wait for a job, else the first one."""
        ready = (stage for stage in waiting if all(self.jobs[need].poll() is not None for need in stage.needs if need in self.jobs))
        return next(ready, waiting[0])

    def _add(self, result: Result) -> None:
        self.results.append(result)
        print(f"== {result.name}: {result.outcome} {result.note}", flush=True)

    def _result(self, stage: Stage, quietly: bool) -> Result:
        """Decide whether `stage` can run; run it when it can."""
        if stage.root and not self.is_root:
            return Result(stage.name, SKIPPED, 0, Counts(skipped=1), "lab hosts need root: run make as root")
        if time.monotonic() + self.history.estimate(stage) > self.deadline:
            return Result(stage.name, NOT_RUN, 0, Counts(), f"about {self.history.estimate(stage) / 60:.0f} min no longer fit; it runs first next time")
        needed = [self.jobs[need] for need in stage.needs]
        if not wait_for(needed, self.deadline - self.history.estimate(stage)):
            return Result(stage.name, NOT_RUN, 0, Counts(), "what it needs was not made in time; it runs first next time")
        for job in needed:
            if job.poll() != 0:
                print(job.last_lines(40), flush=True)
                return Result(stage.name, FAILED, 0, Counts(failed=1), f"making {job.job.about} failed: see {job.log.relative_to(ROOT)}")
        return self._execute_quietly(stage) if quietly else self._execute(stage, sys.stdout)

    def _execute_quietly(self, stage: Stage) -> Result:
        """Run `stage` with its output in a file; show the file when it fails."""
        log = LOGS / f"{stage.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        print(f"== {stage.name}: begins beside the others; log: {log.relative_to(ROOT)}", flush=True)
        with log.open("w", encoding="utf-8") as out:
            result = self._execute(stage, out)
        if result.outcome == FAILED:
            print(log.read_text(encoding="utf-8", errors="replace"), flush=True)
        return result

    def _execute(self, stage: Stage, out: TextIO) -> Result:
        """Run all commands of `stage`, also after one failed, so that one run shows everything."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        report = REPORTS / f"{stage.name}.xml"
        report.unlink(missing_ok=True)
        print(f"\n== {stage.name}: {stage.about}", file=out, flush=True)
        started = time.monotonic()
        codes = [self._command(out, tuple(part.replace("{junit}", str(report)) for part in command)) for command in stage.commands]
        ok = not any(codes)
        return Result(stage.name, PASSED if ok else FAILED, time.monotonic() - started, stage_counts(ok, report))

    def _command(self, out: TextIO, command: Command) -> int:
        """Run one command and return its exit code; the end of the budget plus a tenth ends it."""
        print("$ " + " ".join(command), file=out, flush=True)
        file = None if out is sys.stdout else out
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
        self.processes.append(process)
        left = self.deadline + self.budget / 10 - time.monotonic()
        try:
            return process.wait(timeout=None if math.isinf(left) else max(left, 1))
        except subprocess.TimeoutExpired:
            print("the time is used up: ending this command", flush=True)
            return 1
        finally:
            end_group(process)
