# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waiting until something holds, with a bound."""

from __future__ import annotations

import time
from typing import Any, Callable, NamedTuple


class Waited(NamedTuple):
    """How a wait ended: the last look, whether it was good enough, seconds spent and looks taken."""

    last: Any
    ok: bool
    seconds: float
    attempts: int


def wait_until(
    look: Callable[[], Any],
    good: Callable[[Any], bool],
    timeout: float,
    interval: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Waited:
    """Look at once and then every ``interval`` seconds until ``good(look())`` or ``timeout`` seconds have passed.

    A timeout of 0 looks once. The last look is never later than the timeout, so that a slow interval loses nothing.
    """
    begin = clock()
    attempts = 0
    while True:
        last = look()
        attempts += 1
        spent = clock() - begin
        if good(last) or spent >= timeout:
            return Waited(last, good(last), round(spent, 2), attempts)
        sleep(min(max(interval, 0.05), timeout - spent))
