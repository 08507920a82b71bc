# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a value is as wanted, and what it becomes: what the user did not say is kept.

Two rules hold for all values and carry everything else (tests/unit/engine/test_plan.py proves them): ``merged`` covers what is
wanted, and where ``equal`` holds nothing is rewritten.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence

from .field import Field


def equal(one: Field, wanted: Any, had: Any) -> bool:
    """Whether a field is as wanted."""
    wanted, had = one.normalise(wanted), one.normalise(had)
    if one.keyed_by:
        rows, there = by_key(wanted, one.keyed_by), by_key(had, one.keyed_by)
        return len(wanted or []) == len(had or []) and set(rows) == set(there) and covers(there, rows)
    if one.unordered:
        return same_set(had or [], wanted or [])
    if one.type == "dict" and one.whole:
        return same(had or {}, wanted)
    if one.type == "dict":
        return covers(had or {}, wanted, one.explicit)
    return covers(had, wanted, one.explicit)


def merged(one: Field, wanted: Any, had: Any) -> Any:
    """The value that the field will have: what is there where it is as wanted, else what is wanted over what is there."""
    if had is not None and equal(one, wanted, had):
        return had
    if one.keyed_by and isinstance(had, list):
        rows = by_key(had, one.keyed_by)
        return [overlay(rows.get(str(row.get(one.keyed_by)), {}), row) for row in wanted]
    if one.type == "dict" and not one.whole and isinstance(wanted, dict):
        return overlay(had if isinstance(had, dict) else {}, wanted)
    return wanted


def overlay(had: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """had with wanted's keys, mapping by mapping; a key that is wanted to be None goes."""
    result = dict(had)
    for key, value in wanted.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            inner = result.get(key)
            result[key] = overlay(inner if isinstance(inner, dict) else {}, value)
        else:
            result[key] = value
    return result


def covers(had: Any, wanted: Any, explicit: bool = False) -> bool:
    """Whether everything that is wanted is there already; what is there besides does not matter.

    :param explicit: what is left out is not the same as empty or false.
    """
    if had is None:
        return wanted is None if explicit else nothing(wanted)
    if isinstance(wanted, dict):
        if not isinstance(had, dict):
            return False
        return all(had.get(key) is None if value is None else covers(had.get(key), value, explicit) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(had, list) and len(had) == len(wanted) and all(covers(had[place], value, explicit) for place, value in enumerate(wanted))
    return bool(wanted == had)


def nothing(wanted: Any) -> bool:
    """Whether a wanted value is what an API leaves out because it is empty; a mapping of such values is, too."""
    if isinstance(wanted, dict):
        return all(map(nothing, wanted.values()))
    return wanted in (None, "", [], False)


def same(had: Any, wanted: Any) -> bool:
    """Whether a mapping is the wanted one, and nothing besides; what is empty may be left out."""
    if isinstance(wanted, dict) and isinstance(had, dict):
        return all(same(had.get(key), wanted.get(key)) for key in {**had, **wanted})
    if isinstance(wanted, list) and isinstance(had, list):
        return len(had) == len(wanted) and all(map(same, had, wanted))
    return bool(had == wanted) or (nothing(had) and nothing(wanted) and (had is None or wanted is None))


def same_set(had: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether two lists hold the same in any order; mappings in them may hold more than is wanted."""
    if len(had) != len(wanted):
        return False
    if not any(isinstance(one, (dict, list)) for one in wanted):
        return sorted(map(written, had)) == sorted(map(written, wanted))
    taken: dict[int, int] = {}  # which wanted row has taken which row that is there
    return all(_place(row, wanted, had, taken, set()) for row in range(len(wanted)))


def _place(row: int, wanted: Sequence[Any], had: Sequence[Any], taken: dict[int, int], tried: set[int]) -> bool:
    """Find a place for a wanted row, if need be by moving others to places that suit them as well."""
    for place, value in enumerate(had):
        if place in tried or not covers(value, wanted[row]):
            continue
        tried.add(place)
        if place not in taken or _place(taken[place], wanted, had, taken, tried):
            taken[place] = row
            return True
    return False


def written(value: Any) -> str:
    """A value as text that does not depend on the order of a mapping's keys."""
    return json.dumps(value, sort_keys=True, default=str)


def by_key(rows: Any, key: str) -> dict[str, Any]:
    """The mappings of a list by the value of one key of theirs."""
    return {str(row.get(key)): row for row in rows or []}
