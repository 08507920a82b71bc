# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The scenario's lab, for its tests."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lab import lab

SERVICES = {
    "nodes": ("node_exporter", 9100, "/metrics"),
    "blackbox_exporter": ("blackbox_exporter", 9115, "/-/healthy"),
    "alertmanager": ("alertmanager", 9093, "/-/ready"),
    "prometheus": ("prometheus", 9090, "/-/ready"),
    "grafana": ("grafana", 3000, "/api/health"),
}


@pytest.fixture(scope="session")
def mine() -> lab.Lab:
    """The lab that molecule's create step brought up."""
    return lab.get("molecule-" + os.environ["MOLECULE_SCENARIO_NAME"].replace("_", "-"))


@pytest.fixture(scope="session")
def expected() -> list[tuple[str, str, int, str]]:
    """What must run: (host, unit, port, path) for each group of each platform; a platform's `units` are names of other units."""
    platforms = yaml.safe_load(Path(os.environ["MOLECULE_FILE"]).read_text())["platforms"]
    found = []
    for platform in platforms:
        for group in platform["groups"]:
            unit, port, path = SERVICES[group]
            found.append((platform["name"], platform.get("units", {}).get(group, unit), port, path))
    return found


@pytest.fixture(scope="session")
def api(mine):
    """Ask an HTTP API on a host: ``api("h1", 9090, "/api/v1/targets")`` gives the answer's data."""

    def ask(host: str, port: int, path: str) -> Any:
        with urllib.request.urlopen(f"http://{mine.hosts[host].address}:{port}{path}", timeout=10) as answer:
            return json.loads(answer.read())["data"]

    return ask
