# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from tests.integration.modules.loopback import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A fresh stack of real programs for each file of tests."""
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running
