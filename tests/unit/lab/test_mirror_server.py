# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lab's mirror serves files, counts requests and fails on order."""

from __future__ import annotations

import http.client
import threading
import urllib.error
import urllib.request

import pytest

from tests.lab.core import LabError
from tests.lab.file_server import Server
from tests.lab.served_mirror import Mirror

PATH = "github.com/x/releases/download/v1/x.tar.gz"


@pytest.fixture
def served(tmp_path, monkeypatch):
    mirror = Mirror(tmp_path / "state", "127.0.0.1")
    shared = tmp_path / "shared"
    (shared / PATH).parent.mkdir(parents=True)
    (shared / PATH).write_bytes(b"shared" * 1000)
    (tmp_path / "secret").write_text("not for you")
    mirror.overlay.mkdir(parents=True)
    server = Server(("127.0.0.1", 0), mirror._log, mirror._faults, [mirror.overlay, shared])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("tests.lab.served_mirror.PORT", server.server_address[1])
    yield mirror
    server.shutdown()
    server.server_close()


def fetch(mirror, path=PATH, timeout=5.0):
    with urllib.request.urlopen(f"{mirror.url}/{path}", timeout=timeout) as answer:
        return answer.read()


def test_files_are_served_and_counted(served):
    assert fetch(served) == b"shared" * 1000
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(served, "github.com/none")
    assert [(record["status"], record["bytes"]) for record in served.requests()] == [(200, 6000), (404, 4)]
    assert len(served.requests("x.tar.gz")) == 1
    served.forget_requests()
    assert served.requests() == []


def test_a_test_s_own_file_wins(served):
    (served.overlay / PATH).parent.mkdir(parents=True)
    (served.overlay / PATH).write_bytes(b"mine")
    assert fetch(served) == b"mine"


@pytest.mark.parametrize("path", ["../secret", "%2e%2e/secret", "github.com/../../secret", "", "github.com"])
def test_nothing_outside_and_no_listings(served, path):
    connection = http.client.HTTPConnection("127.0.0.1", int(served.url.rpartition(":")[2]), timeout=5)
    connection.request("GET", "/" + path)
    assert connection.getresponse().status == 404
    connection.close()


def test_faults_come_and_go(served):
    served.fault("x.tar.gz", "status", status=503)
    with pytest.raises(urllib.error.HTTPError, match="503"):
        fetch(served)
    served.fault("x.tar.gz", "truncate", bytes=10)
    with pytest.raises(http.client.IncompleteRead) as caught:
        fetch(served)
    assert caught.value.partial == b"shareds" + b"har"
    served.fault("x.tar.gz", "hang", seconds=1.5)
    with pytest.raises(TimeoutError):
        fetch(served, timeout=0.3)
    served.heal()
    assert len(fetch(served)) == 6000


def test_a_file_can_be_replaced_by_another(served, tmp_path):
    (tmp_path / "evil").write_bytes(b"evil")
    served.fault("x.tar.gz", "replace", file=tmp_path / "evil")
    assert fetch(served) == b"evil"


def test_unknown_faults_are_refused(served):
    with pytest.raises(LabError, match="knows no fault 'explode'"):
        served.fault("x", "explode")
