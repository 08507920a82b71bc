# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a sync will do: everything is read, checked and planned, and nothing is written."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Mapping, Sequence

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..engine.connection import Clients
from ..engine.errors import Failure
from ..engine.kind import Kind, Orders
from ..engine.plan import CREATE, DELETE, Change
from .module import checked
from .registry import KINDS
from .sync_content import Entry
from .sync_folders import Tree
from .sync_marks import refuse_foreign, with_mark
from .sync_prune import Rights, keep_full_folders
from .sync_references import References, refuse
from .sync_secrets import fill_in, refuse_missing

# Kinds whose objects others name by a number that they have once they are made.
NUMBERED = {"user", "organization", "team", "service_account"}
# Kinds that are a property of other objects.
ON_OBJECTS = {"permissions"}


@dataclass
class Wishes:
    """How a sync is to be done.

    :ivar options: the module's own, for kinds that look at them.
    """

    rights: Rights
    update_secrets: str = "on_create"
    secrets: Mapping[str, Any] = field(default_factory=dict)
    strict: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)


def wishes_of(params: Mapping[str, Any]) -> Wishes:
    """What the options of the module mean."""
    return Wishes(
        rights=Rights(params["prune"], params["owner"] or "", params["scope"]),
        update_secrets=params["update_secrets"],
        secrets=params["secrets"],
        strict=params["missing_references"] == "error",
        options=params,
    )


@dataclass
class Plan:
    """What will happen: for each kind the changes, and for each change the place that asks for it."""

    changes: dict[str, list[Change]] = field(default_factory=dict)
    gone: dict[str, list[Change]] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def all(self) -> list[tuple[str, Change]]:
        """Every change with its kind, in the order in which they are made: removals last, and the other way round."""
        made = [(kind, one) for kind, changes in self.changes.items() for one in changes]
        return made + [(kind, one) for kind in reversed(list(self.gone)) for one in reversed(self.gone[kind])]


@contextlib.contextmanager
def saying_where(sources: Sequence[str], words: str = "") -> Iterator[None]:
    """A failure begins with the file or variable that it is about, where it knows the number of the object."""
    try:
        yield
    except Failure as error:
        if error.number is None or error.number >= len(sources):
            raise Failure(f"{words}{error}") from error
        raise Failure(f"{sources[error.number]}: {error}") from error


def prepared(api: Any, entries: Iterable[Entry], wishes: Wishes, clients: Clients) -> dict[str, list[Entry]]:
    """The entries of each kind, in the order of kinds: checked, with the values of secrets, and in folders that have uids.

    :raises Failure: when something is wrong in itself, is described twice, or refers to what is nowhere.
    """
    clients.hide(list(wishes.secrets.values()))
    by_kind: dict[str, list[Entry]] = {name: [] for name in KINDS}
    for one in entries:
        by_kind[one.kind].append(one)
    for name, described in by_kind.items():
        check(KINDS[name], described, wishes, clients)
    place_all(api, by_kind)
    for name, described in by_kind.items():
        refuse_twice(KINDS[name], described)
    return by_kind


def check(kind: Kind, entries: list[Entry], wishes: Wishes, clients: Clients) -> None:
    """Check the options of each object."""
    validator = ArgumentSpecValidator(kind.resource.argument_spec())
    for one in entries:
        fill_in(one, wishes.secrets)
        clients.hide(kind.secrets(one.wanted))
        one.wanted = checked(kind, one.wanted, f"{one.source}: ", clients, validator)


def place_all(api: Any, by_kind: dict[str, list[Entry]]) -> None:
    """Give each folder its uid, and each object that lies in one the uid of its folder."""
    kind = KINDS["folder"]
    lying = [name for name in KINDS if name != kind.name and "folder_uid" in KINDS[name].resource.all_fields()]
    inside = [one for name in lying for one in by_kind[name] if one.directory is not None or one.wanted.get("folder")]
    if not by_kind["folder"] and not inside:
        return
    tree = Tree(map(kind.resource.options_form, kind.everything(api)))
    by_kind["folder"] = tree.settle(by_kind["folder"])
    for one in inside:
        tree.place(one)


def refuse_twice(kind: Kind, entries: list[Entry]) -> None:
    """Refuse two descriptions of one object, naming both."""
    seen: dict[Any, Entry] = {}
    for one in entries:
        wanted = {**one.named_inside, **one.wanted}
        with saying_where([one.source]):
            key = kind.key(wanted) if kind.resource.identity_of(wanted) else None
        if key is not None and key in seen:
            raise Failure(f"{one.source}: the {kind.resource.label(wanted)} is described twice, also in {seen[key].source}.")
        seen[key] = one


def plan(api: Any, by_kind: dict[str, list[Entry]], wishes: Wishes) -> Plan:
    """What will happen, nothing of it done.

    :raises Failure: when something cannot be done, as far as that can be known.
    """
    made = Plan()
    check_references(api, by_kind, wishes, made)
    pairs: list[tuple[Entry, Change]] = []
    for name, kind in KINDS.items():
        entries = by_kind[name]
        if entries or wishes.rights.concerns(kind):
            new = {other for other, changes in made.changes.items() if any(one.action == CREATE for one in changes)}
            api.pretend(bool(names_late(kind) & new))
            changes = plan_kind(api, kind, entries, wishes, made)
            pairs += list(zip(entries, changes))
            api.expect(kind, changes)
    api.pretend(False)
    refuse_missing(pairs, wishes.update_secrets == "always")
    if made.gone.get("folder"):
        all_changes = {name: made.changes[name] + made.gone[name] for name in made.changes}
        made.gone["folder"], kept = keep_full_folders(api, all_changes, bool(wishes.options.get("force_delete_rules")))
        made.warnings += kept
    return made


def plan_kind(api: Any, kind: Kind, entries: Sequence[Entry], wishes: Wishes, made: Plan) -> list[Change]:
    """What will happen to the objects of one kind, noted in the plan."""
    orders = orders_for(kind, wishes)
    with saying_where([one.source for one in entries], f"{kind.name}: "):
        changes = kind.plan(api, [with_mark(kind, one.wanted, wishes.rights.owner) for one in entries], orders)
    if not wishes.options.get("take_over"):
        for entry, change in zip(entries, changes):
            refuse_foreign(kind, change, wishes.rights.owner, entry.source)
    made.changes[kind.name] = [one for one in changes if one.action != DELETE]
    made.gone[kind.name] = [one for one in changes if one.action == DELETE]
    made.warnings += [words for words in orders.warnings if words not in made.warnings]
    made.sources.update((id(change), entry.source) for entry, change in zip(entries, changes))
    return changes


def plan_again(api: Any, kind: Kind, entries: Sequence[Entry], wishes: Wishes, made: Plan) -> list[Change]:
    """What is really to be done to the objects of a kind, which could only be guessed at before others were made.

    The plan stays as it was: it tells the difference between what there was before the run and what there is after it.
    """
    now = Plan()
    api.pretend(False)
    plan_kind(api, kind, entries, wishes, now)
    made.sources.update(now.sources)
    return now.changes[kind.name]


def names_late(kind: Kind) -> set[str]:
    """The kinds whose objects must be there before objects of this kind can be planned for good."""
    needed = set(kind.resource.after)
    return needed if kind.name in ON_OBJECTS else NUMBERED & needed.union(*(KINDS[one].resource.after for one in needed if one in KINDS))


def orders_for(kind: Kind, wishes: Wishes) -> Orders:
    """How one kind is to be treated."""
    rights = wishes.rights
    return Orders(update_secrets=wishes.update_secrets, purge=rights.concerns(kind), may_go=rights.may_go(kind), options=wishes.options)


def check_references(api: Any, by_kind: dict[str, list[Entry]], wishes: Wishes, made: Plan) -> None:
    """Refuse references that lead nowhere, or warn of them."""

    def everything(name: str) -> list[dict[str, Any]]:
        return [KINDS[name].names(one) for one in KINDS[name].everything(api)]

    problems = References([one for entries in by_kind.values() for one in entries], everything).problems()
    if wishes.strict:
        refuse(problems)
    made.warnings += problems
