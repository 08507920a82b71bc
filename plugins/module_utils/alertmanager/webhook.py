# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A webhook receiver for Alertmanager: a small process on the loopback interface that ends by itself.

It keeps the alerts that it was sent and gives them back over HTTP:
  POST /        a notification of Alertmanager
  GET /         {receiver, uses, alerts: [{status, labels, annotations, age}]}
  PUT /<use>    begin a use (or lengthen it); the body is its life in seconds
  DELETE /<use> end a use; the process ends with the last one
So that two runs at once do no harm, it lives until every use has ended or outlived its life.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

NAME = "observability.stack"
LARGEST_BODY = 1024 * 1024
MOST_ALERTS = 2000


class Inbox:
    """The alerts that came and the uses that wait for them. Times are seconds of ``clock``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._alerts: list[dict[str, Any]] = []
        self._uses: dict[str, float] = {}

    def take(self, notification: dict[str, Any]) -> None:
        """Keep the alerts of one notification; the oldest ones go when there are too many."""
        now = self._clock()
        with self._lock:
            for alert in notification["alerts"]:
                kept = {key: alert.get(key) or {} for key in ("labels", "annotations")}
                self._alerts.append({"status": alert["status"], "at": now, **kept})
            del self._alerts[:-MOST_ALERTS]

    def begin(self, use: str, life: float) -> None:
        """Begin a use, or lengthen it."""
        with self._lock:
            self._uses[use] = self._clock() + life

    def end(self, use: str) -> None:
        """End a use."""
        with self._lock:
            self._uses.pop(use, None)

    def needed(self) -> bool:
        """Whether a use is left whose life is not over."""
        with self._lock:
            return any(end > self._clock() for end in self._uses.values())

    def content(self) -> dict[str, Any]:
        """What GET answers; ``age`` is how many seconds ago an alert came, so that no clocks are compared."""
        with self._lock:
            now = self._clock()
            alerts = [{**{k: v for k, v in item.items() if k != "at"}, "age": now - item["at"]} for item in self._alerts]
            return {"receiver": NAME, "uses": sorted(self._uses), "alerts": alerts}


def make_server(port: int, inbox: Inbox) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 that is bound already; OSError when the port is taken."""
    handler = type("Handler", (_Handler,), {"inbox": inbox})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def serve(server: ThreadingHTTPServer, inbox: Inbox, pause: float = 0.2) -> None:
    """Serve until no use is left."""
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": pause}, daemon=True).start()
    while inbox.needed():
        time.sleep(pause)
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    inbox: Inbox
    timeout = 10

    def do_GET(self) -> None:
        self._answer(200, self.inbox.content())

    def do_POST(self) -> None:
        try:
            self.inbox.take(self._body())
        except (ValueError, KeyError, TypeError, AttributeError):
            self._answer(400, {"error": "not a notification of Alertmanager"})
        else:
            self._answer(200, {})

    def do_PUT(self) -> None:
        try:
            self.inbox.begin(self.path.strip("/"), float(self._body()))
        except (ValueError, TypeError):
            self._answer(400, {"error": "the body must be a number of seconds"})
        else:
            self._answer(200, {})

    def do_DELETE(self) -> None:
        self.inbox.end(self.path.strip("/"))
        self._answer(200, {})

    def _body(self) -> Any:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            raise ValueError("the body is too large")
        return json.loads(self.rfile.read(length).decode("utf-8"))

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: there is nobody to read it."""
