# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run at a time for each unit, and no clean-up of a release while somebody stages it."""
from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time

from .errors import ServiceError


@contextlib.contextmanager
def held(path: str, timeout: float = 600.0, shared: bool = False):
    """Hold an advisory lock; the kernel frees it when the process dies, so a kill -9 leaves nothing behind.

    :param timeout: seconds to wait for another run.
    :raises ServiceError: when the other run does not end in time.
    """
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(handle, path, timeout, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, path: str, timeout: float, kind: int) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
            return
        except OSError as exc:
            if exc.errno not in (errno.EAGAIN, errno.EACCES):
                raise
        if time.monotonic() >= deadline:
            raise ServiceError(
                "Another run has held %s for more than %d s." % (path, timeout),
                "Wait for it to end, or see who holds it with 'fuser %s', then run again." % path)
        time.sleep(0.2)
