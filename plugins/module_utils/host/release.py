# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs under the release root: found, staged, referenced, removed.

A release directory is written once and never changed. It carries ``release.json`` with the digest of every archive it
came from and the size and time of every program, so that a later run can tell without reading them whether they are whole.
"""
from __future__ import annotations

import json
import os
import tempfile

from . import archive as archives_
from .download import TRIES, check, expected_digest, fetch, file_name, no_space, pinned_digest
from .errors import ServiceError
from .fs import remove, remove_empty, remove_leftovers, sha256_file, sync_dir, sync_tree

RECORD = "release.json"
STAGING = ".staging-"
_ARCHES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armv7", "armv6l": "armv6", "i686": "386", "i386": "386"}


def host_arch() -> str:
    """Return this machine's architecture in the names of Go's releases."""
    machine = os.uname().machine
    return _ARCHES.get(machine, machine)


def for_arch(archives: list, arch: str) -> list:
    """Return the archives that this architecture needs.

    :raises ServiceError: when the description has archives, but none for this architecture.
    """
    chosen = [one for one in archives if not one.get("arch") or one["arch"] == arch]
    if archives and not chosen:
        known = ", ".join(sorted({one["arch"] for one in archives}))
        raise ServiceError("There is no archive for this host's architecture %s (known: %s)." % (arch, known),
                           "Add its URL and checksum to the lock file, or name it by the role's *_binary_url.")
    return chosen


def member_map(one: dict) -> dict:
    """Return {name in the archive: name on the host} of an archive's members."""
    members = one.get("members") or {}
    return dict(members) if isinstance(members, dict) else {name: os.path.basename(name) for name in members}


def find(releases: str, version: str, archives: list) -> str | None:
    """Return the directory in which this release is installed whole, or None."""
    if not os.path.isdir(releases):
        return None
    for name in sorted(os.listdir(releases)):
        path = os.path.join(releases, name)
        record = _record(path)
        if record and record.get("version") == version and _satisfies(record, archives) and _whole(path, record):
            return path
    return None


def _record(path: str) -> dict | None:
    try:
        with open(os.path.join(path, RECORD), encoding="utf-8") as handle:
            return json.load(handle)
    except (OSError, ValueError):
        return None


def _satisfies(record: dict, archives: list) -> bool:
    """Tell whether a record came from these archives: same file, same members and, where pinned, the same digest."""
    if len(record.get("archives", ())) != len(archives):
        return False
    for one, had in zip(archives, record["archives"]):
        digest = pinned_digest(one["checksum"])
        if had["file"] != file_name(one["url"]) or had["members"] != member_map(one):
            return False
        if digest and digest != had["sha256"]:
            return False
    return True


def _whole(path: str, record: dict) -> bool:
    for name, had in record.get("programs", {}).items():
        try:
            info = os.lstat(os.path.join(path, name))
        except OSError:
            return False
        if (info.st_size, info.st_mtime_ns) != (had["size"], had["mtime_ns"]):
            return False
    return True


def stage(releases: str, version: str, archives: list, local: dict, timeout: float, tries: int = TRIES) -> str:
    """Download, check and unpack a release beside the others, then rename it into place.

    :param local: {file name: path} of archives that the controller already brought.
    :returns: the new release directory.
    :raises ServiceError: the staging directory is removed then, and nothing else was touched.
    """
    os.makedirs(releases, mode=0o755, exist_ok=True)
    remove_leftovers(releases, STAGING)
    work = tempfile.mkdtemp(prefix=STAGING, dir=releases)
    try:
        os.chmod(work, 0o755)
        tree = os.path.join(work, "tree")
        os.mkdir(tree, 0o755)
        had = [_stage_one(one, work, tree, local, timeout, tries) for one in archives]
        _write_record(tree, version, had)
        sync_tree(tree)
        return _place(releases, version, tree, had)
    except OSError as exc:
        if exc.errno == 28:
            raise no_space(work, exc) from exc
        raise
    finally:
        remove(work)
        for path in (releases, os.path.dirname(releases)):
            remove_empty(path)


def _stage_one(one: dict, work: str, tree: str, local: dict, timeout: float, tries: int) -> dict:
    name = file_name(one["url"])
    path = local.get(name)
    if path:
        digest = pinned_digest(one["checksum"]) or ""
        check(path, digest, one["url"])
    else:
        path = os.path.join(work, name)
        digest = expected_digest(one["checksum"], name, timeout, tries)
        fetch(one["url"], digest, path, timeout, tries)
    members = member_map(one)
    archives_.unpack(path, name, tree, members)
    if path.startswith(work):
        os.unlink(path)
    return {"file": name, "sha256": digest, "members": members}


def _write_record(tree: str, version: str, had: list) -> None:
    programs = {}
    for folder, _dirs, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            info = os.lstat(path)
            if not os.path.islink(path) and info.st_mode & 0o111:
                programs[os.path.relpath(path, tree)] = {
                    "size": info.st_size, "mtime_ns": info.st_mtime_ns, "sha256": sha256_file(path)}
    with open(os.path.join(tree, RECORD), "w", encoding="utf-8") as handle:
        json.dump({"format": 1, "version": version, "archives": had, "programs": programs}, handle, indent=1, sort_keys=True)


def _place(releases: str, version: str, tree: str, had: list) -> str:
    """Rename the finished tree to the version's name; another content of the same version gets a longer name."""
    target = os.path.join(releases, version)
    if os.path.lexists(target):
        target = "%s-%s" % (target, had[0]["sha256"][:8])
    count = 1
    base = target
    while os.path.lexists(target):
        count += 1
        target = "%s.%d" % (base, count)
    os.rename(tree, target)
    sync_dir(releases)
    return target


def remove_unreferenced(releases: str, referenced: set) -> list:
    """Remove release directories that no generation of any unit links to; return their names."""
    gone = []
    for name in sorted(os.listdir(releases)) if os.path.isdir(releases) else []:
        path = os.path.join(releases, name)
        if path not in referenced:
            remove(path)
            gone.append(name)
    remove_empty(releases)
    return gone
