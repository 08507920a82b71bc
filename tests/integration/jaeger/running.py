# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real Jaeger on loopback with the configuration that the role makes, and a Prometheus that scrapes it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.integration.modules.loopback import free_ports
from tests.lab.mirror import fill
from tests.unit.jaeger_role.support import described
from tests.unit.programs import program

LISTENERS = ("web", "grpc", "otlp_grpc", "otlp_http", "sampling_http", "sampling_grpc", "spanmetrics", "metrics", "health")
PATIENCE = 60.0


def ask(url: str) -> Any:
    """Return the JSON answer of a URL."""
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.loads(reply.read())


def wait_until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Return the first true answer; refusals count as no. Fails with ``what`` when none comes in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            answer = condition()
            if answer:
                return answer
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds:g} s: {what}")


class Running:
    """Jaeger and Prometheus below a directory. ``over`` are variables of the role without their prefix."""

    def __init__(self, root: Path, **over: Any) -> None:
        self.root = root
        numbers = free_ports(len(LISTENERS) + 1)
        self.ports = dict(zip((*LISTENERS, "prometheus"), numbers, strict=True))
        addresses = {f"{name}_listen_address": f"127.0.0.1:{self.ports[name]}" for name in LISTENERS}
        hosts = {"j1": {"prometheus_web_listen_address": f"127.0.0.1:{self.ports['prometheus']}", "observability_address": "127.0.0.1"}}
        self.made = described(hosts, {"prometheus": ["j1"]}, config_dir=str(root), storage_dir=str(root / "data"), **addresses, **over)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def url(self, name: str) -> str:
        """Return the URL of one of its ports."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def write(self) -> None:
        """Write the files of the role, and Prometheus' configuration."""
        for file in self.made["files"]:
            path = self.root / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["content"], encoding="utf-8")
        names = {"jaeger-spanmetrics": "spanmetrics", "jaeger": "metrics"}
        jobs = [{"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{self.ports[name]}"]}]} for job, name in names.items()]
        config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": jobs}
        (self.root / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")

    def start(self, name: str) -> None:
        """Start jaeger or prometheus, and wait until it is healthy."""
        own = {
            "jaeger": [f"--config={self.root}/jaeger.yaml"],
            "prometheus": [f"--config.file={self.root}/prometheus.yml", f"--storage.tsdb.path={self.root}/tsdb", "--enable-feature=exemplar-storage",
                           f"--web.listen-address=127.0.0.1:{self.ports['prometheus']}"],
        }[name]  # fmt: skip
        with (self.root / f"{name}.log").open("ab") as log:
            environment = {**os.environ, "JAEGER_SECRETS": str(self.root / "secrets")}
            self.processes[name] = subprocess.Popen([str(program(name)), *own], stdout=log, stderr=log, env=environment)
        health = {"jaeger": f"{self.url('health')}/status", "prometheus": f"{self.url('prometheus')}/-/ready"}[name]
        wait_until(lambda: urllib.request.urlopen(health, timeout=5).status == 200, f"{name} is healthy; see {self.root}/{name}.log")

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End one of them."""
        process = self.processes.pop(name)
        process.send_signal(how)
        process.wait(timeout=60)

    def playbook(self, path: Path) -> subprocess.CompletedProcess[str]:
        """Run a playbook on localhost that knows the URLs."""
        urls = {f"{name}_url": self.url(name) for name in ("web", "otlp_http")}
        environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "true"}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        argv = ["ansible-playbook", "-i", "localhost,", "-c", "local", "-e", json.dumps({**urls, "ansible_python_interpreter": sys.executable}), str(path)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=300, cwd=self.root, env=environment, check=False)


@contextlib.contextmanager
def running(root: Path, *programs: str, **over: Any) -> Iterator[Running]:
    """Start the programs, and end them afterwards."""
    fill(list(programs))
    one = Running(root, **over)
    one.write()
    try:
        for name in programs:
            one.start(name)
        yield one
    finally:
        for name in list(one.processes):
            one.stop(name, signal.SIGKILL)
