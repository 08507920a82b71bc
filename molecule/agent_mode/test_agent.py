# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the agent scrapes can be queried where it writes to, and not at the agent."""

from __future__ import annotations

import time
import urllib.error

import pytest


def test_samples_arrive_at_the_store(api):
    deadline = time.monotonic() + 60
    result: list = []
    while not result and time.monotonic() < deadline:
        result = api("store1", 9090, "/api/v1/query?query=up%7Bjob%3D%22node%22%7D")["result"]
        time.sleep(1)
    assert [float(sample["value"][1]) for sample in result] == [1.0]


def test_the_agent_keeps_nothing_to_query(api):
    with pytest.raises(urllib.error.HTTPError):
        api("agent1", 9090, "/api/v1/query?query=up")
    assert api("agent1", 9090, "/api/v1/targets")["activeTargets"]
