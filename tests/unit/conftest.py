"""Unit tests work in memory where they can: code that fsyncs each step would wait for the disk thousands of times."""

import os


def pytest_configure():
    """Let pytest make its temporary directories in /dev/shm, unless someone chose another place."""
    if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")
