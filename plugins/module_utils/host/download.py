# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fetching a file and knowing that it is the right one."""
from __future__ import annotations

import http.client
import os
import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request

from .errors import ServiceError
from .fs import CHUNK, free_bytes, sha256_file

_PINNED = re.compile(r"^(?:sha256:)?([0-9a-fA-F]{64})$")
_LINE = re.compile(r"^([0-9a-fA-F]{64})\s+\*?(.+)$")
_AGAIN = (408, 429, 500, 502, 503, 504)
TRIES = 3
SLOWEST = 1024  # bytes a second


def file_name(url: str) -> str:
    """Return the file name that a URL or path ends in."""
    return os.path.basename(urllib.parse.urlsplit(url).path)


def pinned_digest(checksum: str) -> str | None:
    """Return the digest of a pinned checksum, None when checksum is the address of a checksum file."""
    match = _PINNED.match(checksum or "")
    return match.group(1).lower() if match else None


def digest_from(listing: str, name: str, where: str) -> str:
    """Find a file's digest in a checksum file (sha256sum's format, or one bare digest).

    :raises ServiceError: when the file is not listed.
    """
    lines = [line.strip() for line in listing.splitlines() if line.strip()]
    for line in lines:
        match = _LINE.match(line)
        if match and os.path.basename(match.group(2)) == name:
            return match.group(1).lower()
    if len(lines) == 1 and pinned_digest(lines[0]):
        return lines[0].lower()
    raise ServiceError("The checksum file %s does not list %s." % (where, name),
                       "Check the version and the mirror; nothing was installed.")


def expected_digest(checksum: str, name: str, timeout: float, tries: int = TRIES) -> str:
    """Return the digest that the file must have, asking for the checksum file where it is not pinned."""
    digest = pinned_digest(checksum)
    if digest:
        return digest
    return digest_from(_again_and_again(lambda: _text(checksum, timeout), checksum, "", tries), name, checksum)


def _text(url: str, timeout: float) -> str:
    with _open(url, timeout) as reply:
        return reply.read(4 * CHUNK).decode("utf-8", "replace")


def _again_and_again(action, url: str, target: str, tries: int):
    """Do what a busy or restarting server may refuse at first; give up with a sentence."""
    for left in reversed(range(tries)):
        try:
            return action()
        except (OSError, http.client.HTTPException) as exc:
            if not left or not _may_help_again(exc):
                raise _failed(url, exc, target) from exc
            time.sleep(1)
    raise AssertionError("tries must be positive")


def fetch(url: str, digest: str, target: str, timeout: float = 30.0, tries: int = TRIES) -> None:
    """Download url to target and prove its digest; memory does not grow with the file.

    :param timeout: seconds without a byte, or with fewer than SLOWEST a second, after which a try is given up.
    :raises ServiceError: with the reason; target is removed then. Its detail ``download_failed`` is true when no server
        answered, so that somebody else may have better luck.
    """
    try:
        _again_and_again(lambda: _copy(url, target, timeout), url, target, tries)
        check(target, digest, url)
    except BaseException:
        if os.path.exists(target):
            os.unlink(target)
        raise


def check(path: str, digest: str, source: str) -> None:
    """Prove that a file has the digest.

    :raises ServiceError: when it has another one.
    """
    found = sha256_file(path)
    if found != digest:
        raise ServiceError(
            "%s has the wrong checksum: expected sha256 %s, got %s (%d bytes)." % (source, digest, found, os.path.getsize(path)),
            "The file is damaged, replaced or not the one that was locked; nothing was installed. "
            "Check the mirror, then the lock file.")


def _copy(url: str, target: str, timeout: float) -> None:
    with _open(url, timeout) as reply, open(target, "wb") as handle:
        size = reply.headers.get("Content-Length")
        if size and int(size) > free_bytes(target):
            raise OSError(28, "No space left on device")
        _receive(reply, handle, timeout)
        if size and handle.tell() != int(size):
            raise http.client.IncompleteRead(b"", int(size) - handle.tell())


def _receive(reply, handle, timeout: float) -> None:
    """Write what comes. A server that sends a byte now and then never lets a socket time out, so its speed counts too."""
    begun, had = time.monotonic(), 0
    for chunk in iter(lambda: reply.read1(CHUNK), b""):
        handle.write(chunk)
        had += len(chunk)
        if time.monotonic() - begun > timeout:
            if had < SLOWEST * timeout:
                raise socket.timeout("less than %d bytes a second" % SLOWEST)
            begun, had = time.monotonic(), 0


def _open(url: str, timeout: float):
    address = url if "://" in url else "file://" + urllib.parse.quote(os.path.abspath(url))
    if urllib.parse.urlsplit(address).scheme not in ("http", "https", "file"):
        raise ServiceError("%s is no http, https or file address." % url, "Correct the URL of the archive or of the mirror.")
    request = urllib.request.Request(address, headers={"User-Agent": "observability.stack"})
    try:
        return urllib.request.urlopen(request, timeout=timeout)
    except (OSError, http.client.HTTPException) as exc:
        if _may_help_again(exc):
            raise
        raise _failed(url, exc, "") from exc


def _may_help_again(exc: Exception) -> bool:
    if isinstance(exc, urllib.error.HTTPError):
        return exc.code in _AGAIN
    return getattr(exc, "errno", None) != 28


def _failed(url: str, exc: Exception, target: str) -> ServiceError:
    if getattr(exc, "errno", None) == 28:
        return no_space(target, exc)
    reason = getattr(exc, "reason", exc)
    if isinstance(exc, urllib.error.HTTPError):
        reason = "the server answered %d %s" % (exc.code, exc.reason)
    elif isinstance(reason, (socket.timeout, TimeoutError)):
        reason = "no answer in time"
    return ServiceError("Could not download %s: %s." % (url, reason),
                        "Check the address, the mirror (observability_mirror_url) and the proxy, "
                        "or download on the controller (observability_download_from: controller). Nothing was installed.",
                        download_failed=not isinstance(exc, urllib.error.HTTPError))


def no_space(path: str, exc: Exception) -> ServiceError:
    """Turn ENOSPC into a sentence."""
    return ServiceError("There is no space left for %s: %s (%d MiB free)." % (
        path, exc.strerror if isinstance(exc, OSError) else exc, free_bytes(path) // CHUNK),
        "Free some space there, then run again; what was staged has been removed and the service was not touched.")
