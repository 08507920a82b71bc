# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/grafana-as-code.md as a reader follows it: a Grafana made by hand is exported, its files are brought back, a pipeline goes on with them.

Commands, plays, files and the pipeline's jobs are the page's own; only the address is that of the stand-in.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.doubles.grafana import Grafana
from tests.unit.documented import blocks, files
from tests.unit.grafana.accounts import call, make_token
from tools.build_tree import COLLECTIONS, stage

PAGE = "grafana-as-code.md"
EXPORTED = "grafana/datasources/Prometheus.yml"
PASSWORD = "the password of Prometheus"


@pytest.fixture(params=[12, 13])
def grafana(request):
    """A Grafana that somebody made by hand."""
    stage()
    with Grafana(generation=request.param) as server:
        source = {"name": "Prometheus", "uid": "prometheus", "type": "prometheus", "url": "http://prometheus.example.com:9090", "access": "proxy"}
        login = {"basicAuth": True, "basicAuthUser": "grafana", "secureJsonData": {"basicAuthPassword": PASSWORD}}
        call(server, "POST", "/api/datasources", {**source, **login, "isDefault": True, "jsonData": {"httpMethod": "POST"}})
        call(server, "POST", "/api/folders", {"uid": "platform", "title": "Platform"})
        call(server, "POST", "/api/folders", {"uid": "hosts", "title": "Hosts", "parentUid": "platform"})
        panel = {"id": 1, "title": "Up", "type": "stat", "datasource": {"uid": "prometheus"}, "targets": [{"refId": "A", "expr": "up"}]}
        call(server, "POST", "/api/dashboards/db", {"dashboard": {"uid": "home", "title": "Home", "panels": [panel]}})
        call(server, "POST", "/api/dashboards/db", {"dashboard": {"uid": "node", "title": "Node"}, "folderUid": "hosts"})
        hook = {"uid": "ops", "name": "ops", "type": "webhook", "settings": {"url": "http://127.0.0.1:9/", "password": PASSWORD}}
        call(server, "POST", "/api/v1/provisioning/contact-points", hook)
        yield server
        assert server.app.mistakes == []


class Reader:
    """Somebody who follows the page in a directory."""

    def __init__(self, grafana: Grafana, directory: Path) -> None:
        self.grafana, self.directory = grafana, directory

    def write(self, path: str, text: str) -> None:
        """Write a file of the page."""
        place = self.directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace("https://grafana.example.com", self.grafana.url), encoding="utf-8")

    def run(self, script: str, token: str, typed: str = "") -> str:
        """Run lines of a shell, which must succeed, and return what they printed."""
        settings = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "true", "LC_ALL": "C.UTF-8"}
        quiet = {"ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", "ANSIBLE_PYTHON_INTERPRETER": sys.executable, "GRAFANA_TOKEN": token}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        argv = ["bash", "-ec", script.replace("https://grafana.example.com", self.grafana.url)]
        environment = {**os.environ, **settings, **quiet, "PATH": path}
        done = subprocess.run(argv, input=typed, capture_output=True, text=True, timeout=600, cwd=self.directory, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not re.search(f"{PASSWORD}|at least sixteen|{token or typed.strip()}", done.stdout + done.stderr), "a secret is shown"
        return done.stdout

    def changed(self, script: str, token: str) -> int:
        """Run lines of a shell and return how many tasks of the last play changed something."""
        return int(re.findall(r"changed=(\d+)", self.run(script, token))[-1])


def writes(grafana: Grafana) -> list[tuple[str, str]]:
    """The requests that were no mere questions."""
    return [request for request in grafana.requests if request[0] not in ("GET", "HEAD")]


def titles(grafana: Grafana) -> set[str]:
    """The titles of all folders and dashboards."""
    return {one["title"] for one in call(grafana, "GET", "/api/search")}


def test_a_reader_who_follows_the_page(grafana, tmp_path):
    reader, admin = Reader(grafana, tmp_path), make_token(grafana)
    export, play = blocks(PAGE, "sh")
    check, run = play.splitlines()
    del grafana.requests[:]

    described = files(PAGE)
    reader.write("export.yml", described.pop("export.yml"))
    shown = reader.run(export, "", typed=f"{admin}\n")
    assert "datasource/prometheus/basicAuthPassword" in shown
    text = blocks(PAGE, "")[0]
    assert [line for line in re.findall(r"\S+/\S+\.json|\w+/Prometheus.yml|contact_points/ops.yml", text) if not list(tmp_path.rglob(line))] == []
    assert yaml.safe_load((tmp_path / EXPORTED).read_text()) == yaml.safe_load(described.pop(EXPORTED))
    assert PASSWORD not in "".join(file.read_text() for file in tmp_path.rglob("*") if file.is_file())

    reader.write("grafana.yml", described.pop("grafana.yml"))
    pipeline = yaml.safe_load(described.pop(".gitlab-ci.yml"))
    secrets, more = described.pop("group_vars/all/vault.yml"), described.pop("grafana/platform.yml")
    assert described == {}
    reader.write("group_vars/all/vault.yml", secrets)
    reader.write("grafana/platform.yml", more)
    assert (reader.changed(check, admin), writes(grafana)) == (1, [])
    assert reader.changed(run, admin) == 1
    assert reader.changed(run, admin) == 0

    viewer, apply = make_token(grafana, "Viewer"), "\n".join(pipeline["apply"]["script"])
    changes = "\n".join(pipeline["changes"]["script"])
    (tmp_path / "grafana/dashboards/Home.json").unlink()
    for kind in ("permissions", "preferences", "service_accounts", "teams"):  # which viewers may not read, as the page says
        shutil.rmtree(tmp_path / "grafana" / kind, ignore_errors=True)
    call(grafana, "POST", "/api/dashboards/db", {"dashboard": {"uid": "hand", "title": "By hand"}})
    del grafana.requests[:]
    assert (reader.changed(changes, viewer), writes(grafana)) == (1, [])
    assert reader.changed(apply, admin) == 1
    assert titles(grafana) == {"Platform", "Hosts", "Node", "By hand"}
