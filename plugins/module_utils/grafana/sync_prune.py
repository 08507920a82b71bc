# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a sync may remove: what bears its owner's mark, or is in an explicit scope; and no folder with something in it that stays."""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.kind import Kind
from ..engine.plan import DELETE, Change
from ..engine.resource import Listing
from .module import in_scope
from .order import plural
from .registry import KINDS
from .sync_content import kind_called
from .sync_marks import bears_mark, owner_of

# What keeps a folder: kind, how all of them are listed, where one says its folder, and what it is called.
KEEPERS = (
    ("dashboard", Listing("/api/search", paged=True, page_size=5000, params={"type": "dash-db", "sort": "alpha-asc"}), "folderUid", "title"),
    ("library_panel", Listing("/api/library-elements", rows="result.elements", paged=True, page_size=500, size_word="perPage"), "folderUid", "name"),
    ("alert rule", Listing("/api/v1/provisioning/alert-rules"), "folderUID", "title"),
)

FOLDER_KEYS = ("folder_uid", "folderUid", "folderUID", "parentUid")


class Rights:
    """What may be removed.

    :ivar scope: {kind: patterns} for kinds that have no place for a mark.
    """

    def __init__(self, prune: bool, owner: str, scope: Mapping[str, Any]) -> None:
        self.prune, self.owner = prune, owner
        self.scope = {kind_called(str(word), "scope"): [str(one) for one in patterns or []] for word, patterns in scope.items()}
        marked = [plural(name) for name in self.scope if bears_mark(KINDS[name])]
        if marked:
            raise Failure(f"scope is for kinds that cannot bear the mark of an owner. These do, and are removed by it alone: {', '.join(marked)}.")
        if prune and not owner and not self.scope:
            raise Failure("prune needs an owner, whose mark the objects bear, or a scope. Without them nobody can tell what is yours to remove.")

    def concerns(self, kind: Kind) -> bool:
        """Whether objects of this kind may be removed."""
        return self.prune and (bool(self.owner) if bears_mark(kind) else kind.name in self.scope)

    def may_go(self, kind: Kind) -> Callable[[Mapping[str, Any]], bool]:
        """What tells of an object (as options) whether it may be removed."""
        if bears_mark(kind):
            return lambda had: owner_of(had) == self.owner
        return lambda had: in_scope(kind, had, self.scope.get(kind.name, []))


def keep_full_folders(api: Any, plans: Mapping[str, Sequence[Change]], rules_go: bool = False) -> tuple[list[Change], list[str]]:
    """Removals of folders, parents first, without those that hold something that stays; and a sentence for each of these.

    :param plans: all changes by kind.
    :param rules_go: whether alert rules go with their folder.
    """
    going = {str((one.found or {}).get("uid")): one for one in plans.get("folder", ()) if one.action == DELETE}
    if not going:
        return [], []
    leaving, entered = movements(plans)
    full = {uid: f"the {name}" for uid, name in contents(api, leaving, KEEPERS[:-1] if rules_go else KEEPERS)}
    full.update(dict.fromkeys(entered, "what this run puts there"))
    for had in KINDS["folder"].everything(api):
        options = KINDS["folder"].resource.options_form(had)
        if options["uid"] not in going and options.get("parent_uid"):
            full[options["parent_uid"]] = f"the folder {options['title']}"
    order = parents_first(going)
    for uid in reversed(order):
        parent = parent_uid(going[uid])
        if uid in full and parent:
            full.setdefault(parent, f"the {going[uid].label}")
    words = "The {} stays: {} is in it, which this run does not remove."
    return [going[uid] for uid in order if uid not in full], [words.format(going[uid].label, full[uid]) for uid in order if uid in full]


def movements(plans: Mapping[str, Sequence[Change]]) -> tuple[set[str], set[str]]:
    """(uids, or folders and names, of what leaves its folder or goes wholly; uids of the folders that something is put into)."""
    leaving: set[str] = set()
    entered: set[str] = set()
    for changes in plans.values():
        for one in changes:
            into = {str(one.body[key]) for key in FOLDER_KEYS if one.body.get(key)} if one.body else set()
            if one.action == DELETE or into:
                found = one.found or {}
                leaving |= {str(found.get("uid")), f"{found.get('folderUid')}/{found.get('title')}"}
            entered |= into
    return leaving, entered


def contents(api: Any, leaving: set[str], keepers: Sequence[tuple[str, Listing, str, str]]) -> list[tuple[str, str]]:
    """(uid of a folder, name of something in it) for everything that does not leave it."""
    found = []
    for words, listing, place, name in keepers:
        for row in rows(api, listing):
            # The API knows rules by their uids, and a change of them by the name of their group.
            if row.get(place) and not leaving & {str(row.get("uid")), f"{row[place]}/{row.get('ruleGroup')}"}:
                found.append((str(row[place]), f"{words.replace('_', ' ')} {row.get(name)}"))
    return found


def rows(api: Any, listing: Listing) -> list[dict[str, Any]]:
    """All rows of a list."""
    outer, _dot, inner = listing.rows.partition(".")
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        params = {**listing.params, **({"page": page, listing.size_word: listing.page_size} if listing.paged else {})}
        answer = api.get(listing.path, params or None)
        for key in (outer, inner):
            answer = answer.get(key) if key and answer else answer
        found += answer or []
        if not listing.paged or len(answer or []) < listing.page_size:
            return found
        page += 1


def parent_uid(change: Change) -> str:
    """The uid of the folder around one that is to be removed."""
    return str(KINDS["folder"].resource.options_form(change.found or {}).get("parent_uid") or "")


def parents_first(going: Mapping[str, Change]) -> list[str]:
    """The uids in an order in which no folder comes before the one around it."""

    def depth(uid: str) -> int:
        parent, steps = parent_uid(going[uid]), 0
        while parent in going and steps < len(going):
            parent, steps = parent_uid(going[parent]), steps + 1
        return steps

    return sorted(going, key=lambda uid: (depth(uid), uid))
