# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Playbooks as users of community.grafana have them do here, with the collection's name changed, what they did there.

And what they did not do there: check mode foretells, writes nothing and stumbles over nothing on an empty server; a second run
changes nothing; no account is moved to another organisation; no secret is printed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.doubles.grafana import Grafana
from tools.build_tree import COLLECTIONS, stage

PLAYBOOKS = Path(__file__).parent / "playbooks"
READING = ("GET", "HEAD")


@pytest.fixture(params=[12, 13])
def grafana(request):
    """A fresh server of each generation; whatever made it stumble fails the test."""
    stage()
    with Grafana(generation=request.param) as server:
        yield server
        assert server.app.mistakes == []


def play(grafana: Grafana, tmp_path: Path, name: str, *arguments: str) -> str:
    """Run a playbook and return what it printed; a failed task fails the test."""
    variables = {"grafana_url": f"{grafana.url}/", "grafana_username": "admin", "grafana_password": "admin", "export": tmp_path / "export.json"}
    words = [word for key, value in variables.items() for word in ("-e", f"{key}={value}")]
    argv = [str(Path(sys.executable).with_name("ansible-playbook")), str(PLAYBOOKS / name), "--diff", *words, *arguments]
    settings = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}
    quiet = {"ANSIBLE_INVENTORY_UNPARSED_WARNING": "false", "ANSIBLE_PYTHON_INTERPRETER": sys.executable, "LC_ALL": "C.UTF-8"}
    run = subprocess.run(argv, capture_output=True, text=True, timeout=600, cwd=tmp_path, env={**os.environ, **settings, **quiet})
    assert run.returncode == 0, run.stdout + run.stderr
    assert "s3cret" not in run.stdout + run.stderr
    return run.stdout


def changed(output: str) -> int:
    """How many tasks changed something."""
    return int(re.findall(r"changed=(\d+)", output)[-1])


def writes(grafana: Grafana, since: int) -> list[tuple[str, str]]:
    """The requests after the first `since` that were no mere questions."""
    return [request for request in grafana.requests[since:] if request[0] not in READING]


def test_a_whole_server_is_described_as_for_the_peers(grafana, tmp_path):
    foretold = changed(play(grafana, tmp_path, "shop.yml", "--check"))
    assert writes(grafana, 0) == []
    dashboards = 2  # tasks that check mode passes over, since their folder is not there yet
    assert changed(play(grafana, tmp_path, "shop.yml")) == foretold + dashboards > dashboards + 10
    before = len(grafana.requests)
    assert changed(play(grafana, tmp_path, "shop.yml")) == 0
    assert writes(grafana, before) == []
    assert changed(play(grafana, tmp_path, "shop.yml", "-e", "wanted=absent")) > 5
    assert changed(play(grafana, tmp_path, "shop.yml", "-e", "wanted=absent")) == 0
    assert [path for _verb, path in grafana.requests if "/api/user/using" in path or "orgId=" in path] == []


def test_results_have_the_words_that_playbooks_wait_for(grafana, tmp_path):
    play(grafana, tmp_path, "answers.yml")
