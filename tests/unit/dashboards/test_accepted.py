# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's stand-in takes each dashboard that we ship, in every generation, and gives back what it was given."""

from __future__ import annotations

import pytest
import requests

from tests.doubles.grafana import Grafana
from tests.unit.dashboards.shipped import DASHBOARDS

LOGIN = ("admin", "admin")
SERVERS_OWN = ("id", "version")


def without(dashboard):
    return {key: value for key, value in dashboard.items() if key not in SERVERS_OWN}


@pytest.mark.parametrize("generation", [10, 12, 13])
def test_grafana_takes_every_dashboard(generation):
    with Grafana(generation=generation) as grafana:
        for name, dashboard in DASHBOARDS.items():
            saved = requests.post(f"{grafana.url}/api/dashboards/db", json={"dashboard": dashboard}, auth=LOGIN, timeout=30)
            assert saved.status_code == 200, f"{name}: {saved.text}"
            read = requests.get(f"{grafana.url}/api/dashboards/uid/{dashboard['uid']}", auth=LOGIN, timeout=30).json()["dashboard"]
            assert without(read) == without(dashboard), name
        found = requests.get(f"{grafana.url}/api/search", params={"tag": "observability-stack"}, auth=LOGIN, timeout=30).json()
        assert {item["uid"] for item in found} == {dashboard["uid"] for dashboard in DASHBOARDS.values()}
