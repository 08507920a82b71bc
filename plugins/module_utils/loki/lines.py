# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines as loki_push's parameters give them, in the shape of Loki's API. No I/O."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from ..engine.errors import Failure

SECONDS = re.compile(r"\d{1,10}(\.\d+)?")
NANOSECONDS = re.compile(r"\d{11,}")
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def stream_of(labels: dict[str, Any], lines: list[Any], now: int) -> dict[str, Any]:
    """{stream, values} of lines that are texts, or mappings of line, timestamp and metadata.

    Lines without a time of their own get ``now`` (nanoseconds), each a nanosecond later than the one before, so that they keep their order.
    """
    if not labels:
        raise Failure("The lines have no labels. Give at least one, such as {job: deployments}: Loki finds lines by their labels.")
    wrong = [name for name in labels if not LABEL.fullmatch(str(name))]
    if wrong:
        raise Failure(f"'{wrong[0]}' is not the name of a label: it may have letters, digits and underscores.")
    values = [_value(one, now + number) for number, one in enumerate(lines)]
    return {"stream": {str(name): str(value) for name, value in labels.items()}, "values": values}


def nanoseconds(given: Any) -> int:
    """Unix nanoseconds of a time: RFC 3339, Unix seconds or nanoseconds; Failure with a sentence for anything else."""
    text = str(given).strip()
    if NANOSECONDS.fullmatch(text):
        return int(text)
    if SECONDS.fullmatch(text):
        whole, _dot, fraction = text.partition(".")
        return int(whole) * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
    try:
        # Python 3.8 does not read the letter Z.
        moment = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
    except ValueError:
        raise Failure(f"'{text}' is not a time; write for instance 2026-01-31T12:00:00Z or Unix seconds.") from None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)) - EPOCH
    return (since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000


def _value(one: Any, now: int) -> list[Any]:
    if not isinstance(one, dict):
        return [str(now), str(one)]
    unknown = sorted(set(one) - {"line", "timestamp", "metadata"})
    if unknown or "line" not in one:
        raise Failure("A line is a text, or a mapping of line, timestamp and metadata; " + (f"'{unknown[0]}' is unknown." if unknown else "line is missing."))
    when = nanoseconds(one["timestamp"]) if one.get("timestamp") else now
    value = [str(when), str(one["line"])]
    metadata = {str(name): str(text) for name, text in (one.get("metadata") or {}).items()}
    return [*value, metadata] if metadata else value
