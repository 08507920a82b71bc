"""What holds for all unit tests: where they work, and which of them ask real programs."""

import os

import pytest


def pytest_configure():
    """Let pytest make its temporary directories in memory: code that fsyncs each step would wait for a busy disk otherwise."""
    if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")


def pytest_collection_modifyitems(items):
    """Mark the tests of modules that import `program`: they can only run once the lab's mirror is filled."""
    for item in items:
        used = getattr(getattr(item, "module", None), "program", None)
        if getattr(used, "__module__", "") == "tests.unit.programs":
            item.add_marker(pytest.mark.programs)
