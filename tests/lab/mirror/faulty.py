# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Archives that an installer must refuse, each made from a good one and laid out as a mirror of its own.

    from tests.lab.mirror import Store, faulty
    broken = faulty.make("parent_member", good_archive, Path("served/directory"), version="3.99.0")

Serve `broken.root`, give its address as observability_mirror_url, `broken.lock` in observability_lock_files and
`broken.version` as the program's version. Nothing made here harms a machine that unpacks it carelessly: what leaves the
target directory is an empty file whose name is ESCAPED.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from plugins.plugin_utils import releases
from tests.lab.mirror.filling import LOCK
from tests.lab.mirror.pack import CHECKSUMS, checksum_lines, member, sha256_of

ESCAPED = "observability-escaped"
ARCHIVE = re.compile(r"(?P<program>.+)-(?P<version>[0-9][^-]*)\.linux-(?P<arch>\w+)\.tar\.gz")
SCRIPT = b"#!/bin/sh\necho 'a stand-in from a broken archive'\nexit 0\n"
CRASHES = (
    b"#!/bin/sh\n"
    b"# Passes for a program that works until it is started as a service.\n"
    b'case "$*" in *--version* | *--help*) echo "version $0"; exit 0 ;; esac\n'
    b'echo "panic: this program was made to crash at start" >&2\nexit 2\n'
)


@dataclass(frozen=True)
class Faulty:
    """A mirror with one broken archive."""

    kind: str
    version: str
    archive: Path
    root: Path  # what to serve
    lock: Path  # for observability_lock_files


@dataclass(frozen=True)
class Maker:
    """What is wrong with an archive: members to add, or what to do to the finished file or to its published digest."""

    extra: Callable[[str], list[tuple[tarfile.TarInfo, bytes]]] = lambda top: []
    program: bytes = SCRIPT
    without_program: bool = False
    real_tools: bool = False  # the other programs of the archive are the good archive's own
    cut: bool = False
    cut_before_digest: bool = False
    wrong_digest: bool = False


def regular(name: str) -> tuple[tarfile.TarInfo, bytes]:
    """Returns an empty regular member of any name."""
    return member(name, 0, 0o644, 0), b""


def special(name: str, kind: bytes, target: str = "", size: int = 0) -> tuple[tarfile.TarInfo, bytes]:
    """Returns a member that is a link to `target`, a device, or a file whose header claims a size."""
    info = member(name, size, 0o644, 0)
    info.type, info.linkname = kind, target
    info.devmajor, info.devminor = (1, 3) if kind in (tarfile.CHRTYPE, tarfile.BLKTYPE) else (0, 0)
    return info, b""


KINDS = {
    "wrong_checksum": Maker(wrong_digest=True),
    "truncated": Maker(cut=True),
    "truncated_but_pinned": Maker(cut=True, cut_before_digest=True),
    "parent_member": Maker(lambda top: [regular(f"{top}/../../../../../../tmp/{ESCAPED}")]),
    "absolute_member": Maker(lambda top: [regular(f"/tmp/{ESCAPED}")]),
    "absolute_symlink": Maker(lambda top: [special(f"{top}/promtool", tarfile.SYMTYPE, "/bin/sh")]),
    "symlink_then_member": Maker(lambda top: [special(f"{top}/out", tarfile.SYMTYPE, "../../../../../../tmp"), regular(f"{top}/out/{ESCAPED}")]),
    "hard_link_out": Maker(lambda top: [special(f"{top}/passwd", tarfile.LNKTYPE, "../../../../../../etc/passwd")]),
    "device": Maker(lambda top: [special(f"{top}/device", tarfile.CHRTYPE)]),
    "oversized": Maker(lambda top: [special(f"{top}/huge", tarfile.REGTYPE, size=1 << 40)]),
    "missing_program": Maker(without_program=True),
    "not_executable_here": Maker(program=b"\x7fELF\x02\x01\x01" + bytes(57)),
    "crashes_at_start": Maker(program=CRASHES, real_tools=True),
}


def make(kind: str, good: Path, root: Path, version: str) -> Faulty:
    """Makes a mirror below `root` whose archive of `version` is broken as `kind` (a key of KINDS) says.

    `good` is a proper archive of the same program; `version` should be newer than what is installed, and not in a lock.
    """
    maker = KINDS[kind]
    named = ARCHIVE.fullmatch(good.name)
    if not named:
        raise ValueError(f"{good.name} is not named as a release archive is: program-version.linux-arch.tar.gz.")
    program, arch = named["program"], named["arch"]
    entry = next(found for found in releases.archives(program, version, LOCK) if found["arch"] == arch)
    archive = root / releases.without_scheme(entry["url"])
    archive.parent.mkdir(parents=True, exist_ok=True)
    pack_broken(maker, good, archive, program)
    if maker.cut_before_digest:
        cut(archive)
    digest = sha256_of(archive)[::-1] if maker.wrong_digest else sha256_of(archive)
    if maker.cut and not maker.cut_before_digest:
        cut(archive)
    (archive.parent / CHECKSUMS).write_text(checksum_lines({archive.name: digest}))
    lock = root / "faulty.lock.yml"
    lock.write_text(yaml.safe_dump({"format": 1, "programs": {program: {"digests": {version: {arch: digest}}}}}))
    return Faulty(kind, version, archive, root, lock)


def pack_broken(maker: Maker, good: Path, archive: Path, program: str) -> None:
    """Packs the good archive's members anew, with what the maker changes and adds."""
    top = archive.name.removesuffix(".tar.gz")
    with gzip.open(archive, "wb", 1) as packed, tarfile.open(fileobj=packed, mode="w") as tar, tarfile.open(good) as old:
        extras = maker.extra(top)
        left_out = {extra.name for extra, _ in extras} | ({f"{top}/{program}"} if maker.without_program else set())
        for info in old:
            name = info.name.partition("/")[2]
            if not info.isfile() or f"{top}/{name}" in left_out:
                continue
            body = SCRIPT if info.mode & 0o100 else b"text\n"
            if maker.real_tools and name != program:
                body = old.extractfile(info).read()  # type: ignore[union-attr]
            elif name == program:
                body = maker.program
            tar.addfile(member(f"{top}/{name}", len(body), info.mode, 0), io.BytesIO(body))
        for extra, body in extras:
            if extra.size > len(body):  # a header alone: addfile would want the bytes that it promises
                packed.write(extra.tobuf(tarfile.GNU_FORMAT))
            else:
                tar.addfile(extra, io.BytesIO(body))


def cut(archive: Path) -> None:
    """Leaves the first two thirds of a file."""
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size * 2 // 3])
