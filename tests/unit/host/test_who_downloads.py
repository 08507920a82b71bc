# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""source: auto. What only the host's own network spoils is told apart from what is wrong for everybody, and the controller helps."""

from __future__ import annotations

import http.server
import socket
import threading

import pytest

pytest.importorskip("ansible")  # the controller's half needs it; a host's Python has none

from ansible_collections.observability.stack.plugins.action import service_release
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError


class Refusing(http.server.BaseHTTPRequestHandler):
    """Answers 404 to whatever is asked, and counts."""

    asked = 0

    def do_GET(self):
        type(self).asked += 1
        self.send_error(404)

    def log_message(self, *_args):
        pass


@pytest.fixture
def refusing():
    """The address of a server that has nothing."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield "http://127.0.0.1:%d" % server.server_port
    server.shutdown()


def closed_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def failure(host, archive, **over):
    """Return the error of a first run with this archive."""
    with pytest.raises(ServiceError) as caught:
        host.run(host.description(archives=[{**archive, "members": ["demo"]}], **over))
    assert not [path for path in host.listing() if path.startswith("opt/")], "something was left"
    return caught.value


SHA = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{closed}/demo.tar.gz", "http://no-such-host.invalid/demo.tar.gz", "/no/such/directory/demo.tar.gz"],
    ids=["nobody listens", "no such name", "the controller's directory"],
)
def test_a_host_that_reaches_nobody_says_so(host, url):
    error = failure(host, {"url": url.format(closed=closed_port()), "checksum": SHA}, source="auto")
    assert error.details["download_failed"] is True
    assert "Could not download" in error.message


def test_a_checksum_file_that_cannot_be_reached_counts_too(host):
    port = closed_port()
    error = failure(host, {"url": f"http://127.0.0.1:{port}/demo.tar.gz", "checksum": f"http://127.0.0.1:{port}/sums"}, source="auto")
    assert error.details["download_failed"] is True


def test_a_refusal_is_final(host, refusing):
    error = failure(host, {"url": refusing + "/demo.tar.gz", "checksum": SHA}, source="auto")
    assert error.details["download_failed"] is False
    assert "404" in error.message


def test_a_wrong_checksum_is_final(host):
    error = failure(host, dict(host.archive("1.0.0"), checksum=SHA), source="auto")
    assert "download_failed" not in error.details
    assert "wrong checksum" in error.message


class Action(service_release.ActionModule):
    """The controller's half with a host that answers as it is told."""

    def __init__(self, host, answers):
        self.fake, self.answers, self.asked = host, answers, []
        self._task = type("Task", (), {"diff": False})()

    def _module(self, arguments, task_vars):
        self.asked.append((arguments["source"], sorted(arguments.get("brought") or {})))
        return dict(self.answers.pop(0))

    def _bring_and_run(self, description, need, task_vars):
        brought = {one["url"]: "" for one in need["archives"]}
        return self._module(dict(description.arguments, brought=brought), task_vars)


LOOK = {"changed": True, "changes": ["install demo 1.0.0"], "needs": {"files": True, "archives": []}}
LOOK_HERE = dict(LOOK, needs={"files": True, "archives": [{"url": "demo.tar.gz"}]})
NO_WAY = {"failed": True, "msg": "Could not download x: no route. Check the address ...", "download_failed": True}
NOT_FOUND = dict(NO_WAY, download_failed=False)
DONE = {"changed": True, "changes": ["install demo 1.0.0"]}


def act(host, source, answers, monkeypatch):
    said = []
    monkeypatch.setattr(service_release.display, "warning", said.append)
    action = Action(host, answers)
    found = action._work(service_release.Description(host.description(source=source)), {"inventory_hostname": "h1"})
    return found, action.asked, said


def test_then_the_controller_downloads_and_one_warning_says_so(host, monkeypatch):
    found, asked, said = act(host, "auto", [LOOK, NO_WAY, LOOK_HERE, DONE], monkeypatch)
    assert not found.get("failed")
    assert asked == [("auto", []), ("auto", []), ("controller", []), ("controller", ["demo.tar.gz"])]
    assert len(said) == 1
    assert said[0].startswith("h1: Could not download x: no route. The controller downloads")


@pytest.mark.parametrize(("source", "answer"), [("auto", NOT_FOUND), ("target", NO_WAY)], ids=["a refusal", "source: target"])
def test_and_only_then(host, source, answer, monkeypatch):
    found, asked, said = act(host, source, [LOOK, answer], monkeypatch)
    assert found["failed"]
    assert (len(asked), said) == (2, [])
