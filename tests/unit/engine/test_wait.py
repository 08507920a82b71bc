# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.wait import wait_until


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.now, self.pauses = 0.0, []

    def read(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("good_at", "timeout", "interval", "ok", "pauses"),
    [
        (1, 0, 2, True, []),
        (2, 0, 2, False, []),
        (1, 10, 2, True, []),
        (3, 10, 2, True, [2, 2]),
        (9, 5, 2, False, [2, 2, 1]),
        (4, 5, 2, True, [2, 2, 1]),
        (9, 5, 60, False, [5]),
        (9, 0.1, 0, False, [0.05, 0.05]),
    ],
)
def test_it_looks_until_it_is_good_or_the_time_is_over(good_at, timeout, interval, ok, pauses):
    clock, looks = Clock(), []
    waited = wait_until(lambda: looks.append(1) or len(looks), lambda seen: seen >= good_at, timeout, interval, clock=clock.read, sleep=clock.sleep)
    assert waited.ok is ok
    assert clock.pauses == pytest.approx(pauses)
    assert waited.attempts == len(looks) == waited.last
    assert waited.seconds == pytest.approx(sum(pauses))
