# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Spans of time as systemd reads them (systemd.time(7))."""

from __future__ import annotations

import re

_UNITS = {
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
}
_PART = re.compile(r"\s*(\d+)\s*([a-z]*)")


def seconds(text: object) -> int:
    """Return the seconds of a span such as 600, "90s" or "1min 30s"; "infinity" is 0, as for systemd's timeouts.

    Raises ValueError, a sentence, for what is no such span.
    """
    span = str(text).strip().lower()
    if span == "infinity":
        return 0
    parts = _PART.findall(span)
    if not span or _PART.sub("", span) or any(unit not in _UNITS for _number, unit in parts):
        raise ValueError("%r is no span of time: write seconds, or such as 90s, 5min or 1min 30s" % str(text))
    return sum(int(number) * _UNITS[unit] for number, unit in parts)
