# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the controller brings to the host: bodies in one bundle, and archives where the host may not download."""
from __future__ import annotations

import io
import os
import tarfile

from ansible_collections.observability.stack.plugins.module_utils.host import download
from ansible_collections.observability.stack.plugins.module_utils.host.fs import sha256_file
from ansible_collections.observability.stack.plugins.module_utils.host.lock import held


def pack(bodies: dict, path: str) -> None:
    """Write {sha256: bytes} as a tar file that only the owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as handle:
            for digest, data in sorted(bodies.items()):
                row = tarfile.TarInfo(digest)
                row.size, row.mode = len(data), 0o600
                handle.addfile(row, io.BytesIO(data))


def cache_dir() -> str:
    """Return where archives are kept on the controller."""
    root = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(root, "observability.stack", "downloads")


def bring_archives(archives: list, timeout: float) -> list:
    """Download archives once for all hosts; return [(archive, path, digest)].

    :raises ServiceError: when one cannot be had or has the wrong digest.
    """
    return [(one, *_bring(one, timeout)) for one in archives]


def _bring(one: dict, timeout: float) -> tuple:
    name = download.file_name(one["url"])
    digest = download.expected_digest(one["checksum"], name, timeout)
    folder = os.path.join(cache_dir(), digest)
    path = os.path.join(folder, name)
    with held(os.path.join(cache_dir(), digest + ".lock")):
        if not os.path.exists(path) or sha256_file(path) != digest:
            os.makedirs(folder, exist_ok=True)
            download.fetch(one["url"], digest, path + ".part", timeout)
            os.replace(path + ".part", path)
    return path, digest
