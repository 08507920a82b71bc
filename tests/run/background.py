# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs that run beside the stages: at low priority, with a log file each, started once and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from tests.run.results import FAILED, PASSED
from tests.run.stages import ROOT, Job

LOGS = ROOT / ".build" / "logs"


def end_group(process: subprocess.Popen[bytes], patience: float = 20) -> None:
    """End `process` and its whole process group; those that do not go within `patience` seconds are killed."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Background:
    """One running job."""

    def __init__(self, job: Job, environment: dict[str, str], logs: Path = LOGS) -> None:
        """Start `job` with its output in LOGS/NAME.log."""
        logs.mkdir(parents=True, exist_ok=True)
        self.job = job
        self.log = logs / f"{job.name}.log"
        self.started = time.monotonic()
        self.ended: float | None = None
        self.stopped = False
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["nice", "-n", "15", *job.command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        # A thread notes when it ends: nobody may look for many minutes.
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        self.process.wait()
        self.ended = time.monotonic()

    def poll(self) -> int | None:
        """Return the exit code, or None while the job runs."""
        return self.process.poll()

    def last_lines(self, count: int = 1) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])

    def row(self) -> tuple[str, float, str]:
        """Return name, seconds and outcome for the summary."""
        outcome = "stopped" if self.stopped else PASSED if self.poll() == 0 else FAILED
        return self.job.name, (self.ended or time.monotonic()) - self.started, outcome

    def stop(self) -> None:
        """End the job, if it still runs, and everything that it started."""
        self.stopped = self.poll() is None
        end_group(self.process)


def wait_for(jobs: list[Background], until: float) -> bool:
    """Wait until all `jobs` ended or the clock reaches `until` (monotonic); say every half minute what they do."""
    told = 0.0
    while any(job.poll() is None for job in jobs):
        now = time.monotonic()
        if now > until:
            return False
        if now - told > 30:
            told = now
            for job in jobs:
                if job.poll() is None:
                    print(f"waiting for {job.job.about} ({int(now - job.started)} s): {job.last_lines()}", flush=True)
        time.sleep(0.5)
    return True
