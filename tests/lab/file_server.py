# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The static file server of a lab's mirror, with a log that tests can count and faults that they can order.

Runs as a process of its own (standard library only)::

    file_server.py ADDRESS PORT LOG FAULTS ROOT [ROOT ...]

The first ROOT that has a file wins. LOG gets one JSON object per request. FAULTS is a JSON file, read at each request:
``{"part of a path": {"action": "status", "status": 404}}``. Actions: status, hang (seconds), truncate (bytes), replace (file).
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import IO

ACTIONS = ("status", "hang", "truncate", "replace")


class Server(ThreadingHTTPServer):
    """Listens on an address that may come and go with the hosts of the bridge."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], log: Path, faults: Path, roots: list[Path]) -> None:
        self.log, self.faults, self.roots = log, faults, [root.resolve() for root in roots]
        self.log_lock = threading.Lock()
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Bind also while the bridge is down (no host is running)."""
        if sys.platform == "linux":
            self.socket.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet about clients that went away; anything else goes to the log on stderr."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def find(self, path: str) -> Path | None:
        """Return the file for a request's path; never one outside the roots."""
        relative = urllib.parse.unquote(urllib.parse.urlsplit(path).path).lstrip("/")
        for root in self.roots:
            candidate = (root / relative).resolve()
            if candidate.is_relative_to(root) and candidate.is_file():
                return candidate
        return None

    def fault(self, path: str) -> dict:
        """Return the fault ordered for a path, {} when there is none."""
        with contextlib.suppress(OSError, ValueError):
            for part, fault in json.loads(self.faults.read_text()).items():
                if part in path:
                    return fault
        return {}


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    server: Server
    server_version = "lab-mirror"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Keep stderr quiet: the log file has it all."""

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer with a file, or with the fault that was ordered."""
        fault = self.server.fault(self.path)
        if fault.get("action") == "hang":
            self._note(0, 0)
            time.sleep(fault.get("seconds", 3600))
            self.close_connection = True
            return
        path = Path(fault["file"]) if fault.get("action") == "replace" else self.server.find(self.path)
        if fault.get("action") == "status" or path is None:
            self._refuse(fault.get("status", 404))
        else:
            self._send(path, fault.get("bytes") if fault.get("action") == "truncate" else None)

    def _refuse(self, status: int) -> None:
        body = f"{status}\n".encode()
        self._note(status, len(body))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send(self, path: Path, only: int | None) -> None:
        """Send a file; with ``only`` the connection ends after that many bytes of the announced length."""
        size = path.stat().st_size
        sent = size if only is None else min(only, size)
        self._note(200, sent)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        if self.command == "HEAD":
            return
        with path.open("rb") as source, contextlib.suppress(ConnectionError):
            if only is None:
                shutil.copyfileobj(source, self.wfile, 1 << 20)
            else:
                _copy(source, self.wfile, sent)
                self.close_connection = True

    def _note(self, status: int, size: int) -> None:
        record = {"time": time.time(), "client": self.client_address[0], "method": self.command, "path": self.path}
        line = json.dumps({**record, "status": status, "bytes": size})
        with self.server.log_lock, self.server.log.open("a") as log:
            log.write(line + "\n")


def _copy(source: IO[bytes], target: IO[bytes] | BufferedIOBase, left: int) -> None:
    while left > 0 and (block := source.read(min(left, 1 << 16))):
        target.write(block)
        left -= len(block)


def main(argv: list[str]) -> None:
    """Serve until killed."""
    address, port, log, faults, *roots = argv
    Server((address, int(port)), Path(log), Path(faults), [Path(root) for root in roots]).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
