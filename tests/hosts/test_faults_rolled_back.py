# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes that every check accepts and that fail when the service starts: the earlier generation answers again.

On a host where nothing was installed before, nothing is left.
"""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.support import PICTURE, Case, Outcome, Poller, archive_path, differences, good_archive, node_exporter, picture, run_cases
from tests.lab.lab import Lab
from tests.lab.mirror import faulty

# Answers one request and ends, well: systemd does not even call it a failure.
ANSWERS_ONCE = b"""#!/usr/bin/python3
import http.server, sys, time
if "--version" in sys.argv:
    sys.exit()
class Once(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"node_exporter_build_info 1\\n")
server = http.server.HTTPServer(("", 9100), Once)
server.handle_request()
"""
# Runs, listens and never becomes healthy.
NEVER_READY = ANSWERS_ONCE.replace(b"send_response(200)", b"send_response(503)").replace(b"server.handle_request()", b"server.serve_forever()")

SAID = {
    "crashes at start": ["failed at its start", "made to crash at start"],
    "refuses its configuration at start": ["failed at its start", "yaml: unmarshal errors"],
    "cannot bind at start": ["failed at its start", "cannot assign requested address"],
    "answers once and ends": ["node_exporter.service"],
    "never becomes healthy": ["did not become healthy within 4 s", "answered 503"],
    "may not do what it needs": ["failed at its start"],
}


def script(lab: Lab, version: str, program: bytes) -> dict[str, Any]:
    """Put a program of our own into the mirror as a release; return the description that wants it."""
    path = lab.mirror.overlay / archive_path("node_exporter", version)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as handle:
        member = tarfile.TarInfo(f"node_exporter-{version}.linux-amd64/node_exporter")
        member.size, member.mode = len(program), 0o755
        handle.addfile(member, io.BytesIO(program))
    (path.parent / "sha256sums.txt").write_text(f"{faulty.sha256_of(path)}  {path.name}\n")
    return node_exporter(lab, version)


def cases(lab: Lab, scratch: Path) -> list[Case]:
    """Return every case of SAID."""
    crash = faulty.make("crashes_at_start", good_archive("node_exporter"), scratch / "crash", "80.0.0")
    shutil.copytree(crash.root, lab.mirror.overlay, dirs_exist_ok=True)
    return [
        Case("crashes at start", node_exporter(lab, "80.0.0")),
        Case("refuses its configuration at start", node_exporter(lab, files=[{"path": "web.yml", "content": "no_such_key: 1\n"}])),
        Case("cannot bind at start", node_exporter(lab, unit={"flags": {"web.listen-address": "192.0.2.1:9100"}})),
        Case("answers once and ends", script(lab, "81.0.0", ANSWERS_ONCE)),
        Case("never becomes healthy", script(lab, "82.0.0", NEVER_READY)),
        Case("may not do what it needs", node_exporter(lab, unit={"hardening": {"RestrictAddressFamilies": "AF_UNIX"}})),
    ]


class Run:
    """One pass over all cases, on a host with a running service and on one with nothing."""

    def __init__(self, lab: Lab, running: str, empty: str, scratch: Path) -> None:
        chosen = cases(lab, scratch)
        first = run_cases(lab, running, [Case("the first install", node_exporter(lab))])
        assert first["the first install"].message == ""
        self.before, self.nothing = picture(lab, running), picture(lab, empty)
        with Poller(lab.hosts[running].address) as self.poller:
            self.changes: dict[str, Outcome] = run_cases(lab, running, chosen, PICTURE)
        self.installs: dict[str, Outcome] = run_cases(lab, empty, chosen, PICTURE)


@pytest.fixture(scope="module")
def run(lab: Lab, boot: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(lab, boot("faults2"), boot("faults3"), tmp_path_factory.mktemp("archives"))


@pytest.mark.parametrize("name", SAID)
def test_a_change_that_fails_at_the_start_is_rolled_back(run: Run, name: str) -> None:
    outcome = run.changes[name]
    missing = [words for words in [*SAID[name], "Rolled back to generation 1", "it answers again"] if words not in outcome.message]
    assert not missing, f"the error does not say {missing}: {outcome.message!r}"
    assert outcome.result["rolled_back"]
    assert differences(run.before, outcome.seen) == []


def test_the_service_was_away_only_while_it_was_restarted(run: Run) -> None:
    assert run.poller.answers > 20
    # The longest is the one that has to wait for the health check's own 4 seconds.
    assert run.poller.gap < 4 + 6, f"{run.poller.gap:.1f} s without an answer"


@pytest.mark.parametrize("name", SAID)
def test_a_first_install_that_fails_leaves_nothing(run: Run, name: str) -> None:
    outcome = run.installs[name]
    missing = [words for words in [*SAID[name], "everything that this run made has been removed again"] if words not in outcome.message]
    assert not missing, f"the error does not say {missing}: {outcome.message!r}"
    assert differences(run.nothing, outcome.seen) == []
