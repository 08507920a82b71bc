# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times and matchers of silences: read in the forms that people and programs write. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, Mapping

from ..engine.errors import Failure
from .alerting import milliseconds

TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)D)?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
MATCHER = re.compile(r"\s*([^\s=!~]+)\s*(=~|!~|!=|=)\s*(.*?)\s*$", re.DOTALL)
OPERATORS = {"=": (False, True), "!=": (False, False), "=~": (True, True), "!~": (True, False)}
NAMES = {"name": "name", "value": "value", "isregex": "isRegex", "isequal": "isEqual"}


def moment(value: Any) -> datetime:
    """A time in RFC 3339; without a zone it is UTC.

    :raises Failure: when it is none.
    """
    found = TIME.fullmatch(str(value).strip())
    if not found:
        raise Failure(f"{value!r} is no time such as 2026-07-29T08:45:00Z.")
    day, clock, fraction, zone = found.groups()
    zone = "+00:00" if zone in (None, "Z", "z") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    clock = clock if clock.count(":") == 2 else clock + ":00"
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{zone}")
    except ValueError:
        raise Failure(f"{value!r} is no time such as 2026-07-29T08:45:00Z.") from None
    return whole + timedelta(seconds=float(fraction or 0))


def written(when: datetime) -> str:
    """A time as the API takes it."""
    when = when.astimezone(timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


def length(value: Any) -> timedelta:
    """How long ``2h30m``, a number of seconds or ``PT2H30M`` is.

    :raises Failure: when it is no duration, or none at all.
    """
    text = str(value).strip()
    found = ISO.fullmatch(text)
    if found and any(found.groups()):
        weeks, days, more, hours, minutes, seconds = (int(one or 0) for one in found.groups())
        result = timedelta(weeks=weeks, days=days + more, hours=hours, minutes=minutes, seconds=seconds)
    else:
        result = timedelta(milliseconds=milliseconds(text) or 0)
    if not result:
        raise Failure(f"{value!r} is no duration such as 2h, 1d or PT2H.")
    return result


def matcher(value: Any) -> dict[str, Any]:
    """A matcher in the API's form, from that form or from a text such as ``team=~"a|b"``.

    :raises Failure: when it is none.
    """
    if isinstance(value, Mapping):
        plain = {NAMES.get(str(key).replace("_", "").lower(), str(key)): inner for key, inner in value.items()}
        strange = sorted(set(plain) - set(NAMES.values()))
        if not strange and plain.get("name") and plain.get("value") is not None:
            told = {"isRegex": _true(plain.get("isRegex", False)), "isEqual": _true(plain.get("isEqual", True))}
            return {**told, "name": str(plain["name"]), "value": str(plain["value"])}
    found = MATCHER.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Failure(f"{value!r} is no matcher such as alertname=Down, or one with name, value, isRegex and isEqual.")
    regex, equal = OPERATORS[found.group(2)]
    text = found.group(3)
    return {"isRegex": regex, "isEqual": equal, "name": found.group(1), "value": text[1:-1] if text[:1] == text[-1:] == '"' and len(text) > 1 else text}


def _true(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1", "on")


def what(matchers: Any) -> frozenset[tuple[Any, ...]]:
    """What matchers silence, so that it can be compared."""
    return frozenset((one["name"], one["value"], one["isRegex"], one["isEqual"]) for one in map(matcher, matchers or []))
