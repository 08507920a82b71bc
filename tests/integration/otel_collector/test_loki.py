# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collector and a real Loki, each with the configuration that its role makes."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.modules.loopback import free_ports
from tests.integration.modules.test_loki import until_ready
from tests.integration.otel_collector.conftest import until
from tests.lab.mirror import fill
from tests.unit.loki_role.support import described
from tests.unit.programs import program

if TYPE_CHECKING:
    from tests.integration.otel_collector.conftest import Collector

LINES = 10000
SHOP = '{service_name="shop"}'


class Loki:
    """A Loki that can be killed and started again on the same data."""

    def __init__(self, root: Path) -> None:
        self.root, (http, grpc) = root, free_ports(2)
        self.url = f"http://127.0.0.1:{http}"
        places = {"data_dir": str(root / "data"), "config_dir": str(root)}
        for one in described(web_listen_address=f"127.0.0.1:{http}", grpc_listen_address=f"127.0.0.1:{grpc}", **places)["files"]:
            (root / one["path"]).parent.mkdir(parents=True, exist_ok=True)
            (root / one["path"]).write_text(one["content"], encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with (self.root / "log").open("ab") as sink:
            argv = [program("loki"), f"-config.file={self.root}/config.yml"]
            self.process = subprocess.Popen(argv, stdout=sink, stderr=sink, cwd=self.root)
        until_ready(self.url, self.process, self.root / "log")

    def kill(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def ask(self, path: str, **options: str) -> Any:
        """Return the data of an answer of its API."""
        with urllib.request.urlopen(f"{self.url}/loki/api/v1/{path}?{urllib.parse.urlencode(options)}", timeout=30) as answer:
            return json.load(answer)["data"]

    def users(self, condition: str) -> set[str]:
        """Return the users of the lines that meet a condition, asked in parts, since Loki shows 5000 lines at once."""
        parts = [f'{SHOP} | {condition} | user=~"u{digit}.*"' for digit in range(10)]
        found = [row for part in parts for row in self.ask("query_range", query=part, limit="5000")["result"]]
        return {row["stream"]["user"] for row in found}

    def count(self, rest: str) -> int:
        """Return how many lines of the shop meet a condition."""
        result = self.ask("query", query=f"sum(count_over_time({SHOP} {rest} [1h]))")["result"]
        return next((int(row["value"][1]) for row in result), 0)


@pytest.fixture
def loki(tmp_path: Path) -> Iterator[Loki]:
    fill(["loki"])
    (tmp_path / "loki").mkdir()
    server = Loki(tmp_path / "loki")
    yield server
    server.kill()


def test_every_line_is_found_although_loki_was_killed_under_load(loki: Loki, collector: Collector, tmp_path: Path) -> None:
    log = tmp_path / "shop.log"
    log.touch()
    loki.start()
    retry = {"encoding": "proto", "retry_on_failure": {"initial_interval": "500ms", "max_interval": "2s"}}
    files = [{"name": "shop", "include": str(log), "format": "json", "level": "level"}]
    collector.configure(loki_url=loki.url, exporters={"otlphttp/loki": retry}, files=files)
    collector.start()
    with log.open("a", encoding="utf-8") as stream:
        for number in range(LINES):
            level = "error" if number % 10 == 0 else "info"
            stream.write(json.dumps({"level": level, "msg": f"line {number}", "user": f"u{number}", "token": f"t{number}"}) + "\n")
            if number == LINES // 2:
                stream.flush()
                loki.kill()
        stream.write("x" * 300000 + "\n")
    loki.start()
    wanted = {f"u{number}" for number in range(LINES)}
    until(lambda: loki.users('host_name="web1"') == wanted, "every line is found", 90)
    assert loki.users('detected_level="error"') == {f"u{number}" for number in range(0, LINES, 10)}
    # Ten thousand values of a field are no ten thousand streams.
    assert len(loki.ask("series", **{"match[]": SHOP})) == 1
    assert loki.count('|= "token" != "****"') == 0
    assert loki.count('|~ "^x+$"') >= 2
