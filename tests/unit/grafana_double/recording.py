# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The recorded calls, and how one is made again.

Each line of a file is a call; headers that nearly every answer had are left out there and put back here. A call is known
by its file and its name, with a number when the name comes again in the file.
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.doubles.grafana import Grafana

from . import partial
from .binding import Binding, Different

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "grafana-contract"
USUAL = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-type": "application/json"}
TOKENS = {"Viewer": "02", "Editor": "03", "Admin": "04", "new": "05"}
BEGIN = datetime(2026, 11, 21, 3, 39, 50, tzinfo=UTC).timestamp()
# managedFields name the client by the first word of this header.
AGENT = {"User-Agent": "python-requests/2.32"}


@dataclass(frozen=True)
class Call:
    """One recorded call."""

    name: str
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def headers(self) -> dict[str, str | None]:
        """The recorded headers; None is one that was not there."""
        return {**USUAL, **self.response.get("headers", {})}


def calls() -> Iterator[Call]:
    """Yield every recorded call, in the order of the recording."""
    for path in sorted(FIXTURES.glob("*.jsonl")):
        seen: Counter[str] = Counter()
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            seen[row["name"]] += 1
            again = f" ({seen[row['name']]})" if seen[row["name"]] > 1 else ""
            yield Call(f"{path.stem}: {row['name']}{again}", row["request"], row["response"])


def initial_state(folder: Path) -> Path:
    """Copy what was provisioned from files at the start; return the provisioning directory."""
    shutil.copytree(FIXTURES / "initial-state", folder, dirs_exist_ok=True)
    for path in (folder / "provisioning").rglob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("/etc/grafana", str(folder)), encoding="utf-8")
    return folder / "provisioning"


def recorded_grafana(folder: Path) -> Grafana:
    """Return a double in the state in which the recording began."""
    grafana = Grafana(generation=12, provisioning=initial_state(folder))
    # An organisation had been made and deleted on the recorded server: the next one has the number 3.
    grafana.app.store.next("orgs")
    grafana.clock.advance(BEGIN - grafana.clock.now())
    return grafana


@dataclass
class Player:
    """Makes the calls again on one connection, and compares."""

    grafana: Grafana
    binding: Binding = field(default_factory=Binding)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(self.grafana.app.address, timeout=10)
        self.binding.bind("server", "127.0.0.1:3300", self.grafana.app.address, "start")
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.binding.bind("server", "127.0.0.1:9090", "127.0.0.1:%d" % unused.getsockname()[1], "start")

    def play(self, call: Call) -> None:
        """Make a call; Different tells how the answer differs."""
        path = self.binding.fill(call.request["path"])
        body = call.request.get("raw")
        self.reach((call.request.get("body") or {}).get("startsAt"))
        if call.request.get("body") is not None:
            body = json.dumps(self.binding.body(call.request["body"], call.request["path"]))
        self.connection.request(call.request["method"], path, body.encode() if body else None, self.headers(call))
        answer = self.connection.getresponse()
        data = answer.read().decode()
        if answer.status != call.response["status"]:
            raise Different(f"status {call.response['status']} expected, {answer.status} found: {data[:300]}")
        self.compare(call, data)
        for name, value in call.headers.items():
            self.header(name, value, answer.getheader(name))

    def reach(self, when: str | None) -> None:
        """Let it be at least so late: silences name absolute times."""
        if when:
            self.grafana.clock.advance(max(0, datetime.fromisoformat(when).timestamp() - self.grafana.clock.now()))

    def headers(self, call: Call) -> dict[str, str]:
        """Return the headers of a request."""
        kind, _space, who = call.request["auth"].partition(" ")
        headers = {**AGENT, "Content-Type": "application/json", **call.request.get("headers", {})}
        if kind == "basic":
            headers["Authorization"] = "Basic " + base64.b64encode(who.encode()).decode()
        elif kind == "bearer":
            name = "glsa_EXAMPLETOKEN" + TOKENS.get(who.strip("<>").split()[0], "") if who.startswith("<") else who
            headers["Authorization"] = "Bearer " + self.binding.fill(name)
        return headers

    def compare(self, call: Call, data: str) -> None:
        """Compare a body with the recorded one."""
        recorded = call.response["body"]
        if isinstance(recorded, dict) and "__truncated__" in recorded:
            if recorded["head"][:1] not in "{[":
                return self.beginning(recorded["head"], data)
            recorded = partial.read(recorded["head"])[0]
        if isinstance(recorded, str):
            return self.binding.text(recorded, data, "body")
        try:
            real = json.loads(data)
        except ValueError:
            raise Different(f"JSON expected, {data[:200]!r} found") from None
        return self.binding.same(recorded, real, call.request["path"])

    def beginning(self, head: str, data: str) -> None:
        """Compare the beginnings of two texts."""
        if not data.startswith(head):
            raise Different(f"{head[:200]!r} expected, {data[:200]!r} found")

    def header(self, name: str, recorded: str | None, real: str | None) -> None:
        """Compare a header; of some only whether they are there."""
        if name in ("audit-id", "etag", "set-cookie"):
            recorded, real = bool(recorded) and "there", bool(real) and "there"  # type: ignore[assignment]
        if recorded != real:
            raise Different(f"header {name}: {recorded!r} expected, {real!r} found")
