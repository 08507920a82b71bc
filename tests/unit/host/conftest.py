# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A host of one's own for each test."""

from __future__ import annotations

import pytest

from tests.unit.host.fake_host import FakeHost


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A fresh host that has never seen us."""
    return FakeHost(tmp_path / "host", monkeypatch)
