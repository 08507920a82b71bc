# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A generation: one numbered directory with the configuration tree, the unit's body and the link to the release.

```
/etc/<name>/generations/7/config/...            the configuration tree
                        /unit.d/50-...conf      the unit's body
                        /release -> /opt/...    the programs
                        /generation.json        what it is made of, and the probe that proves it
```
``/etc/<name>/current`` links to one of them, and everything else leads through ``current``: the swap is one rename.
"""
from __future__ import annotations

import grp
import json
import os
import pwd
import stat
import tempfile

from .accounts import gid_of, uid_of
from .fs import naming, remove, sha256_file, sync_dir, sync_tree, write_file
from .layout import DROPIN_NAME, Layout

RECORD = "generation.json"
STAGING = ".staging-"
UNIT_FILE = "unit.d/" + DROPIN_NAME


def current_number(layout: Layout) -> int | None:
    """Return the number of the generation that ``current`` leads to."""
    try:
        name = os.path.basename(os.readlink(layout.current))
    except OSError:
        return None
    return int(name) if name.isdigit() and os.path.isdir(layout.generation(int(name))) else None


def numbers(layout: Layout) -> list:
    """Return the numbers of all generations, oldest first."""
    if not os.path.isdir(layout.generations):
        return []
    return sorted(int(name) for name in os.listdir(layout.generations) if name.isdigit())


def read_record(layout: Layout, number: int | None) -> dict:
    """Return what a generation's record says; an empty one when there is none."""
    try:
        with open(os.path.join(layout.generation(number or 0), RECORD), encoding="utf-8") as handle:
            return json.load(handle) if number is not None else {}
    except (OSError, ValueError):
        return {}


def tree_files(path: str) -> dict:
    """Return {relative path: {sha256, mode, owner, group}} of what really lies in a generation (by hand edits included)."""
    return {**files_below(os.path.join(path, "config"), "config"), **files_below(os.path.join(path, "unit.d"), "unit.d")}


def files_below(top: str, label: str) -> dict:
    """Return {path: {sha256, mode, owner, group}} of a file or of all files in a tree, with label in the place of top."""
    places = [os.path.join(folder, name) for folder, _dirs, names in os.walk(top) for name in names]
    found = {}
    for place in places if os.path.isdir(top) else [top]:
        info = os.lstat(place)
        name = os.path.normpath(os.path.join(label, os.path.relpath(place, top)))
        found[name] = {"sha256": sha256_file(place) if stat.S_ISREG(info.st_mode) else "",
                       "mode": "%04o" % stat.S_IMODE(info.st_mode), "owner": _user(info.st_uid), "group": _group(info.st_gid)}
    return found


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def stage(parent: str, files: list, bodies, release: str | None, record: dict, owners: bool = True) -> str:
    """Write a generation beside the others and make it durable.

    :param parent: where the staging directory is made.
    :param files: dictionaries of path (``config/...`` or ``unit.d/...``), sha256, mode, owner, group.
    :param bodies: gives the bytes of a digest.
    :param owners: False in check mode, where the accounts may not exist yet.
    :returns: the staging directory.
    """
    os.makedirs(parent, mode=0o755, exist_ok=True)
    work = tempfile.mkdtemp(prefix=STAGING, dir=parent)
    try:
        os.chmod(work, 0o755)
        for top in ("config", "unit.d"):
            os.mkdir(os.path.join(work, top), 0o755)
        for one in files:
            path = os.path.join(work, one["path"])
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            uid, gid = (uid_of(one["owner"]), gid_of(one["group"])) if owners else (0, 0)
            _write(path, bodies(one["sha256"]), int(one["mode"], 8), uid, gid)
        if release:
            os.symlink(release, os.path.join(work, "release"))
        write_file(os.path.join(work, RECORD), json.dumps(record, indent=1, sort_keys=True).encode(), 0o600)
        sync_tree(work)
        return work
    except BaseException:
        remove(work)
        raise


def _write(path: str, data: bytes, mode: int, uid: int, gid: int) -> None:
    """Write one staged file; sync_tree makes it durable together with the others."""
    with naming(path), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(data)
        os.fchown(stream.fileno(), uid, gid)
        os.fchmod(stream.fileno(), mode)


def place(layout: Layout, work: str, number: int) -> None:
    """Give a staged generation its number."""
    os.rename(work, layout.generation(number))
    sync_dir(layout.generations)


def prune(layout: Layout, keep: int) -> list:
    """Remove old generations, keeping the current one and as many earlier ones as asked; return their numbers."""
    current = current_number(layout)
    others = [number for number in numbers(layout) if number != current]
    gone = others[:max(0, len(others) - keep)]
    for number in gone:
        remove(layout.generation(number))
    return gone
