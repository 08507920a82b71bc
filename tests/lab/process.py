# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A background process that outlives us, found again by pid and start time (a pid alone may be somebody else's by then)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.lab.core import write


def start_time(pid: int) -> str | None:
    """Clock ticks at which the process began; None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


@dataclass(frozen=True)
class Process:
    """The process that a record file names."""

    record: Path

    def pid(self) -> int | None:
        """Return the process id while it lives."""
        try:
            about = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return None
        return about["pid"] if start_time(about["pid"]) == about["start"] else None

    def start(self, argv: list[str], log: Path) -> int:
        """Start it in a session of its own, its output in ``log``; return its pid."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd="/")
        child.returncode = 0  # it is not ours to wait for: this keeps Python from warning about it
        write(self.record, json.dumps({"pid": child.pid, "start": start_time(child.pid)}))
        return child.pid

    def stop(self) -> None:
        """End it at once and forget the record."""
        pid = self.pid()
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + 5
            while start_time(pid) and time.monotonic() < deadline:
                time.sleep(0.02)
        self.record.unlink(missing_ok=True)
