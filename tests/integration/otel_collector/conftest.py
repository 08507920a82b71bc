# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real collector on loopback with the configuration that the role makes, and a sink in Loki's place."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plugins.plugin_utils.plain import to_yaml
from tests.doubles.otlp_sink import OtlpSink
from tests.lab.mirror import fill
from tests.unit.otel_collector_role.support import configured
from tests.unit.programs import program

WAIT = 60.0


def until(holds: Callable[[], Any], what: str, seconds: float = WAIT) -> None:
    """Wait until something holds; fail, saying what, when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Collector:
    """One collector that can be started, killed and started again on the same data."""

    def __init__(self, directory: Path, sink: OtlpSink) -> None:
        self.directory, self.sink = directory, sink
        fill(["otel_collector"])
        self.exe = program("otelcol-contrib", "otel_collector")
        self.process: subprocess.Popen[bytes] | None = None
        self.log = directory / "collector.log"

    def configure(self, **over: Any) -> Path:
        """Write the configuration; the journal is left out, since not every machine that tests has one."""
        names = ("web", "health", "otlp_grpc", "otlp_http")
        self.ports = {name: free_port() for name in names}
        addresses = {f"{name}_listen_address": f"127.0.0.1:{port}" for name, port in self.ports.items()}
        exporter = {"encoding": "json", "retry_on_failure": {"initial_interval": "500ms", "max_interval": "1s"}}
        given = {"journal": False, "start_at": "beginning", "data_dir": str(self.directory / "data"), "loki_url": self.sink.url, **addresses, **over}
        exporters = {"otlphttp/loki": exporter, **given.pop("exporters", {})}
        (self.directory / "data").mkdir(exist_ok=True)
        self.config = self.directory / "config.yml"
        self.config.write_text(to_yaml(configured({}, exporters=exporters, **given)), encoding="utf-8")
        return self.config

    def validate(self) -> subprocess.CompletedProcess[str]:
        """Have the program judge the configuration, as the role does before it swaps."""
        return subprocess.run([self.exe, "validate", f"--config={self.config}"], capture_output=True, text=True, timeout=WAIT, check=False)

    def start(self) -> None:
        """Start it and wait until it says that it is well."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.exe, f"--config={self.config}"], stdout=log, stderr=log)
        until(self.healthy, "the collector is healthy")

    def healthy(self) -> bool:
        """Ask the health endpoint; a process that ended fails the test with its last words."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['health']}/", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def metrics(self) -> str:
        """Return its own metrics."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['web']}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    def stop(self, *, kill: bool = False) -> None:
        """End it, in order or not."""
        if self.process and self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(WAIT)


@pytest.fixture
def sink() -> Iterator[OtlpSink]:
    with OtlpSink() as served:
        yield served


@pytest.fixture
def collector(tmp_path: Path, sink: OtlpSink) -> Iterator[Collector]:
    made = Collector(tmp_path, sink)
    yield made
    made.stop()


