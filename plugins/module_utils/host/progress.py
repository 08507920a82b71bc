# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a run is: named, timed, and visible on the host while it lasts."""
from __future__ import annotations

import contextlib
import os
import signal
import time

# Fault tests set this to the name of a point at which the process kills itself, as a power loss would.
KILL_AT = "OBSERVABILITY_STACK_KILL_AT"


class Progress:
    """Times the phases of a run.

    :param path: a file under /run that holds the current phase, for people who wait.
    """

    def __init__(self, path: str):
        self.path = path
        self.seconds: dict = {}
        self._name, self._began = "", 0.0

    @contextlib.contextmanager
    def phase(self, name: str):
        """Time one phase."""
        self._name, self._began = name, time.monotonic()
        self.point(name)
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self.path), mode=0o755, exist_ok=True)
            with open(self.path, "w", encoding="ascii") as handle:
                handle.write(name + "\n")
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - self._began, 3)

    def point(self, name: str) -> None:
        """Mark a point between two steps."""
        if os.environ.get(KILL_AT) == name:
            os.kill(os.getpid(), signal.SIGKILL)

    def close(self) -> None:
        """Take the file away."""
        with contextlib.suppress(OSError):
            os.unlink(self.path)
