# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders of a sync: every one gets a uid before anything is written, so that what lies in it can be planned and checked as well."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Iterable, Mapping

from ..engine.errors import Failure
from .folder import ROOT_UIDS
from .sync_content import Entry

LONGEST_UID = 40


class Tree:
    """Folders that are there and folders that are described, by uid and by their place.

    :param there: the server's folders as options ({uid, title, parent_uid}).
    """

    def __init__(self, there: Iterable[Mapping[str, Any]]) -> None:
        self.uids: set[str] = set()
        self.directories: dict[str, str] = {"": ""}
        self._at: dict[tuple[str, str], list[str]] = {}
        for one in there:
            self._add(one)

    def _add(self, one: Mapping[str, Any]) -> None:
        self.uids.add(str(one["uid"]))
        same = self._at.setdefault((parent_of(one), str(one["title"]).strip()), [])
        if one["uid"] not in same:
            same.append(str(one["uid"]))

    def settle(self, folders: list[Entry]) -> list[Entry]:
        """The described folders with their own and their parents' uids, parents first.

        :raises Failure: when a parent is nowhere, or a folder would stand in itself.
        """
        done: list[Entry] = []
        for one in folders:
            if one.wanted.get("uid"):
                self.uids.add(one.wanted["uid"])
        waiting = list(folders)
        while waiting:
            ready = [one for one in waiting if self._settled(one, waiting)]
            if not ready:
                raise Failure(f"{waiting[0].source}: the {waiting[0].label} is to stand in a folder that is neither described nor on the server, or in itself.")
            done += ready
            waiting = [one for one in waiting if one not in ready]
        return done

    def _settled(self, one: Entry, waiting: list[Entry]) -> bool:
        """Give a folder its uids, once its parent has them."""
        parent = self._parent(one, waiting)
        if parent is None:
            return False
        title = str(one.wanted.get("title", "")).strip()
        plain = {name: value for name, value in one.wanted.items() if name != "parent"}
        own = plain.get("uid") or self._known(parent, title, one) or made_uid(parent, title)
        one.wanted = {**plain, "uid": own, **({"parent_uid": parent} if said_parent(one) else {})}
        self._add({"uid": own, "title": title, "parent_uid": parent})
        if one.directory is not None:
            self.directories[one.directory] = own
        return True

    def _parent(self, one: Entry, waiting: list[Entry]) -> str | None:
        """The uid of the folder around one; None as long as it is not known."""
        if one.wanted.get("parent"):
            return self.at_path(str(one.wanted["parent"]), one.source)
        if one.directory is not None and "parent_uid" not in one.wanted:
            return self.directories.get(one.directory.rpartition("/")[0])
        parent = parent_of(one.wanted)
        pending = any(other.wanted.get("uid") == parent for other in waiting)
        return parent if not parent or (parent in self.uids and not pending) else None

    def _known(self, parent: str, title: str, one: Entry) -> str | None:
        same = self._at.get((parent, title), [])
        if len(same) > 1:
            raise Failure(f"{one.source}: there are {len(same)} folders called {title!r} in one place. Say which one by uid.")
        return same[0] if same else None

    def at_path(self, path: str, source: str) -> str | None:
        """The uid of the folder that a path of titles leads to, or a uid; None when there is none.

        :raises Failure: when several folders have that place.
        """
        uid = ""
        for title in [part.strip() for part in path.split("/") if part.strip()]:
            same = self._at.get((uid, title), [])
            if len(same) > 1:
                raise Failure(f"{source}: there are {len(same)} folders called {title!r} in one place. Say which one by uid.")
            if not same:
                return path if path in self.uids else None
            uid = same[0]
        return uid

    def place(self, one: Entry) -> None:
        """Put something that lies in a folder there: by its directory, or by the folder's title, path or uid."""
        wanted = one.wanted
        if one.directory is not None and wanted.get("folder") is None and wanted.get("folder_uid") is None:
            one.wanted = {**wanted, "folder_uid": self.directories[one.directory]}
        elif wanted.get("folder") and not wanted.get("parent_folder"):
            uid = self.at_path(str(wanted["folder"]), one.source)
            if uid:
                one.wanted = {**{name: value for name, value in wanted.items() if name != "folder"}, "folder_uid": uid}


def parent_of(folder: Mapping[str, Any]) -> str:
    """The uid of the folder around one, empty at the top."""
    parent = folder.get("parent_uid") or ""
    return "" if parent in ROOT_UIDS else str(parent)


def said_parent(one: Entry) -> bool:
    """Whether somebody says where the folder is to stand; otherwise it is not moved."""
    return one.directory is not None or "parent_uid" in one.wanted or bool(one.wanted.get("parent"))


def made_uid(parent: str, title: str) -> str:
    """A uid for a new folder that is the same on every server: readable, and of its own for each place."""
    readable = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[: LONGEST_UID - 9]
    digest = hashlib.sha256(f"{parent}/{title}".encode()).hexdigest()[:8]
    return f"{readable}-{digest}" if readable else digest
