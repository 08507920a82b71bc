# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""loki_push, loki_query and loki_info, by a playbook, against a real Loki on loopback that tells tenants apart."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.integration.modules.loopback import free_ports
from tests.lab.mirror import fill
from tests.unit.loki_role.support import described, file
from tests.unit.programs import program

PLAYBOOK = Path(__file__).parent / "playbooks/loki.yml"
GROUP = {"name": "mine", "rules": [{"record": "lines", "expr": 'sum(count_over_time({job="deployments"}[5m]))'}]}


def until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server says that it is ready, at most a minute."""
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{url}/ready", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None and time.monotonic() < end, log.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.2)


@pytest.fixture(scope="module")
def loki(tmp_path_factory: pytest.TempPathFactory):
    """The URL of a Loki with the configuration that the role makes."""
    fill(["loki"])
    root = tmp_path_factory.mktemp("loki")
    http, grpc = free_ports(2)
    made = described(
        auth_enabled=True,
        web_listen_address=f"127.0.0.1:{http}",
        grpc_listen_address=f"127.0.0.1:{grpc}",
        data_dir=str(root / "data"),
        config_dir=str(root),
        tenant_rules={"team-a": [GROUP]},
        ruler={"poll_interval": "1s", "evaluation_interval": "1s"},
    )
    for one in made["files"]:
        path = root / one["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one["content"], encoding="utf-8")
    assert file(made)["path"] == "config.yml"
    log = root / "log"
    with log.open("ab") as sink:
        process = subprocess.Popen([program("loki"), f"-config.file={root}/config.yml"], stdout=sink, stderr=sink, cwd=root)
    try:
        until_ready(f"http://127.0.0.1:{http}", process, log)
        yield f"http://127.0.0.1:{http}"
    finally:
        process.kill()
        process.wait()


def test_the_modules_do_what_their_playbook_asserts(loki: str, tmp_path: Path) -> None:
    environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    variables = ["-e", f"loki_url={loki}", "-e", f"ansible_python_interpreter={sys.executable}"]
    argv = ["ansible-playbook", "-i", "localhost,", "-c", "local", str(PLAYBOOK), *variables]
    run = subprocess.run(argv, capture_output=True, text=True, timeout=300, cwd=tmp_path, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
