# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Grafana of each generation, and modules that run against it."""

from __future__ import annotations

import pytest

from tests.doubles.grafana import Grafana


@pytest.fixture(params=[10, 12, 13])
def grafana(request):
    """A fresh server of each generation; whatever made it stumble fails the test."""
    with Grafana(generation=request.param) as server:
        yield server
        assert server.app.mistakes == []
