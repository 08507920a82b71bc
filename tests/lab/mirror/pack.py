# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Archives and checksum files in the form in which Prometheus' release tool (promu) makes them."""

from __future__ import annotations

import gzip
import io
import shutil
import stat
import tarfile
import time
import zipfile
from collections.abc import Iterable, Mapping
from hashlib import file_digest
from pathlib import Path

CHECKSUMS = "sha256sums.txt"


def sha256_of(path: Path) -> str:
    """Returns the hexadecimal sha256 of a file."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def member(name: str, size: int, mode: int, mtime: int) -> tarfile.TarInfo:
    """Returns a header that says nothing about the machine and user that packed it."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, mode, mtime
    info.uname = info.gname = "root"
    return info


def pack(target: Path, top: str, files: Mapping[str, Path | bytes], programs: Iterable[str], mtime: int) -> None:
    """Writes `target` (.tar.gz) with one directory `top` that holds `files` (name -> file or bytes); a .zip has no directory.

    `programs` are the names that become executable. Equal input makes equal bytes: order, owners and times are fixed
    (`mtime`, seconds since 1970), and the compressor is told neither a name nor a time. An empty `top` means no directory.
    """
    executable = set(programs)
    part = target.with_name(target.name + ".part")
    if target.suffix == ".zip":
        pack_zip(part, files, executable, mtime)
        part.replace(target)
        return
    with (
        part.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        if top:
            directory = member(top, 0, 0o755, mtime)
            directory.type = tarfile.DIRTYPE
            tar.addfile(directory)
        for name in sorted(files):
            add(tar, f"{top}/{name}" if top else name, files[name], 0o755 if name in executable else 0o644, mtime)
    part.replace(target)


def pack_zip(part: Path, files: Mapping[str, Path | bytes], executable: set[str], mtime: int) -> None:
    """Writes a zip file, its members flat, with their modes."""
    when = time.gmtime(mtime)[:6]
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, when)
            info.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            body = files[name]
            with archive.open(info, "w", force_zip64=True) as sink, io.BytesIO(body) if isinstance(body, bytes) else body.open("rb") as source:
                shutil.copyfileobj(source, sink, 1 << 20)


def add(tar: tarfile.TarFile, name: str, body: Path | bytes, mode: int, mtime: int) -> None:
    """Adds one regular file, streamed when it is on disk."""
    if isinstance(body, bytes):
        tar.addfile(member(name, len(body), mode, mtime), io.BytesIO(body))
        return
    with body.open("rb") as stream:
        tar.addfile(member(name, body.stat().st_size, mode, mtime), stream)


def checksum_lines(digests: Mapping[str, str]) -> str:
    """Returns the text of a checksum file: digest, two spaces, file name; sorted by name as upstream's is."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
