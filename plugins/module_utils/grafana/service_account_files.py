# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that hold the key of a token: there or not, for their owner only, never half written."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from typing import Iterator, TextIO

from ..engine.errors import Failure

PRIVATE = 0o600


def is_there(path: str) -> bool:
    """Whether the file holds anything."""
    return os.path.isfile(path) and os.path.getsize(path) > 0


def is_open(path: str) -> bool:
    """Whether others than the owner may do anything with the file."""
    return is_there(path) and bool(stat.S_IMODE(os.stat(path).st_mode) & ~PRIVATE)


def close(path: str) -> None:
    """Let nobody but the owner read or write the file."""
    os.chmod(path, PRIVATE)


def refuse_unwritable(path: str) -> None:
    """Fail when the file could not be written, before a key is made that would then be lost."""
    directory = os.path.dirname(path) or "."
    if not os.path.isdir(directory):
        raise Failure(f"There is no directory {directory} for the token_file {path} on the host that runs this task; make it first.")
    if os.path.isdir(path):
        raise Failure(f"The token_file {path} is a directory.")
    if not os.access(directory, os.W_OK | os.X_OK):
        raise Failure(f"The account that runs this task may not write into {directory}, where the token_file {path} is to be.")


def forget(path: str) -> None:
    """Remove the file, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


@contextlib.contextmanager
def replacing(path: str) -> Iterator[TextIO]:
    """A new file beside ``path`` that takes its place when the block ends well, and goes otherwise.

    :raises Failure: when the file cannot be made, before the block begins.
    """
    directory = os.path.dirname(path) or "."
    try:
        handle, beside = tempfile.mkstemp(prefix=".token-", dir=directory)  # for the owner only from the beginning
    except OSError as error:
        raise Failure(f"No file can be written into {directory}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            yield new
            new.flush()
            os.fsync(new.fileno())
        os.replace(beside, path)
    finally:
        forget(beside)
