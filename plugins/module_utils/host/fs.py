# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that are either wholly there or not at all, also after a power loss."""
from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat

CHUNK = 1024 * 1024
# One run at a time works on a service, so a fixed name will do; what a killed run left is then overwritten by the next one.
NEW = ".observability-new"


def sha256_file(path: str) -> str:
    """Return the hex sha256 of a file, read in pieces so that its size does not matter."""
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        for chunk in iter(lambda: handle.read(CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()


def sync_dir(path: str) -> None:
    """Make the names in a directory durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(root: str) -> None:
    """Make every file below root durable, then the directories, deepest first (as dpkg does before its rename)."""
    for folder, _dirs, names in os.walk(root, topdown=False):
        for name in names:
            path = os.path.join(folder, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                handle = os.open(path, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        sync_dir(folder)


@contextlib.contextmanager
def naming(path: str):
    """Let an error of writing say which file it was (the kernel does not)."""
    try:
        yield
    except OSError as exc:
        exc.filename = exc.filename or path
        raise


def write_file(path: str, data: bytes, mode: int = 0o644, uid: int = 0, gid: int = 0) -> None:
    """Put a file in place by rename: readers see the old one or the new one, never a part."""
    staged = path + NEW
    handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with naming(path), os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchown(stream.fileno(), uid, gid)
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(staged, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(staged)
        raise
    sync_dir(os.path.dirname(path))


def link_to(path: str) -> str | None:
    """Return where a symbolic link points, None when the path is no link."""
    try:
        return os.readlink(path)
    except OSError:
        return None


def replace_link(path: str, target: str) -> None:
    """Make path a link to target in one rename, whatever link or file was there before."""
    staged = path + NEW
    with contextlib.suppress(FileNotFoundError):
        os.unlink(staged)
    os.symlink(target, staged)
    os.replace(staged, path)
    sync_dir(os.path.dirname(path))


def remove(path: str) -> None:
    """Remove a file, link or tree; a missing one is fine."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=False)
        return
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def remove_empty(path: str) -> None:
    """Remove a directory when nothing is in it."""
    with contextlib.suppress(OSError):
        os.rmdir(path)


def remove_leftovers(parent: str, prefix: str) -> None:
    """Remove what an interrupted run left beside its target (names that begin with prefix)."""
    if not os.path.isdir(parent):
        return
    for name in os.listdir(parent):
        if name.startswith(prefix):
            remove(os.path.join(parent, name))


def copy_tree(source: str, target: str) -> None:
    """Copy a file or tree with modes, times, links and owners."""
    def copy(src, dst):
        shutil.copy2(src, dst, follow_symlinks=False)
        info = os.lstat(src)
        os.lchown(dst, info.st_uid, info.st_gid)
        return dst

    if not os.path.isdir(source):
        copy(source, target)
        return
    shutil.copytree(source, target, symlinks=True, copy_function=copy)
    for folder, dirs, _names in os.walk(source):
        for one in [folder] + [os.path.join(folder, name) for name in dirs]:
            info = os.lstat(one)
            os.lchown(os.path.normpath(os.path.join(target, os.path.relpath(one, source))), info.st_uid, info.st_gid)


def free_bytes(path: str) -> int:
    """Return the bytes that root may still write on the file system that holds path (or its nearest parent)."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    info = os.statvfs(path)
    return info.f_bavail * info.f_frsize
