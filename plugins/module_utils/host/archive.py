# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Unpacking archives that we do not trust further than their checksum."""
from __future__ import annotations

import bz2
import gzip
import lzma
import os
import posixpath
import shutil
import stat
import tarfile
import zipfile
import zlib

from .errors import ServiceError
from .fs import CHUNK

MAX_BYTES = 8 * 1024 * CHUNK
MAX_MEMBERS = 200000
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, UnicodeError, NotImplementedError, RuntimeError)


def unpack(path: str, name: str, target: str, members: dict) -> None:
    """Unpack an archive (tar, zip or a bare file) into target.

    The whole archive is refused when any member would leave the target, is a device or a pipe, or when it is larger than
    8 GiB unpacked, whether or not that member is wanted.

    :param name: the file name, which tells the format.
    :param members: {name in the archive: name on the host}; a name matches with or without the archive's own top
        directory. An empty mapping takes everything, without the top directory when all members share one.
    :raises ServiceError: for bad archives and missing members.
    """
    try:
        if name.endswith(".zip"):
            found = _unpack_zip(path, name, target, members)
        elif name.endswith((".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar")):
            found = _unpack_tar(path, name, target, members)
        else:
            found = _bare(path, name, target, members)
    except (OSError, *_BROKEN) as exc:
        if getattr(exc, "errno", None) is not None:
            raise  # the disk's trouble; gzip and bz2 call a damaged stream an OSError too, without a number
        raise ServiceError("%s cannot be unpacked: %s." % (name, exc or type(exc).__name__),
                           "The archive is truncated or damaged although its checksum is the locked one: "
                           "renew the file in the mirror and the lock. Nothing was installed.") from exc
    if not members:
        _lift_only_directory(target, name)
    missing = sorted(set(members) - found)
    if missing:
        raise ServiceError("%s has no member %s." % (name, ", ".join(missing)),
                           "Check the members that the description lists against the archive. Nothing was installed.")


def _refuse(archive: str, member: str, why: str):
    return ServiceError("%s is refused: its member %r %s." % (archive, member, why),
                        "This is no archive of upstream's; do not use it. Nothing was installed.")


def _safe_name(archive: str, name: str) -> str:
    clean = posixpath.normpath(name)
    if name.startswith("/") or clean == ".." or clean.startswith("../"):
        raise _refuse(archive, name, "points outside the target")
    return clean


def _check_link(archive: str, name: str, link: str, base: str) -> None:
    if link.startswith("/"):
        raise _refuse(archive, name, "is a link to the absolute path %s" % link)
    place = posixpath.normpath(posixpath.join(base, link))
    if place == ".." or place.startswith("../"):
        raise _refuse(archive, name, "is a link out of the target (%s)" % link)


def _check_place(archive: str, name: str, place: str, target: str) -> None:
    """Refuse a member below a link: links that each seem to stay inside can lead out together."""
    root, folder = os.path.realpath(target), os.path.realpath(os.path.dirname(place))
    if folder != os.path.normpath(os.path.join(root, os.path.relpath(os.path.dirname(place), target))):
        raise _refuse(archive, name, "lies below a link")


class _Budget:
    """Counts members and bytes so that a small file cannot fill a disk."""

    def __init__(self, archive: str):
        self.archive, self.bytes, self.members = archive, 0, 0

    def take(self, name: str, size: int) -> None:
        self.bytes += size
        self.members += 1
        if self.bytes > MAX_BYTES or self.members > MAX_MEMBERS:
            raise _refuse(self.archive, name, "makes it larger than %d GiB or %d members" % (MAX_BYTES >> 30, MAX_MEMBERS))


def _wanted(name: str, members: dict) -> str | None:
    """Return the member key that an archive name satisfies: as it is, or without its first directory."""
    short = name.split("/", 1)[1] if "/" in name else name
    return name if name in members else short if short in members else None


def _tar_members(handle, archive: str):
    budget = _Budget(archive)
    for member in handle:
        name = _safe_name(archive, member.name)
        if member.issym():
            _check_link(archive, name, member.linkname, posixpath.dirname(name))
        elif member.islnk():
            _check_link(archive, name, member.linkname, "")
        elif not (member.isfile() or member.isdir()):
            raise _refuse(archive, name, "is a device or a pipe")
        budget.take(name, member.size)
        yield name, member


def _unpack_tar(path: str, archive: str, target: str, members: dict) -> set:
    # One pass: the target is a staging directory, removed as a whole when a later member is refused.
    found = set()
    with _decompressed(path, archive) as stream, tarfile.open(fileobj=stream, mode="r|") as handle:
        for name, member in _tar_members(handle, archive):
            key = _wanted(name, members)
            if name != "." and (key or not members):
                place = os.path.join(target, members.get(key, name))
                _check_place(archive, name, place, target)
                if member.issym():  # from where it will be; a wanted member may come higher than it lay in the archive
                    _check_link(archive, name, member.linkname, posixpath.dirname(members.get(key, name)))
                _write_tar_member(handle, member, place, archive)
            found.add(key)
        _read_to_the_end(stream, archive)
    return found


def _decompressed(path: str, archive: str):
    """Open a tar file's content. tarfile's own decompression takes a truncated stream for the archive's end."""
    openers: dict = {"gz": gzip.open, "tgz": gzip.open, "xz": lzma.open, "bz2": bz2.open}
    return openers.get(archive.rsplit(".", 1)[1], open)(path, "rb")


def _read_to_the_end(stream, archive: str) -> None:
    """Read what follows the last member: only the end of a compressed stream has its checksum."""
    left = MAX_BYTES
    for chunk in iter(lambda: stream.read(CHUNK), b""):
        left -= len(chunk)
        if left < 0:
            raise _refuse(archive, "(padding)", "makes it larger than %d GiB" % (MAX_BYTES >> 30))


def _write_tar_member(handle, member, place: str, archive: str) -> None:
    if member.isdir():
        os.makedirs(place, mode=0o755, exist_ok=True)
        return
    os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
    if member.issym():
        os.symlink(member.linkname, place)
        return
    source = handle.extractfile(member)
    if source is None:
        raise _refuse(archive, member.name, "has no content")
    with source:
        _write(source, place, bool(member.mode & 0o111))


def _unpack_zip(path: str, archive: str, target: str, members: dict) -> set:
    found, budget = set(), _Budget(archive)
    with zipfile.ZipFile(path) as handle:
        for info in handle.infolist():
            name = _safe_name(archive, info.filename)
            if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refuse(archive, name, "is a link, a device or a pipe")
            budget.take(name, info.file_size)
            key = _wanted(name, members)
            if info.is_dir() or (members and key is None):
                continue
            place = os.path.join(target, members.get(key, name))
            os.makedirs(os.path.dirname(place), mode=0o755, exist_ok=True)
            with handle.open(info) as source:
                _write(source, place, bool(members) or bool((info.external_attr >> 16) & 0o111))
            found.add(key)
    return found


def _bare(path: str, name: str, target: str, members: dict) -> set:
    place = members.get(name) or (next(iter(members.values())) if len(members) == 1 else name)
    with open(path, "rb") as source:
        _write(source, os.path.join(target, place), True)
    return set(members)


def _write(source, place: str, executable: bool) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as stream:
        shutil.copyfileobj(source, stream, CHUNK)
        os.fchmod(stream.fileno(), 0o755 if executable else 0o644)


def _lift_only_directory(target: str, archive: str) -> None:
    """Make the archive's own top directory vanish when everything lies in it."""
    names = os.listdir(target)
    top = os.path.join(target, names[0]) if len(names) == 1 else ""
    if not top or os.path.islink(top) or not os.path.isdir(top):
        return
    for folder, dirs, files in os.walk(top):
        for place in (os.path.join(folder, one) for one in dirs + files):
            if os.path.islink(place):
                _check_link(archive, os.path.relpath(place, target), os.readlink(place), os.path.relpath(folder, top))
    aside = target + ".top"
    os.rename(top, aside)
    for name in os.listdir(aside):
        os.rename(os.path.join(aside, name), os.path.join(target, name))
    os.rmdir(aside)
