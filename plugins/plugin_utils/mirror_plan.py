# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a site's mirror must hold: which files, from where, and the lock file that pins them.

Reads lock files and the checksum files that are in the mirror already; writes nothing and asks the network nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import yaml

from . import releases

HEADER = "# Digests of what this mirror holds, written by playbook observability.stack.mirror. Name it in observability_lock_files.\n"
OTHER_NAMES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armv7", "i386": "386", "i686": "386"}


def plan(
    directory: str,
    lock_path: str,
    own_lock: str,
    *,
    programs: Sequence[str] = (),
    architectures: Sequence[str] = ("amd64", "arm64"),
    upstream: str = "",
) -> dict[str, Any]:
    """Returns {directories, checksums, archives, lock} of the mirror in `directory`.

    `programs` are "name" or "name@version"; none means every program of the collection's lock file `lock_path`.
    `checksums` are {url, path}; `archives` are {program, version, arch, url, path, digest}, where `digest` is "" while
    neither a lock nor a checksum file in the mirror tells it. `lock` is the text of `own_lock`, renewed.
    `upstream` replaces the start of upstream's addresses, as a mirror's address does.
    Raises ReleaseError when a published digest is not the pinned one: pinned by the collection, or by an earlier run.
    """
    locks = [releases.load_lock(lock_path)]
    if os.path.exists(own_lock):
        locks.append(releases.load_lock(own_lock))
    wanted = [entry.partition("@") for entry in programs or sorted(locks[0])]
    found = []
    for program, _at, version in wanted:
        row = releases.find_program(locks[0], program)
        release = releases.clean_version(program, version, row["version"])
        for arch in architectures:
            found.append(archive(directory, locks, program, row, release, known_arch(program, row, arch)))
    sums = sorted({entry["checksums_url"] for entry in found})
    return {
        "directories": sorted({os.path.dirname(entry["path"]) for entry in found}),
        "checksums": [{"url": releases.mirrored(url, upstream), "path": local(directory, url)} for url in sums],
        "archives": [{**entry, "url": releases.mirrored(entry["url"], upstream)} for entry in found],
        "lock": lock_text(locks[1] if len(locks) > 1 else {}, found),
    }


def known_arch(program: str, row: dict[str, Any], arch: str) -> str:
    """Returns `arch` when upstream builds for it; raises ReleaseError, with upstream's name for it where it has one."""
    if arch in row["architectures"]:
        return arch
    hint = f"Upstream calls it {OTHER_NAMES[arch]}." if arch in OTHER_NAMES else ""
    raise releases.ReleaseError(f"{program} has no release for architecture {arch!r}. {hint} Known: {', '.join(row['architectures'])}.")


def local(directory: str, url: str) -> str:
    """Returns where the file of an upstream address lies in the mirror."""
    return os.path.join(directory, releases.without_scheme(url))


def archive(directory: str, locks: Sequence[dict[str, Any]], program: str, row: dict[str, Any], version: str, arch: str) -> dict[str, Any]:
    """Returns one archive of the plan; its digest comes from a lock, else from the checksum file in the mirror."""
    url = f"{row['home']}/{row['archive']}".format(version=version, arch=arch)
    sums_url = f"{row['home']}/{row['checksums']}".format(version=version, arch=arch)
    pinned = releases.known_digest(program, version, arch, locks)
    published = published_digest(local(directory, sums_url), os.path.basename(url), sums_url)
    if pinned and published and pinned != published:
        raise releases.ReleaseError(
            f"{sums_url} publishes {published} for {os.path.basename(url)}, but {pinned} is pinned. Upstream's file was "
            f"replaced, or a lock file is wrong: ask an independent source, then correct the lock file, or remove "
            f"{local(directory, sums_url)} and run again."
        )
    return {
        "program": program,
        "version": version,
        "arch": arch,
        "url": url,
        "checksums_url": sums_url,
        "path": local(directory, url),
        "digest": pinned or published,
    }


def published_digest(path: str, name: str, sums_url: str) -> str:
    """Returns what the mirror's copy of a checksum file says about `name`, or "" while there is no copy."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as stream:
        digest = releases.published_digest(stream.read(), name)
    if not releases.SHA256.fullmatch(digest):
        raise releases.ReleaseError(
            f"{sums_url} (here {path}) lists no sha256 digest of {name}: upstream has no such file. "
            "Correct observability_mirror_programs or observability_mirror_architectures."
        )
    return digest


def lock_text(earlier: dict[str, Any], found: Sequence[dict[str, Any]]) -> str:
    """Returns the text of the mirror's lock file: what it pinned before, and what is known about the planned archives."""
    programs: dict[str, Any] = {}
    for program, row in earlier.items():
        programs[program] = {"digests": {version: dict(known) for version, known in row.get("digests", {}).items()}}
    for entry in found:
        if entry["digest"]:
            versions = programs.setdefault(entry["program"], {"digests": {}})["digests"]
            versions.setdefault(entry["version"], {})[entry["arch"]] = entry["digest"]
    return f"---\n{HEADER}{yaml.safe_dump({'format': releases.FORMAT, 'programs': programs})}"
