# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One kind of object on one server: looked at, planned, written, exported.

Everything here follows from the kind's row (resource.py). A kind whose API needs more is a subclass that replaces one of the
methods; modules and sync know no other difference between kinds.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from . import plan as planning
from .compare import written
from .errors import ClientError, Failure
from .identity import Index, one_by_one, refuse_shared, refuse_twice
from .orders import ApplyError, Orders
from .parallel import each
from .plan import CREATE, DELETE, UPDATE, Change
from .reading import get_or_none, list_all, same_name
from .resource import Resource, fill


class Kind:
    """A kind of object, with what the engine does with it.

    :cvar ordered: objects are written one after the other, as they are described.
    :ivar api: what subclasses and this class expect of the API: ``json(verb, path, **options)``, ``get(path, params)`` and
        ``read_only``.
    """

    ordered = False

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    @property
    def name(self) -> str:
        """The kind's name."""
        return self.resource.kind

    def secrets(self, given: Mapping[str, Any]) -> list[Any]:
        """The values in an object as the user wrote it, not yet checked, that nobody may see."""
        return [value for name, value in given.items() if name in self.resource.secret_names()]

    # -- looking ------------------------------------------------------------------------------------------------------

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """All objects, as the API's list shows them."""
        return list_all(api, self.resource)

    def read(self, api: Any, found: dict[str, Any]) -> dict[str, Any]:
        """An object of the list as ``item`` tells it; the same where the list tells everything."""
        if self.resource.listing.complete:
            return found
        path = next(iter(self.resource.direct.values()))
        return api.get(fill(path, self.resource.options_form(found), found))

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The object that is there for one wanted, or None."""
        for identity in self.resource.identities:
            if identity != self.resource.identity_of(wanted):
                continue
            if len(identity) == 1 and identity[0] in self.resource.direct:
                return get_or_none(api, fill(self.resource.direct[identity[0]], wanted))
            found = self.match(wanted, self.everything(api))
            return self.read(api, found) if found is not None else None
        raise Failure(f"{self.resource.words}: name one by {' or '.join(' and '.join(one) for one in self.resource.identities)}.")

    def match(self, wanted: Mapping[str, Any], there: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
        """The one of several objects that is meant.

        :raises Failure: when several are meant.
        """
        found = [one for one in there if self.is_meant(wanted, one)]
        if len(found) > 1:
            raise Failure(f"There are {len(found)} of {self.resource.label(wanted)}. Say which one by {self.resource.identities[0][0]}.")
        return found[0] if found else None

    def is_meant(self, wanted: Mapping[str, Any], found: dict[str, Any]) -> bool:
        """Whether an object has the identity that is wanted."""
        had = self.names(found)
        identity = self.resource.identity_of(wanted)
        forms = {one.name: one.normalise for one in self.resource.fields if one.name in identity}
        return bool(identity) and all(same_name(forms[name](had.get(name)), forms[name](wanted[name])) for name in identity)

    def names(self, found: dict[str, Any]) -> dict[str, Any]:
        """The values of an object's identities, by option; here with all others, elsewhere perhaps at less cost."""
        return self.resource.options_form(found)

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """What two descriptions of the same object have in common."""
        return self.resource.label(wanted)

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """(what is there for each wanted object, what is there besides): with one request where one suffices."""
        if len(wanted) == 1 and not besides:
            return [self.find(api, wanted[0])], []
        there = self.everything(api)
        index = Index(self.resource, there, self.names)
        matches = one_by_one(lambda one: self.match(one, index.candidates(one)), wanted)
        claimed = refuse_shared(self, wanted, matches)
        rest = [one for one in there if id(one) not in claimed]
        return each(lambda one: None if one is None else self.read(api, one), matches), rest

    # -- planning -----------------------------------------------------------------------------------------------------

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """What will happen to each wanted object, and to what nobody describes when that may go."""
        wanted = one_by_one(lambda one: self.complete(api, one, orders), wanted)
        refuse_twice(self, wanted)
        found, rest = self.look(api, wanted, orders.purge)
        if orders.state == "absent":
            return [planning.plan_absent(self.resource, one, had) for one, had in zip(wanted, found)]
        changes = one_by_one(lambda pair: self.plan_one(api, pair[0], pair[1], orders), list(zip(wanted, found)))
        going = [one for one in rest if orders.may_go(self.resource.options_form(one))] if orders.purge else []
        return changes + planning.plan_purge(self.resource, going)

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """A wanted object with what its options leave to be looked up (a folder's title to its uid)."""
        return wanted

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """What will happen to one wanted object."""
        return planning.plan_present(self.resource, wanted, found, orders.update_secrets)

    # -- writing ------------------------------------------------------------------------------------------------------

    def apply_all(self, api: Any, changes: Sequence[Change]) -> list[dict[str, Any]]:
        """Carry all changes out and, where a kind has more to do, what follows from them.

        :raises ApplyError: as carry_out.
        """
        return self.carry_out(api, changes)

    def carry_out(self, api: Any, changes: Sequence[Change]) -> list[dict[str, Any]]:
        """Carry changes out and nothing else: several at a time unless the kind is ``ordered``; removals come last, the last described first.

        :raises ApplyError: with how far it came; what was written stays, and the next run goes on from there.
        """
        written: list[Change] = []

        def one(change: Change) -> dict[str, Any]:
            try:
                result = self.apply(api, change)
            except Failure as error:
                raise ApplyError(change, error, len(written), len(changes)) from error
            written.append(change)
            return result

        made = [change for change in changes if change.action != DELETE]
        gone = [change for change in changes if change.action == DELETE][::-1]
        results: dict[int, dict[str, Any]] = {}
        for part in (made, gone):
            results.update(zip(map(id, part), [one(change) for change in part] if self.ordered else each(one, part)))
        return [results[id(change)] for change in changes]

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Carry one change out and return the object as it is now ({} when it is gone). In check mode: as it would be."""
        if not change.writes:
            return change.found or {}
        if api.read_only:
            return {} if change.action == DELETE else {**(change.found or {}), **(change.body or {})}
        return {CREATE: self.create, UPDATE: self.update, DELETE: self.delete}[change.action](api, change)

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make the object."""
        verb, path = self.resource.create
        answer = api.json(verb, fill(path, change.wanted), json=change.body)
        return self.written(change, answer)

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Change the object; where the API cannot, replace it."""
        if self.resource.update is None:
            self.delete(api, change)
            return self.create(api, change)
        verb, path = self.resource.update
        answer = api.json(verb, fill(path, change.found or {}, change.wanted), json=change.body)
        return self.written(change, answer)

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """Remove the object; one that is gone already is no error."""
        verb, path = self.resource.delete
        try:
            api.json(verb, fill(path, change.found or {}, change.wanted))
        except ClientError as error:
            if error.status != 404:
                raise
        return {}

    def written(self, change: Change, answer: Any) -> dict[str, Any]:
        """The object as it is after a write: what was there, what was sent, what the answer tells."""
        told = answer if isinstance(answer, dict) else {}
        told = told.get(self.resource.reply, told) if self.resource.reply else told
        return {**(change.found or {}), **(change.body or {}), **told}

    # -- telling ------------------------------------------------------------------------------------------------------

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """An object as the module returns it: the API's own, without secrets."""
        return found

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """Further keys of the result of a module that was given one object."""
        return {}

    # -- exporting ----------------------------------------------------------------------------------------------------

    def export(self, api: Any) -> list[dict[str, Any]]:
        """All objects in the form in which ``items`` takes them; secrets are not among it."""
        there = each(lambda one: self.read(api, one), self.everything(api))
        return [self.exported(one) for one in there]

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """One object as options, without what is empty; a list whose order means nothing comes in an order of its own."""
        had = self.resource.options_form(found)
        loose = {one.name for one in self.resource.fields_of(had) if one.unordered or one.keyed_by}
        told = {name: sorted(value, key=written) if name in loose else value for name, value in had.items()}
        return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def reconcile(kind: Kind, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> tuple[list[Change], list[dict[str, Any]]]:
    """Plan and carry out: (changes, the objects after them in the same order)."""
    changes = kind.plan(api, wanted, orders)
    todo = [one for one in changes if one.writes]
    results = dict(zip(map(id, todo), kind.apply_all(api, todo)))
    return changes, [results[id(one)] if one.writes else one.found or {} for one in changes]
