# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of many objects is meant by which description; never one by two, never two by one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Callable, Iterable, Mapping, Sequence

from .errors import Failure
from .resource import Resource


class Index:
    """Objects by their names, so that some are found among thousands without comparing each with each.

    :param names: gives the values of an object's identities by option.
    """

    def __init__(self, resource: Resource, there: Iterable[dict[str, Any]], names: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        self._resource, self._there = resource, list(there)
        self._named: list[Mapping[str, Any]] | None = None
        self._names = names
        self._by: dict[str, dict[str, list[dict[str, Any]]]] = {}

    def candidates(self, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The objects that share the first part of the identity that is wanted."""
        identity = self._resource.identity_of(wanted)
        if not identity:
            return []
        form = next(one.normalise for one in self._resource.fields if one.name == identity[0])
        if identity[0] not in self._by:
            self._by[identity[0]] = self._sorted_by(identity[0], form)
        return self._by[identity[0]].get(str(form(wanted[identity[0]])), [])

    def _sorted_by(self, name: str, form: Callable[[Any], Any]) -> dict[str, list[dict[str, Any]]]:
        if self._named is None:
            self._named = [self._names(one) for one in self._there]
        table: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one, named in zip(self._there, self._named):
            if named.get(name) is not None:
                table[str(form(named[name]))].append(one)
        return table


def one_by_one(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    """The results of ``work``; a failure tells in ``number`` which of the described objects it is about."""
    results = []
    for number, one in enumerate(items):
        try:
            results.append(work(one))
        except Failure as error:
            error.number = number
            raise
    return results


def refuse_twice(kind: Any, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Refuse two descriptions of the same name (``kind.key`` tells)."""
    seen: set[Any] = set()

    def note(one: Mapping[str, Any]) -> None:
        key = kind.key(one)
        if key in seen:
            raise Failure(f"{kind.resource.label(one)} is described twice.")
        seen.add(key)

    one_by_one(note, wanted)


def refuse_shared(kind: Any, wanted: Sequence[Mapping[str, Any]], matches: Sequence[dict[str, Any] | None]) -> set[int]:
    """The ids of the objects that are meant by somebody; by two, one of whom says another of its names, is an error."""
    claimed: dict[int, Mapping[str, Any]] = {}

    def note(pair: tuple[Mapping[str, Any], dict[str, Any] | None]) -> None:
        one, found = pair
        if found is not None and id(found) in claimed:
            raise Failure(f"{kind.resource.label(one)} and {kind.resource.label(claimed[id(found)])} are the same object.")
        if found is not None:
            claimed[id(found)] = one

    one_by_one(note, zip(wanted, matches))
    return set(claimed)
