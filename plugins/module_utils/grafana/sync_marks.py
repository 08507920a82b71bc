# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose an object is: a mark on it that a sync of the same owner finds again. Not every kind has a place for one."""

from __future__ import annotations

from typing import Any, Mapping

from ..engine.errors import Failure
from ..engine.kind import Kind
from ..engine.plan import Change

MARK = "observabilityStackOwner"
FREE = "json_data"  # an option for whatever else the object may hold


def bears_mark(kind: Kind) -> bool:
    """Whether objects of this kind have a place for a mark: an option of their own, or a mapping that keeps what it is given.

    A plugin has such a mapping only when it is an app, and lists do not tell it.
    """
    return kind.name != "plugin" and bool({"owner", FREE} & set(kind.resource.all_fields()))


def with_mark(kind: Kind, wanted: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """A wanted object with the mark of its owner."""
    if not owner or not bears_mark(kind):
        return dict(wanted)
    if "owner" in kind.resource.all_fields():
        return {**wanted, "owner": owner}
    return {**wanted, FREE: {**(wanted.get(FREE) or {}), MARK: owner}}


def owner_of(had: Mapping[str, Any]) -> str | None:
    """Whose mark an object (as options) bears."""
    free = had.get(FREE)
    found = had.get("owner") or (free.get(MARK) if isinstance(free, dict) else None)
    return None if found is None else str(found)


def refuse_foreign(kind: Kind, change: Change, owner: str, source: str) -> None:
    """Refuse to take what bears another owner's mark: the two would take turns. Kinds with an option of their own see to it themselves.

    :raises Failure: it names the owner, and ``source``, which describes the object here.
    """
    if not owner or not change.writes or not bears_mark(kind) or FREE not in kind.resource.all_fields():
        return
    other = owner_of(kind.resource.options_form(change.found or {}))
    if other not in (None, owner):
        raise Failure(f"{source}: the {change.label} belongs to {other!r}, not to {owner!r}. Set take_over to take it.")


def without_mark(options: dict[str, Any]) -> dict[str, Any]:
    """An exported object without a mark: whoever makes it is its owner."""
    free = {key: value for key, value in (options.get(FREE) or {}).items() if key != MARK}
    plain = {key: value for key, value in options.items() if key not in ("owner", FREE)}
    return {**plain, **({FREE: free} if free else {})}
