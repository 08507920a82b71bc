# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The webhook receiver with its real process: what alertmanager_receiver starts, reads and stops."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from ansible_collections.observability.stack.plugins.module_utils.alertmanager import receiver
from ansible_collections.observability.stack.plugins.module_utils.alertmanager.webhook import MOST_ALERTS, Inbox
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure

from tests.unit.engine.web_double import WebDouble


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    yield number
    for use in (receiver.running(number) or {"uses": []})["uses"]:
        receiver.end(number, use)
    assert gone(number)


def gone(port, seconds=5):
    end = time.monotonic() + seconds
    while receiver.running(port) is not None:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def post(port, *alerts):
    body = json.dumps({"alerts": list(alerts)}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/", data=body), timeout=5) as answer:
        return answer.status


def alert(status="firing", **labels):
    return {"status": status, "labels": labels, "annotations": {"summary": "x"}}


def begin_elsewhere(port, use="a", life=60):
    """Begin in another process, as a module does: the receiver must outlive it."""
    code = f"from ansible_collections.observability.stack.plugins.module_utils.alertmanager import receiver;print(receiver.begin({port}, {use!r}, {life}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    return done.stdout.strip() == "True"


def test_it_lives_on_reads_and_ends(port):
    assert receiver.running(port) is None
    assert begin_elsewhere(port)
    assert post(port, alert(alertname="A", run="1")) == 200
    wishes = [{"status": "firing", "labels": {"run": "1"}}]
    result = receiver.read(port, wishes, 5, elapsed=100)
    assert result["missing"] == []
    assert result["alerts"][0]["labels"] == {"alertname": "A", "run": "1"}
    assert 99 < result["alerts"][0]["after"] < 103
    assert receiver.end(port, "a") is True
    assert gone(port)
    assert receiver.end(port, "a") is False


def test_two_uses_share_one_process_and_the_last_ends_it(port):
    assert begin_elsewhere(port, "a")
    assert begin_elsewhere(port, "b")
    assert not begin_elsewhere(port, "b")
    receiver.end(port, "a")
    time.sleep(0.6)
    assert receiver.running(port)["uses"] == ["b"]


def test_it_ends_by_itself_when_its_life_is_over(port):
    begin_elsewhere(port, life=0.5)
    assert gone(port)


def test_what_does_not_come_is_missing_when_the_time_is_over(port):
    begin_elsewhere(port)
    post(port, alert("resolved", run="1"), alert("firing", run="2"))
    wishes = [{"status": "firing", "labels": {"run": "1"}}, {"status": "firing", "labels": {"run": "2"}}]
    begin = time.monotonic()
    assert receiver.read(port, wishes, 0.5, elapsed=0)["missing"] == wishes[:1]
    assert 0.4 < time.monotonic() - begin < 3


def test_a_port_of_another_program_is_named():
    with WebDouble((200, {}, {"receiver": "somebody else"})) as web:
        with pytest.raises(Failure, match=r"is used by another program.*observability_verify_port"):
            receiver.begin(int(web.url.rpartition(":")[2]), "a", 10)
        assert web.verbs == ["GET"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"alerts": 1}', b'{"alerts": [{}]}', b"x" * 2_000_000])
def test_what_is_no_notification_is_refused(port, body):
    begin_elsewhere(port)
    with pytest.raises((urllib.error.HTTPError, urllib.error.URLError, ConnectionError)):
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/", data=body), timeout=5)
    assert receiver.running(port)["alerts"] == []


def test_it_listens_on_loopback_only(port):
    begin_elsewhere(port)
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        own = "127.0.0.2"
    with pytest.raises(OSError):
        socket.create_connection((own, port), timeout=2)


def test_the_inbox_is_bounded_and_keeps_the_newest():
    inbox = Inbox()
    inbox.take({"alerts": [alert(n=str(number)) for number in range(MOST_ALERTS + 5)]})
    kept = inbox.content()["alerts"]
    assert len(kept) == MOST_ALERTS
    assert kept[-1]["labels"] == {"n": str(MOST_ALERTS + 4)}


def test_a_use_whose_life_is_over_needs_nothing():
    now = [0.0]
    inbox = Inbox(clock=lambda: now[0])
    inbox.begin("a", 10)
    assert inbox.needed()
    now[0] = 11
    assert not inbox.needed()
    inbox.begin("a", 10)
    assert inbox.needed()
    inbox.end("a")
    assert not inbox.needed()
