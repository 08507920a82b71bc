# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mirror directory: where an archive lies, where it came from, and the lock file for what the lab built itself."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from plugins.plugin_utils import releases
from tests.lab.mirror.pack import CHECKSUMS, checksum_lines, sha256_of
from tests.lab.mirror.progress import say

LOCK_HEADER = "# Digests of archives that this machine built itself. Upstream's archives have other digests.\n"
ARCHIVES = ("*.tar.gz", "*.zip")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "armv7", "i686": "386"}


def default_root() -> Path:
    """Returns the mirror directory of this user; nothing in it depends on the checkout."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "observability.stack" / "mirror"


def host_arch() -> str:
    """Returns upstream's name of this machine's architecture."""
    machine = platform.machine()
    return MACHINES.get(machine, machine)


@dataclass(frozen=True)
class Release:
    """One archive of one program: what the lock says about it."""

    program: str
    version: str
    arch: str
    url: str
    checksums_url: str
    members: tuple[str, ...]  # names in the archive
    digest: str  # upstream's, or empty when the lock has none
    installed: dict[str, str] = field(default_factory=dict)  # {name in the archive: name on the host} where they differ

    @property
    def name(self) -> str:
        """The archive's file name."""
        return self.url.rsplit("/", 1)[1]

    @property
    def top(self) -> str:
        """The one directory inside the archive."""
        return self.name.removesuffix(".tar.gz").removesuffix(".zip")

    def __str__(self) -> str:
        return f"{self.program} {self.version} ({self.arch})"


@dataclass(frozen=True)
class Built:
    """The record of an archive that this machine built."""

    program: str
    version: str
    arch: str
    path: str  # below the mirror directory
    sha256: str
    row: str  # Build.digest of the row that made it
    seconds: float


class Store:
    """A mirror directory laid out as upstream's addresses are, below the host name."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_root()
        self.lab_lock = self.root / "lab.lock.yml"
        self.notes = self.root / ".built"

    def path(self, url: str) -> Path:
        """Returns where the file of an upstream address lies in the mirror."""
        return self.root / releases.without_scheme(url)

    def note(self, release: Release) -> Path:
        """Returns the path of the record of a lab-built archive."""
        return self.notes / f"{release.name}.json"

    def built(self) -> list[Built]:
        """Returns the records of all lab-built archives."""
        return [Built(**json.loads(note.read_text())) for note in sorted(self.notes.glob("*.json"))]

    def is_built(self, release: Release, row: str) -> bool:
        """Says whether the archive is there, undamaged, and was built from the row with this digest."""
        for known in self.built():
            if known.row == row and self.root / known.path == self.path(release.url):
                return self.path(release.url).exists() and sha256_of(self.path(release.url)) == known.sha256
        return False

    def remember(self, release: Release, row: str, seconds: float) -> None:
        """Records a finished build, renews the checksum file beside it and the lab's lock file."""
        archive = self.path(release.url)
        place = str(archive.relative_to(self.root))
        known = Built(release.program, release.version, release.arch, place, sha256_of(archive), row, round(seconds, 1))
        write(self.note(release), json.dumps(asdict(known), indent=1) + "\n")
        digests = {file.name: sha256_of(file) for pattern in ARCHIVES for file in archive.parent.glob(pattern)}
        sums = self.path(release.checksums_url)
        # A checksum file of one archive alone is upstream's; what the lab packs in its place is in the lab's lock file.
        write(sums if not sums.name.startswith(archive.name) else archive.parent / CHECKSUMS, checksum_lines(digests))
        self.write_lab_lock()

    def forget_builds(self, release: Release) -> None:
        """Removes what the lab built for a release before upstream's own files take the place.

        A release directory is either upstream's or the lab's: one checksum file serves all its archives.
        """
        for known in self.built():
            if (known.program, known.version) == (release.program, release.version):
                (self.root / known.path).unlink(missing_ok=True)
                (self.notes / f"{Path(known.path).name}.json").unlink()
        self.write_lab_lock()

    def write_lab_lock(self) -> None:
        """Writes the lock file that names the digest of every lab-built archive in the mirror, and nothing else."""
        programs: dict[str, Any] = {}
        for known in self.built():
            versions = programs.setdefault(known.program, {"digests": {}})["digests"]
            versions.setdefault(known.version, {})[known.arch] = known.sha256
        body = yaml.safe_dump({"format": 1, "programs": programs})
        write(self.lab_lock, f"---\n{LOCK_HEADER}{body}")

    def knows_its_own(self) -> bool:
        """Says whether the lock file names all that was built here: a fill may have been ended before it wrote it."""
        text = self.lab_lock.read_text() if self.lab_lock.exists() else ""
        return all(known.sha256 in text for known in self.built())

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Holds the mirror: one linker needs gigabytes, so two builds at once would starve the machine."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another process fills the mirror; waiting for it")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def write(path: Path, text: str) -> None:
    """Writes a text file by rename, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)
