# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a service has written: a link does not undo a database migration, so data decide whether we may go back."""
from __future__ import annotations

import os

from .errors import ServiceError
from .fs import copy_tree, free_bytes, remove, remove_leftovers, sync_dir
from .plan import version_key

SNAPSHOT = ".snapshot-generation-"


def tree_size(path: str) -> int:
    """Return the bytes below a path."""
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _dirs, names in os.walk(path) for name in names)


def snapshot(paths: list, label: str) -> dict:
    """Copy the data of a stopped service beside itself; return {path: copy}.

    :raises ServiceError: when there is no room for the copy (nothing is left behind).
    """
    made = {}
    for path in (one for one in paths if os.path.isdir(one)):
        copy = path.rstrip("/") + SNAPSHOT + label
        size, free = tree_size(path), free_bytes(path)
        if size * 1.05 > free:
            raise ServiceError("There is no room for a snapshot of %s: it has %d MiB, %d MiB are free." % (
                path, size >> 20, free >> 20), "Free space, or say data.rollback: refuse when you have a backup.")
        remove(copy)
        copy_tree(path, copy)
        made[path] = copy
    return made


def restore(snapshots: dict) -> None:
    """Put snapshots back (the service is stopped): the newer data are set aside first, then removed.

    A killed restore is finished by doing it again: a snapshot that is no longer there is in its place already.
    """
    for path, copy in snapshots.items():
        aside = path.rstrip("/") + ".newer"
        if os.path.isdir(copy):
            if os.path.isdir(path):
                remove(aside)
                os.rename(path, aside)
            os.rename(copy, path)
            sync_dir(os.path.dirname(path.rstrip("/")))
        remove(aside)


def remove_snapshots(paths: list) -> None:
    """Remove every snapshot beside these directories: they are proven, or a killed run left it."""
    for path in paths:
        folder, name = os.path.split(path.rstrip("/"))
        remove_leftovers(folder, name + SNAPSHOT)


def may_go_back(policy: dict, old: str | None, new: str | None, snapshots: dict) -> str:
    """Return an empty text when the old version may run on what the new one left, else the reason why not."""
    if old == new or not policy.get("paths") or snapshots:
        return ""
    if policy.get("rollback", "safe") != "safe":
        return "%s has already started on the data that %s wrote, and the description says rollback: %s" % (
            new, old, policy.get("rollback"))
    floor = policy.get("floor")
    if floor and old and version_key(old) < version_key(floor) <= version_key(new or ""):
        return "%s cannot read what %s may have written (it needs at least %s)" % (old, new, floor)
    return ""
