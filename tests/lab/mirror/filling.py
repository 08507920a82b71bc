# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fills the mirror: from upstream where that answers, from source otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plugins.plugin_utils import releases
from tests.doubles.grafana import pack as grafana
from tests.lab.mirror import generated, gobuild, upstream
from tests.lab.mirror.builds import BUILDS, Generated, StandIn
from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.pack import sha256_of
from tests.lab.mirror.progress import say
from tests.lab.mirror.store import Release, Store, host_arch

LOCK = str(Path(__file__).parents[3] / "versions.lock.yml")
METHODS = ("any", "upstream", "build")


def fill(wanted: Sequence[str] = (), *, arch: str = "", method: str = "any", root: Path | None = None) -> Store:
    """Sees to it that the mirror has the archives of `wanted` and returns it.

    `wanted` are names like "prometheus" (the lock's version) or "prometheus@3.14.0"; none means every program.
    `arch` is upstream's name, this machine's by default. `method` is "any", "upstream" or "build".
    Raises MirrorError with the way out when a program can neither be fetched nor built.
    """
    store = Store(root)
    chosen = [find(name, arch or host_arch()) for name in wanted or list(releases.load_lock(LOCK))]
    there = [what_is_there(store, release, method) for release in chosen]
    if all(there) and store.knows_its_own():
        for words in there:
            say(words)
        return store  # another process may be building something else for minutes
    with store.exclusive():
        for release in chosen:
            method = obtain(store, release, method)
        store.write_lab_lock()
    return store


def find(wanted: str, arch: str) -> Release:
    """Returns what the lock says about "program" or "program@version" for one architecture."""
    program, _, version = wanted.partition("@")
    try:
        programs = releases.load_lock(LOCK)
        row = releases.find_program(programs, program)
        release = releases.clean_version(program, version, row["version"])
        found = {entry["arch"]: entry for entry in releases.archives(program, release, LOCK)}
    except releases.ReleaseError as error:
        raise MirrorError(str(error)) from error
    if arch not in found:
        raise MirrorError(f"{program} has no release for {arch!r}; known: {', '.join(found)}.")
    sums = f"{row['home']}/{row['checksums']}".format(version=release, arch=arch)
    digest = releases.known_digest(program, release, arch, [programs])
    members = found[arch]["members"]
    renamed = members if isinstance(members, dict) else {}
    return Release(program, release, arch, found[arch]["url"], sums, tuple(members), digest, renamed)


def obtain(store: Store, release: Release, method: str) -> str:
    """Gets one archive into the mirror unless it is there already.

    Returns the method for the next one: in a closed network only the first waits for upstream.
    """
    if there := what_is_there(store, release, method):
        say(there)
        return method
    row = BUILDS.get(release.program)
    stamp = stamp_of(release)
    if method != "build":
        try:
            upstream.fetch(store, release)
            return method
        except upstream.Unreachable as reason:
            if method == "upstream" or row is None:
                raise MirrorError(f"{release} cannot be fetched: {reason}") from reason
            say(f"{release}: not to be had from upstream ({reason})")
            method = "build" if reason.closed else method
    if row is None:
        raise MirrorError(f"Nothing says how to build {release.program}; add its row to tests/lab/mirror/builds.py.")
    if isinstance(row, StandIn):
        say(f"{release}: a stand-in for tests is packed in its place; see docs/grafana-contract.md")
        grafana.pack(store.path(release.url).parent, release.version, release.arch)
        store.remember(release, stamp, 0.0)
    elif isinstance(row, Generated):
        store.remember(release, stamp, generated.build(store, row, release))
    else:
        store.remember(release, stamp, gobuild.build(store, row, release))
    return method


def stamp_of(release: Release) -> str:
    """Returns a hash of how the release is built here, "" when nothing says how."""
    row = BUILDS.get(release.program)
    return row.digest(release.version, release.arch) if row else ""


def what_is_there(store: Store, release: Release, method: str) -> str:
    """Tells of an archive that the mirror has in the way that is wanted, "" when it has to be got."""
    if is_upstream(store, release):
        return f"{release}: there, upstream's own"
    stamp = stamp_of(release)
    if method != "upstream" and stamp and store.is_built(release, stamp):
        return f"{release}: there, built before"
    return ""


def is_upstream(store: Store, release: Release) -> bool:
    """Says whether the mirror has upstream's archive: no build left it, and its digest is the published one."""
    archive, sums = store.path(release.url), store.path(release.checksums_url)
    if not archive.exists() or not sums.exists() or store.note(release).exists():
        return False
    digest = sha256_of(archive)
    return releases.published_digest(sums.read_text(), release.name) == digest and release.digest in ("", digest)
