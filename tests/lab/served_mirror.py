# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lab's own mirror server: start and stop it, read what was asked of it, order faults."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.lab import file_server
from tests.lab.core import LabError, cache_dir, write
from tests.lab.process import Process

PORT = 8088


def lab_lock() -> Path:
    """File with the digests of the programs that this machine built; none yet while the mirror is empty."""
    return cache_dir() / "mirror" / "lab.lock.yml"


@dataclass(frozen=True)
class Mirror:
    """The server at the gateway of a lab's network.

    ``overlay`` is a directory whose files win over the shared mirror's: a test puts archives of its own there, at the
    same paths (``github.com/...``).
    """

    state: Path
    gateway: str

    @property
    def url(self) -> str:
        """Base of every URL, without a slash at its end."""
        return f"http://{self.gateway}:{PORT}"

    @property
    def overlay(self) -> Path:
        """Directory whose files are served before those of the shared mirror."""
        return self.state / "mirror-overlay"

    @property
    def _log(self) -> Path:
        return self.state / "mirror-requests.jsonl"

    @property
    def _faults(self) -> Path:
        return self.state / "mirror-faults.json"

    @property
    def _process(self) -> Process:
        return Process(self.state / "mirror-process.json")

    def start(self) -> None:
        """Start the server unless it runs. Raises LabError when it does not answer within ten seconds."""
        if self._process.pid():
            return
        shared = cache_dir() / "mirror"
        for directory in (shared, self.overlay):
            directory.mkdir(parents=True, exist_ok=True)
        if not lab_lock().exists():
            write(lab_lock(), "format: 1\nprograms: {}\n")
        files = map(str, [self._log, self._faults, self.overlay, shared])
        argv = [sys.executable, file_server.__file__, self.gateway, str(PORT), *files]
        self._process.start(argv, log=self.state / "mirror-server.log")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((self.gateway, PORT), timeout=1):
                return
            time.sleep(0.05)
        raise LabError(f"The mirror server at {self.url} does not answer; its own words are in {self.state / 'mirror-server.log'}.")

    def stop(self) -> None:
        """End the server."""
        self._process.stop()

    def requests(self, part: str = "") -> list[dict]:
        """Return the requests so far whose path contains ``part``, oldest first."""
        try:
            lines = self._log.read_text().splitlines()
        except FileNotFoundError:
            return []
        return [record for record in map(json.loads, lines) if part in record["path"]]

    def forget_requests(self) -> None:
        """Begin counting anew."""
        self._log.unlink(missing_ok=True)

    def fault(self, part: str, action: str, **details: object) -> None:
        """Answer requests whose path contains ``part`` wrongly, until ``heal``.

        Actions: status (status=404), hang (seconds=3600), truncate (bytes=N), replace (file=PATH).
        """
        if action not in file_server.ACTIONS:
            raise LabError(f"The mirror knows no fault {action!r}: choose one of {', '.join(file_server.ACTIONS)}.")
        faults = json.loads(self._faults.read_text()) if self._faults.exists() else {}
        write(self._faults, json.dumps({**faults, part: {"action": action, **details}}, default=os.fspath))

    def heal(self) -> None:
        """End all faults."""
        self._faults.unlink(missing_ok=True)
