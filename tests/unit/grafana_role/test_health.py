# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module grafana_health, against the stand-in."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.grafana.api import Grafana as Api
from ansible_collections.observability.stack.plugins.module_utils.grafana.health import health

from tests.doubles.grafana import Grafana


@pytest.fixture
def grafana():
    with Grafana(generation=13) as server:
        yield server


def look(server, settle=0.0, logged_in=True):
    login = {"username": "admin", "password": "admin"} if logged_in else {}
    return health(Api(Client(Connection(server.url, attempts=1, **login), read_only=True)), {"settle": settle}, logged_in)


def add(server, **source):
    requests.post(f"{server.url}/api/datasources", json={"access": "proxy", **source}, auth=("admin", "admin"), timeout=5).raise_for_status()


def test_each_data_source_is_tried(grafana):
    add(grafana, name="Gone", type="prometheus", url="http://127.0.0.1:9")
    add(grafana, name="Test", type="grafana-testdata-datasource", url="")
    found = look(grafana)
    assert found["database"] == "ok" and found["version"].startswith("13")
    assert {one["name"]: one["status"] for one in found["datasources"]} == {"Gone": "ERROR", "Test": "OK"}
    assert "connection refused" in next(one["message"] for one in found["datasources"] if one["name"] == "Gone")


def test_without_a_login_only_the_server_is_asked(grafana):
    assert look(grafana, logged_in=False)["datasources"] is None
    assert [path for _method, path in grafana.requests] == ["/api/health"]


def test_it_waits_until_all_is_well(grafana):
    add(grafana, name="Test", type="grafana-testdata-datasource", url="")
    uid = requests.get(f"{grafana.url}/api/datasources/name/Test", auth=("admin", "admin"), timeout=5).json()["uid"]
    grafana.faults.add(f"/api/datasources/uid/{uid}/health", status=500, times=1)
    assert look(grafana)["datasources"][0]["status"] == "ERROR"
    grafana.faults.add(f"/api/datasources/uid/{uid}/health", status=500, times=1)
    assert look(grafana, settle=20)["datasources"][0]["status"] == "OK"
