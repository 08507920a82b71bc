# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Starting, reading and stopping the webhook receiver of webhook.py on the host where this runs (Python only)."""

from __future__ import annotations

import json
import os
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

from ..engine.errors import Failure
from ..engine.wait import wait_until
from .webhook import NAME, Inbox, make_server, serve

NOBODY = 65534


def bring(params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """Start, read or stop the receiver as the module's parameters say; the module's result. Failure as below."""
    port, use, state = params["port"], params["use"], params["state"]
    if state == "read":
        return {"changed": False, **read(port, params["wait_for"], params["timeout"], params["elapsed"])}
    if check_mode:
        in_use = use in (running(port) or {"uses": []})["uses"]
        return {"changed": in_use == (state == "stopped")}
    return {"changed": begin(port, use, params["life"]) if state == "started" else end(port, use)}


def running(port: int) -> dict[str, Any] | None:
    """What the receiver on this port holds, None when nothing listens; Failure when it is another program."""
    content = None
    for _attempt in range(2):
        try:
            content = _request("GET", port, "")
            break
        except ConnectionError:
            return None
        except (OSError, ValueError, HTTPException):
            # Perhaps one of ours that is just ending; then it will be gone.
            time.sleep(0.5)
    if not isinstance(content, dict) or content.get("receiver") != NAME:
        raise Failure(
            f"Port {port} of 127.0.0.1 is used by another program. Choose another port "
            "(observability_verify_port, for the alertmanager role too), or stop that program."
        )
    return content


def begin(port: int, use: str, life: float) -> bool:
    """Begin a use of the receiver, starting it when there is none; whether this use is new."""
    content = running(port)
    if content is not None:
        _request("PUT", port, use, life)
        return use not in content["uses"]
    inbox = Inbox()
    inbox.begin(use, life)
    try:
        server = make_server(port, inbox)
    except OSError as error:
        raise Failure(f"The receiver cannot listen on 127.0.0.1:{port}: {error.strerror}.") from error
    # The socket listens already, so whoever comes after this call is served.
    _detach(server, inbox)
    return True


def end(port: int, use: str) -> bool:
    """End a use of the receiver; whether there was one."""
    content = running(port)
    if content is None or use not in content["uses"]:
        return False
    _request("DELETE", port, use)
    return True


def read(port: int, expected: list[dict[str, Any]], timeout: float, elapsed: float) -> dict[str, Any]:
    """{alerts, missing, waited}: what came, once all expected alerts have come or the time is over.

    ``elapsed`` is how many seconds ago the caller's clock began; each alert says at how many it came (``after``).
    """
    begin = time.monotonic()
    waited = wait_until(lambda: (running(port) or {"alerts": []})["alerts"], lambda alerts: not missing(expected, alerts), timeout, 0.3)
    now = elapsed + time.monotonic() - begin
    alerts = [{**alert, "after": round(max(now - alert["age"], 0.0), 2)} for alert in waited.last]
    return {"alerts": alerts, "missing": missing(expected, waited.last), "waited": waited.seconds}


def missing(expected: list[dict[str, Any]], alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The expected alerts ({status, labels}) that did not come: all their labels must be there with these values."""
    return [wish for wish in expected if not any(_meets(wish, alert) for alert in alerts)]


def _meets(wish: dict[str, Any], alert: dict[str, Any]) -> bool:
    return alert["status"] == wish["status"] and wish["labels"].items() <= alert["labels"].items()


def _request(verb: str, port: int, path: str, body: Any = None) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(verb, f"/{path}", body=None if body is None else json.dumps(body))
        return json.loads(connection.getresponse().read(64 * 1024 * 1024))
    finally:
        connection.close()


def _detach(server: Any, inbox: Inbox) -> None:
    """Serve in a process of its own, without the rights, the terminal and the open files of this one."""
    if os.fork():
        server.socket.close()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    try:
        _leave_everything(server.fileno())
        serve(server, inbox)
    finally:
        os._exit(0)


def _leave_everything(keep: int) -> None:
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
