# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tests on hosts share: descriptions of small services, running them, polling a service, a picture of a host."""

from __future__ import annotations

import copy
import http.client
import json
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.lab.core import cache_dir
from tests.lab.lab import Lab

PLAYS = Path(__file__).resolve().parent / "plays"
NEW = {"node_exporter": "1.12.1", "prometheus": "3.15.0"}
OLD = {"node_exporter": "1.11.1", "prometheus": "3.14.0"}
HOME = "github.com/prometheus/{0}/releases/download/v{1}"


def archive_path(program: str, version: str) -> str:
    """Return an archive's path below a mirror."""
    return f"{HOME.format(program, version)}/{program}-{version}.linux-amd64.tar.gz"


def good_archive(program: str, version: str = "") -> Path:
    """Return a proper archive in this machine's mirror."""
    return cache_dir() / "mirror" / archive_path(program, version or NEW[program])


def archives(lab: Lab, program: str, version: str, members: list[str]) -> list[dict[str, Any]]:
    """Return the description's archives: from the lab's mirror, digests by its checksum file."""
    base = f"{lab.mirror.url}/{HOME.format(program, version)}"
    url = f"{lab.mirror.url}/{archive_path(program, version)}"
    return [{"arch": "amd64", "url": url, "checksum": f"{base}/sha256sums.txt", "members": members}]


def node_exporter(lab: Lab, version: str = "", name: str = "node_exporter", port: int = 9100, **over: Any) -> dict[str, Any]:
    """Describe a small node_exporter; ``over`` is merged into it, mappings by key."""
    version = version or NEW["node_exporter"]
    described = {
        "name": name,
        "release": {"name": name, "version": version},
        "archives": archives(lab, "node_exporter", version, ["node_exporter"]),
        "download_timeout": 2,
        "directories": [{"path": f"/var/lib/{name}", "owner": name, "group": name, "mode": "0755"}],
        "files": [{"path": "web.yml", "content": "{}\n"}],
        "unit": {
            "exec": "node_exporter",
            "flags": {"web.listen-address": f":{port}", "web.config.file": f"/etc/{name}/web.yml", "collector.disable-defaults": True,
                      "collector.textfile": True, "collector.textfile.directory": f"/var/lib/{name}"},
            # Unit text that says which version it was written for: a mixture of generations shows.
            "environment": {"DESCRIBED": version},
        },
        "validate": [{"name": "node_exporter knows every flag", "argv": ["{exec}", "{flags}", "--version"]}],
        "health": {"port": port, "path": "/metrics", "body": "node_exporter_build_info", "timeout": 4},
        "ports": [f"0.0.0.0:{port}"],
    }  # fmt: skip
    return merged(described, over)


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return base with over's keys; mappings are merged, everything else is replaced."""
    result = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else copy.deepcopy(value)
    return result


@dataclass(frozen=True)
class Case:
    """One description for one run; ``env`` is the module's environment on the host, ``harm`` a shell command before it."""

    name: str
    described: dict[str, Any]
    env: dict[str, str] = field(default_factory=dict)
    harm: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the module's result, the error that the user reads ('' = none), the lines that the look printed."""

    result: dict[str, Any]
    message: str
    seen: list[str]


def run_cases(lab: Lab, host: str, cases: list[Case], look: str = "", *args: str) -> dict[str, Outcome]:
    """Run cases one after the other by one real ansible-playbook; return their outcomes by name."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump({"look": look, "cases": [asdict(case) for case in cases]}, given)
        given.flush()
        play = lab.playbook(PLAYS / "cases.yml", "--limit", host, "-e", f"@{given.name}", *args).expect_success()
    records = {record["task"]: record for record in play.tasks}
    outcomes = {}
    for case in cases:
        did, looked = records[f"The transaction: {case.name}"], records[f"The look: {case.name}"]["result"]
        error = did["result"].get("msg") or str(did["result"]) if did["status"] == "ignored" else ""
        outcomes[case.name] = Outcome(did["result"], error, sorted(looked.get("stdout_lines", [])))
    return outcomes


class Poller:
    """Asks a URL every 50 ms while a ``with`` block runs, and remembers when it did not answer well."""

    def __init__(self, address: str, port: int = 9100, path: str = "/metrics", pause: float = 0.05) -> None:
        self.address, self.port, self.path, self.pause = address, port, path, pause
        self.answers = 0
        self.failures: list[tuple[float, str]] = []
        self.gap = 0.0  # the longest time between two good answers, seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Poller:
        self._good = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._end.set()
        self._thread.join()
        self.gap = max(self.gap, time.monotonic() - self._good)

    def _run(self) -> None:
        while not self._end.wait(self.pause):
            why = self._ask()
            now = time.monotonic()
            if why:
                self.failures.append((now, why))
                continue
            self.answers += 1
            self.gap = max(self.gap, now - self._good)
            self._good = now

    def _ask(self) -> str:
        connection = http.client.HTTPConnection(self.address, self.port, timeout=5)
        try:
            connection.request("GET", self.path)
            reply = connection.getresponse()
            reply.read()
            return "" if reply.status == 200 else f"status {reply.status}"
        except (OSError, http.client.HTTPException) as exc:
            return repr(exc)
        finally:
            connection.close()

    def expect_no_failure(self) -> None:
        """Fail unless it asked several times and always got its answer."""
        assert self.answers >= 3, f"only {self.answers} answers: the poller proves nothing"
        assert not self.failures, f"{len(self.failures)} of {len(self.failures) + self.answers} polls failed: {self.failures[:3]}"


# All that a transaction may touch; of data only the directory itself, as the service writes into it.
PICTURE = r"""
trees="$(ls -d /etc/node_exporter* /etc/prometheus* /etc/case-*) /opt /var/lib/observability.stack /usr/local /etc/systemd/system"
find $trees -printf '%y %m %u:%g %p %l\n'
find $trees -type f -exec sha256sum {} +
find /var/lib/node_exporter* /var/lib/prometheus* /var/lib/case-* -maxdepth 0 -printf '%y %m %u:%g %p\n'
cat /etc/passwd /etc/group
ls -d /tmp/observability* /run/observability.stack/*.phase
exit 0
"""


def picture(lab: Lab, host: str) -> list[str]:
    """Return a host's files (with owners, modes, digests), links, accounts and enabled units as sorted lines."""
    return sorted(lab.run(host, PICTURE).stdout.splitlines())


def differences(before: list[str], after: list[str]) -> list[str]:
    """Return what came (+) and what went (-)."""
    return sorted([f"+ {line}" for line in set(after) - set(before)] + [f"- {line}" for line in set(before) - set(after)])
