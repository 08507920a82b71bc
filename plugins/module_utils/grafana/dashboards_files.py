# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of a directory or a list: all of them read and found fit before anything is asked of a server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Callable, Iterable, Mapping, Sequence

from ..engine.errors import Failure
from .dashboard_document import Document
from .dashboard_source import from_file

SHOWN = 5  # so many faults are told of at once


@dataclass
class Described:
    """One dashboard of the set.

    :ivar where: the file, or its number in the list; folder: the titles of the folders that lead to it.
    """

    where: str
    loaded: Document
    folder: tuple[str, ...]
    options: Mapping[str, Any]

    @property
    def uid(self) -> str:
        """The uid that counts."""
        return str(self.options.get("uid") or self.loaded.uid)

    @property
    def title(self) -> str:
        """The title that counts."""
        return str(self.options.get("title") or self.loaded.title).strip()


def titles(path: str | None) -> tuple[str, ...]:
    """The titles in a path of folders; General is the top."""
    found = tuple(part.strip() for part in (path or "").split("/") if part.strip())
    return () if found in (("General",), ("general",)) else found


def of_directory(root: str, patterns: Sequence[str], folders: bool) -> list[Described]:
    """The dashboards of a directory and of those below it.

    :param folders: whether directories are folders.
    :raises Failure: when the directory or one of the files cannot be used; it names each.
    """
    if not os.path.isdir(root):
        raise Failure(f"There is no directory {root} on the host that runs the module.")
    paths = list(_files(root, patterns))
    return _all(lambda path: Described(path, from_file(path), _folder_of(root, path) if folders else (), {}), paths)


def _files(root: str, patterns: Sequence[str]) -> Iterable[str]:
    def refuse(error: OSError) -> None:
        raise Failure(f"The directory {error.filename} cannot be read: {error.strerror}.")

    for place, directories, names in os.walk(root, onerror=refuse):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and any(fnmatchcase(name, pattern) for pattern in patterns):
                yield os.path.join(place, name)


def _folder_of(root: str, path: str) -> tuple[str, ...]:
    inside = os.path.relpath(os.path.dirname(path), root)
    return () if inside == os.curdir else tuple(inside.split(os.sep))


def of_list(items: Sequence[Mapping[str, Any]], load: Callable[[Mapping[str, Any]], Document]) -> list[Described]:
    """The dashboards of a list."""

    def one(pair: tuple[int, Mapping[str, Any]]) -> Described:
        number, item = pair
        where = item.get("path") or f"dashboards, number {number}"
        try:
            return Described(where, load(item), titles(item.get("folder")), item)
        except Failure as error:
            raise Failure(f"dashboards, number {number}: {error}") from error

    return _all(one, list(enumerate(items, 1)))


def _all(load: Callable[[Any], Described], sources: Sequence[Any]) -> list[Described]:
    """What comes of all sources; their faults are told together, so that one run is enough to see them."""
    found, faults = [], []
    for source in sources:
        try:
            found.append(load(source))
        except Failure as error:
            faults.append(str(error))
    if faults:
        more = f" And {len(faults) - SHOWN} more." if len(faults) > SHOWN else ""
        raise Failure(f"Nothing was written. {' '.join(faults[:SHOWN])}{more}")
    return found


def refuse_twice(described: Sequence[Described]) -> None:
    """Refuse two descriptions of one dashboard: of the same uid, or without one and of the same title in the same folder."""
    seen: dict[Any, Described] = {}
    for one in described:
        other = seen.setdefault(("uid", one.uid) if one.uid else ("title", one.folder, one.title), one)
        if other is not one:
            same = f"uid {one.uid!r}" if one.uid else f"title {one.title!r} in the same folder, and no uid that tells them apart"
            raise Failure(f"Nothing was written. {other.where} and {one.where} have the same {same}.")
