# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kinds in the order in which they are written, and their names for several objects."""

from __future__ import annotations

from typing import Iterable

from ..engine.kind import Kind


def in_order(kinds: Iterable[Kind]) -> dict[str, Kind]:
    """{name: kind}, each after the kinds that its row names in ``after``, else as given.

    :raises ValueError: when two kinds have one name, or kinds wait for each other; at import, so that every test finds it.
    """
    waiting: dict[str, Kind] = {}
    for kind in kinds:
        if kind.name in waiting:
            raise ValueError(f"two kinds are called {kind.name}")
        waiting[kind.name] = kind
    ordered: dict[str, Kind] = {}
    while waiting:
        ready = [name for name, kind in waiting.items() if not set(kind.resource.after) & set(waiting)]
        if not ready:
            raise ValueError(f"these kinds wait for each other: {', '.join(waiting)}")
        ordered[ready[0]] = waiting.pop(ready[0])
    return ordered


def plural(name: str) -> str:
    """What several objects of a kind are called in files and variables."""
    if name.endswith("s"):
        return name
    return name[:-1] + "ies" if name.endswith("y") else name + "s"
