# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host of one's own for each test."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

from tests.unit.host.fake_host import FakeHost


@pytest.fixture
def host(monkeypatch):
    """A fresh host that has never seen us; in memory where that is possible, since thousands of small files come and go."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None
    root = tempfile.mkdtemp(prefix="fake-host-", dir=memory)
    yield FakeHost(os.path.join(root, "host"), monkeypatch)
    shutil.rmtree(root)
