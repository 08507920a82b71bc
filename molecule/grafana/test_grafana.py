# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role promises of a Grafana, asked of its API."""

from __future__ import annotations

import base64
import json
import time
import urllib.request

import pytest


@pytest.fixture(scope="session")
def grafana(mine):
    """Ask Grafana's API as the administrator."""

    def ask(path):
        request = urllib.request.Request(f"http://{mine.hosts['graf1'].address}:3000/grafana{path}")
        request.add_header("Authorization", "Basic " + base64.b64encode(b"admin:molecule-only").decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    return ask


def test_data_sources_follow_the_inventory_and_work(grafana):
    sources = {one["uid"]: one for one in grafana("/api/datasources")}
    assert set(sources) == {"prometheus", "alertmanager", "shop"}
    assert sources["prometheus"]["isDefault"] and sources["prometheus"]["readOnly"]
    assert sources["prometheus"]["jsonData"]["alertmanagerUid"] == "alertmanager"
    for uid in ("prometheus", "alertmanager"):
        assert grafana(f"/api/datasources/uid/{uid}/health")["status"] == "OK"


def test_dashboards_are_in_their_folders(grafana):
    found = {one["title"]: one.get("folderTitle") for one in grafana("/api/search?type=dash-db")}
    assert found["Orders"] == "shop"
    assert found["Stack overview"] == "Observability"


def test_no_secret_can_be_read_by_others(mine):
    secrets = "molecule-only|shop-secret|mail;secret"
    found = mine.run(
        "graf1", f"su -s /bin/sh nobody -c 'grep -rlE \"{secrets}\" /etc/grafana /etc/systemd /usr/local /var/lib/grafana /opt 2>/dev/null'"
    ).stdout
    assert found == ""
    assert mine.run("graf1", f"grep -cE '{secrets}' /etc/grafana/grafana.ini").stdout == "0\n"
    assert mine.run("graf1", f"journalctl --quiet -o cat | grep -E '{secrets}' | head -3").stdout == ""


def test_prometheus_scrapes_it_below_its_path(mine, api):
    url = f"http://{mine.hosts['graf1'].address}:3000/grafana/metrics"
    deadline = time.monotonic() + 60
    health = None
    while health != "up" and time.monotonic() < deadline:
        health = next((one["health"] for one in api("graf1", 9090, "/api/v1/targets")["activeTargets"] if one["scrapeUrl"] == url), "missing")
        time.sleep(0.5)
    assert health == "up"
