# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sockets: HTTP/1.1 with kept connections, faults, and the path under which a proxy shows the server."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .app import App, Settings
from .faults import Fault
from .wire import HTML, JSON, Reply, Request

CONTROL = "/-/double/"
NO_BODY = (204, 304)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_arguments: Any) -> None:
        """Write no log; `App.requests` is the log."""

    def handle_one(self) -> None:
        """Read a request, answer it, and do what was ordered to go wrong."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _mark, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        app = self.server.app
        if path.startswith(CONTROL):
            return self.send(control(app, self.command, path.removeprefix(CONTROL), body))
        prefix = app.settings.sub_path
        if prefix and not path.startswith(prefix + "/") and path != prefix:
            return self.send(Reply("", 301, None, {"Location": prefix + self.path}))
        request = Request(self.command, path.removeprefix(prefix) or "/", query, headers, body)
        fault = app.faults.pick(request.method, request.path)
        return self.send(self.reply(request, fault), fault is not None and fault.reset)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_one

    def reply(self, request: Request, fault: Fault | None) -> Reply:
        """Return the answer, or the fault in its place."""
        app = self.server.app
        if fault is None:
            return app.answer(request)
        time.sleep(fault.delay)
        if not fault.status and not fault.html:
            return app.answer(request)
        app.requests.append((request.method, request.path))
        return Reply(fault.body, fault.status or 200, HTML if fault.html else JSON, dict(fault.headers))

    def send(self, reply: Reply, cut: bool = False) -> None:
        """Write a reply in one piece: two would wait for each other on a kept connection."""
        data = reply.data()
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **reply.headers}
        if reply.content_type:
            headers["Content-Type"] = reply.content_type
        if reply.status not in NO_BODY:
            headers["Content-Length"] = str(len(data))
        lines += [f"{name}: {value}" for name, value in headers.items() if value]
        head = "\r\n".join([*lines, "", ""]).encode()
        whole = head if self.command == "HEAD" or reply.status in NO_BODY else head + data
        if cut:
            return self.cut(whole[: len(head) + len(data) // 2])
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(whole)
        return None

    def cut(self, half: bytes) -> None:
        """Send half of an answer and reset the connection."""
        self.wfile.write(half)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def control(app: App, method: str, what: str, body: bytes) -> Reply:
    """Answer a test in another process: faults (GET, POST, DELETE), requests (GET, DELETE), clock (POST)."""
    if what == "faults" and method == "POST":
        app.faults.add(**json.loads(body))
    elif what == "faults" and method == "DELETE":
        app.faults.clear()
    elif what == "clock" and method == "POST":
        app.clock.advance(float(json.loads(body)["advance"]))
    elif what == "requests" and method == "DELETE":
        app.requests.clear()
    answers = {"faults": app.faults.listing(), "requests": app.requests, "clock": {"now": app.clock.now()}}
    return Reply(answers[what]) if what in answers else Reply({"message": "Not found"}, 404)


class Server(ThreadingHTTPServer):
    """The listening socket."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: App, host: str = "127.0.0.1", port: int = 0, tls: tuple[Path, Path] | None = None):
        super().__init__((host, port), Handler)
        self.app = app
        app.address = "%s:%d" % ("127.0.0.1" if host in ("", "0.0.0.0") else host, self.server_address[1])
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that went away; whatever else is wrong is shown."""
        import sys

        if not isinstance(sys.exc_info()[1], ConnectionError | ssl.SSLError | ValueError):
            super().handle_error(request, client_address)


class Grafana:
    """A double that runs in this process; use it as a context manager.

        with Grafana(generation=12) as grafana:
            requests.get(grafana.url + "/api/health")
            grafana.faults.too_many("/api/folders", times=2)
            grafana.requests     # [("GET", "/api/health")]
    """

    def __init__(self, *, tls: tuple[Path, Path] | None = None, port: int = 0, **settings: Any):
        self.app = App(Settings(**settings))
        self.server = Server(self.app, port=port, tls=tls)
        self.generation = self.app.settings.generation
        self.faults, self.requests, self.clock = self.app.faults, self.app.requests, self.app.clock
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}{self.app.settings.sub_path}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.005,), daemon=True)

    def __enter__(self) -> Grafana:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the socket and the store."""
        self.server.shutdown()
        self.server.server_close()
        with self.app.lock:
            self.app.store.close()
