# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Durations as Prometheus writes them: 90s is 1m30s, 120m is 2h."""

from __future__ import annotations

import re

UNITS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
# Years, weeks and days are written only when nothing is left over.
WHOLE = ("y", "w", "d")
FORM = re.compile("".join(rf"(?:(\d+){unit})?" for unit in UNITS))


def read(text: object) -> int:
    """Return a duration in milliseconds; ValueError when the text is none."""
    if text == "0":
        return 0
    found = FORM.fullmatch(text) if isinstance(text, str) and text else None
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    return sum(int(number or 0) * size for number, size in zip(found.groups(), UNITS.values(), strict=True))


def write(milliseconds: int) -> str:
    """Return a duration as Prometheus writes it."""
    if not milliseconds:
        return "0s"
    text = ""
    for unit, size in UNITS.items():
        if unit in WHOLE and milliseconds % size:
            continue
        count, milliseconds = divmod(milliseconds, size)
        text += f"{count}{unit}" if count else ""
    return text


def normal(text: object) -> str:
    """Return a duration in its normal form."""
    return write(read(text))
