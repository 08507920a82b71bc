# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fetches a release archive from upstream, and believes nothing that its digest does not confirm."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from plugins.plugin_utils import releases
from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.pack import sha256_of
from tests.lab.mirror.progress import Ticker
from tests.lab.mirror.store import Release, Store, write

TIMEOUT = 8  # seconds without a byte; a closed network must be noticed soon
CHUNK = 1 << 20


class Unreachable(Exception):
    """Upstream does not have the file, or (`closed`) cannot be asked at all."""

    def __init__(self, url: str, reason: object) -> None:
        answered = isinstance(reason, urllib.error.HTTPError)
        super().__init__(f"{url}: {reason if answered else getattr(reason, 'reason', reason)}")
        self.closed = isinstance(reason, OSError) and not answered


def fetch(store: Store, release: Release) -> None:
    """Puts upstream's archive and checksum file into the mirror, unless the right archive is there already.

    Raises Unreachable when upstream cannot be asked or lacks the release, MirrorError when its bytes are not what the
    checksum file or our lock says: that is never a reason to build instead.
    """
    sums_text = read(release.checksums_url)
    digest = digest_in(sums_text, release)
    archive = store.path(release.url)
    if not (archive.exists() and sha256_of(archive) == digest):
        store.forget_builds(release)
        download(release, archive, digest)
    write(store.path(release.checksums_url), sums_text)


def read(url: str) -> str:
    """Returns the text at an address."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            return str(answer.read().decode())
    except OSError as error:
        raise Unreachable(url, error) from error


def digest_in(sums: str, release: Release) -> str:
    """Returns the archive's digest from the text of a checksum file, which must agree with our lock's."""
    digest = releases.published_digest(sums, release.name)
    if not digest:
        raise Unreachable(release.checksums_url, f"does not list {release.name}")
    if release.digest and release.digest != digest:
        raise MirrorError(
            f"{release.checksums_url} says {digest} for {release.name}, but versions.lock.yml pins {release.digest}. "
            "Upstream's file was replaced, or one of them is wrong: ask an independent source before going on."
        )
    return digest


def download(release: Release, archive: Path, digest: str) -> None:
    """Streams the archive into the mirror and renames it into place only when its digest is right."""
    ticker = Ticker(f"{release}: fetching from upstream")
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(archive.name + ".part")
    try:
        with urllib.request.urlopen(release.url, timeout=TIMEOUT) as answer, part.open("wb") as sink:
            while chunk := answer.read(CHUNK):
                sink.write(chunk)
                ticker.tick(f"{sink.tell() / 1e6:.0f} MB")
    except OSError as error:
        raise Unreachable(release.url, error) from error
    if sha256_of(part) != digest:
        raise MirrorError(
            f"{release.url} has the sha256 {sha256_of(part)}, but {digest} is published. What came is kept as {part}; look at it, remove it and try again."
        )
    part.replace(archive)
    ticker.done(f"verified, {archive.stat().st_size / 1e6:.0f} MB")
