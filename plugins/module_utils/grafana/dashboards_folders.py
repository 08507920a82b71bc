# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folders that a set of dashboards is spread over: found by their paths of titles, and made where they are missing."""

from __future__ import annotations

from typing import Any, Iterable

from ..engine.errors import Failure
from ..engine.plan import CREATE, Change
from .folder import FOLDER, Folders, level, parent_of

NEW = "to be made: "  # what stands for the uid of a folder that is not there yet

Path = tuple  # titles, from the top


class Tree:
    """All folders of an organisation, read with one request when the first is asked for.

    :ivar changes: the folders to be made, parents first.
    """

    def __init__(self, api: Any, root: str) -> None:
        self._api, self._root = api, root
        self._kind = Folders(FOLDER)
        self._children: dict[tuple[str, str], list[str]] = {}
        self._rows: dict[str, dict[str, Any]] = {}
        self._checked: set[str] = set()
        self._made: dict[str, str] = {}
        self._read = False
        self.changes: list[Change] = []

    def _note(self, rows: Iterable[dict[str, Any]], parent: str | None) -> None:
        for row in rows:
            above = parent if parent is not None else parent_of(row)
            known = self._children.setdefault((above, row["title"]), [])
            if row["uid"] not in known:
                known.append(row["uid"])
            self._rows[row["uid"]] = {"title": row["title"], "above": above}

    def uid(self, titles: Path) -> str:
        """The uid of the folder that a path leads to, or what stands for it until it is made.

        :raises Failure: when several folders have one of the titles.
        """
        here = self._root
        if titles and not self._read:
            self._read = True
            self._note(self._kind.everything(self._api), None)
        for number, title in enumerate(titles, 1):
            found = self._children.get((here, title), [])
            if not found and not here.startswith(NEW) and here not in self._checked:
                # The search may lag behind; a second folder of the same title would be worse than a request.
                self._checked.add(here)
                self._note(level(self._api, here), here)
                found = self._children.get((here, title), [])
            if len(found) > 1:
                raise Failure(f"There are {len(found)} folders called {title!r} in {self.path(here)!r}. Rename one, or give folder_uid.")
            here = found[0] if found else self._plan(here, title, titles[:number])
        return here

    def _plan(self, parent: str, title: str, titles: Path) -> str:
        path = "/".join((*self._above(self._root), *titles))
        uid = NEW + path
        self._note([{"uid": uid, "title": title}], parent)
        wanted = {"title": title, **({"parent_uid": parent} if parent else {})}
        after = {"title": title, "path": path}
        self.changes.append(Change(CREATE, f"folder {path}", {**wanted, "stands_for": uid}, None, None, None, after, ["it is not there"]))
        return uid

    def path(self, uid: str) -> str:
        """A folder's path of titles, which is what people know it by; its uid when nobody knows it."""
        return "/".join(self._above(uid)) or uid or "General"

    def _above(self, uid: str) -> Path:
        titles: Path = ()
        while uid in self._rows:
            titles = (self._rows[uid]["title"], *titles)
            uid = self._rows[uid]["above"]
        return titles

    def make(self, change: Change) -> None:
        """Make a folder that is missing."""
        parent = self.settled(change.wanted.get("parent_uid", ""))
        change.body = {"title": change.wanted["title"], **({"parentUid": parent} if parent else {})}
        self._made[change.wanted["stands_for"]] = str(self._kind.create(self._api, change)["uid"])

    def settled(self, uid: str) -> str:
        """The uid of a folder, when it has been made by now."""
        return self._made.get(uid, uid)
