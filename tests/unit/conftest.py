"""What holds for all unit tests: where they work, and which of them ask real programs."""

import importlib.util
import os

import pytest


def pytest_configure():
    """Tests of properties try the same inputs each time, so that a change is judged by itself; HYPOTHESIS_RANDOM=1 looks for new ones.

    And let pytest make its temporary directories in memory: code that fsyncs each step would wait for a busy disk otherwise."""
    if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")
    if importlib.util.find_spec("hypothesis"):
        from hypothesis import settings

        settings.register_profile("same", derandomize=True, deadline=None)  # a busy machine is no error
        settings.load_profile("default" if os.environ.get("HYPOTHESIS_RANDOM") else "same")


def pytest_collection_modifyitems(items):
    """Mark the tests of modules that import `program`: they can only run once the lab's mirror is filled."""
    for item in items:
        used = getattr(getattr(item, "module", None), "program", None)
        if getattr(used, "__module__", "") == "tests.unit.programs":
            item.add_marker(pytest.mark.programs)
