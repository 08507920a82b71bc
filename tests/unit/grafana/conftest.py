# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Grafana of each generation, and modules that run against it."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine import client

from tests.doubles.grafana import Grafana
from tests.unit.grafana.minimal import CASES, PASSWORD


@pytest.fixture(params=[10, 12, 13])
def grafana(request):
    """A fresh server of each generation; whatever made it stumble fails the test."""
    with Grafana(generation=request.param) as server:
        yield server
        assert server.app.mistakes == []


@pytest.fixture
def server(module):
    """A server of the newest generation with what ``module`` needs, whose administrator has a password that nobody guesses."""
    with Grafana(generation=13, admin_password=PASSWORD) as server:
        CASES[module].before(server)
        del server.requests[:]
        yield server
        assert server.app.mistakes == []


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that the server asked for; none is made."""
    asked = []
    monkeypatch.setattr(client, "_pause", lambda _attempt, response: asked.append(response is not None and response.headers.get("Retry-After")) or 0)
    return asked
