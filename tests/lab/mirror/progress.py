# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One line now and then, so that nobody wonders whether a long step still runs."""

from __future__ import annotations

import sys
import time

PLAIN_INTERVAL = 15.0  # seconds between lines in a log
TTY_INTERVAL = 1.0


def say(text: str) -> None:
    """Prints one line of progress at once, also when the output is a file."""
    sys.stdout.write(f"[mirror] {text}\n")
    sys.stdout.flush()


class Ticker:
    """Reports a running step: a line that renews itself on a terminal, a line every 15 seconds elsewhere."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.start = self.last = time.monotonic()
        self.tty = sys.stdout.isatty()

    @property
    def elapsed(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self.start

    def tick(self, detail: str = "") -> None:
        """Reports when it is time to; call it as often as you like."""
        now = time.monotonic()
        if now - self.last < (TTY_INTERVAL if self.tty else PLAIN_INTERVAL):
            return
        self.last = now
        text = f"{self.what}: {self.elapsed:.0f} s{', ' + detail if detail else ''}"
        if self.tty:
            sys.stdout.write(f"\r\033[K[mirror] {text}")
            sys.stdout.flush()
        else:
            say(text)

    def done(self, result: str) -> None:
        """Ends the step with its result and duration."""
        if self.tty:
            sys.stdout.write("\r\033[K")
        say(f"{self.what}: {result} ({self.elapsed:.0f} s)")
