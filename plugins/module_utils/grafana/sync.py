# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many kinds of objects at once: planned as a whole, then carried out in the order in which they need each other."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Sequence

from ..engine.connection import Clients
from ..engine.errors import Failure
from ..engine.orders import ApplyError
from ..engine.plan import CREATE, Change
from .module import PAST, diff_of
from .registry import KINDS
from .sync_content import Entry
from .sync_plan import Plan, Wishes, names_late, plan, plan_again, prepared
from .sync_reading import Foreseeing


def carry_out(api: Any, by_kind: Mapping[str, Sequence[Entry]], made: Plan, wishes: Wishes) -> None:
    """Do what was planned, kind by kind, then the removals the other way round.

    :raises Failure: with the place that asked for what failed, and how far it came; the next run goes on from there.
    """
    progress = Progress(made)
    new: set[str] = set()
    for name, changes in made.changes.items():
        late = names_late(KINDS[name]) & new
        todo = [one for one in (plan_again(api, KINDS[name], by_kind[name], wishes, made) if late else changes) if one.writes]
        progress.run(KINDS[name].apply_all, api, todo)
        new |= {name} if any(one.action == CREATE for one in todo) else set()
    for name in reversed(list(made.gone)):
        if made.gone[name]:
            progress.run(KINDS[name].carry_out, api, made.gone[name])


class Progress:
    """Runs steps, and says of one that fails where it came from and how many changes were made before it."""

    def __init__(self, made: Plan) -> None:
        self._made, self._done = made, 0
        self._planned = sum(1 for _kind, one in made.all() if one.writes)

    def run(self, step: Callable[[Any, list[Change]], Any], api: Any, changes: list[Change]) -> None:
        """Make changes by a step of a kind."""
        try:
            step(api, changes)
        except ApplyError as error:
            source = self._made.sources.get(id(error.change))
            where = f"{source}: " if source else ""
            far = f"{self._done + error.written} of {self._planned} changes were made before; run again to go on."
            raise failed(f"{where}Could not {error.change.action} the {error.change.label}: {error.reason} {far}", error) from error
        self._done += len(changes)


def failed(words: str, error: ApplyError) -> Failure:
    """A failure that keeps the status of the answer."""
    found = Failure(words)
    found.status = error.status  # type: ignore[attr-defined]
    return found


def synced(api: Any, entries: Iterable[Entry], wishes: Wishes, clients: Clients) -> dict[str, Any]:
    """Bring everything about, or in check mode say what would be done: the result of the module."""
    entries = list(entries)
    if wishes.rights.prune and not entries:
        raise Failure("Nothing at all is described, and prune would remove everything that is yours. Check src and content.")
    reading = Foreseeing(api)
    by_kind = prepared(reading, entries, wishes, clients)
    made = plan(reading, by_kind, wishes)
    if not api.read_only:
        carry_out(reading, by_kind, made, wishes)
    return result(made)


def result(made: Plan) -> dict[str, Any]:
    """What the module returns."""
    everything = made.all()
    summary: dict[str, dict[str, int]] = {}
    for kind, one in everything:
        summary.setdefault(kind, dict.fromkeys(PAST.values(), 0))[PAST[one.action]] += 1
    changes = [
        {"kind": kind, "object": one.label, "action": PAST[one.action], "reasons": one.reasons, "source": made.sources.get(id(one))}
        for kind, one in everything
        if one.writes
    ]
    return {
        "changed": bool(changes),
        "diff": diff_of([one for _kind, one in everything]),
        "summary": summary,
        "changes": changes,
        "warnings_of_server": made.warnings,
    }
