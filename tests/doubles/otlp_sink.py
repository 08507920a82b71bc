# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small stand-in for Loki's OTLP endpoint: it remembers each line that comes, and can be told to refuse for a while.

    with OtlpSink() as sink: sink.url, sink.lines

What sends to it has to speak JSON (encoding: json of upstream's exporter otlphttp).
"""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Line:
    """One record of a log, with what it and its resource say."""

    body: Any
    resource: dict[str, Any]
    attributes: dict[str, Any]
    severity: str
    time: int


@dataclass
class OtlpSink:
    """A server of OTLP over HTTP; ``refuse`` is the status with which it answers instead of taking what comes."""

    address: str = "127.0.0.1"
    lines: list[Line] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    refuse: int = 0
    refused: int = 0

    def __enter__(self) -> OtlpSink:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                status = sink.take(self.path, self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers.items()))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer((self.address, 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server.server_port)

    @property
    def url(self) -> str:
        """Its address, as that of a Loki."""
        return f"http://{self.address}:{self.port}"

    def take(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """Remember a message and return the status of its answer."""
        if self.refuse:
            self.refused += 1
            return self.refuse
        self.headers = headers
        message = json.loads(gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body)
        if path.endswith("/v1/traces"):
            self.spans += [span for row in message["resourceSpans"] for scope in row["scopeSpans"] for span in scope["spans"]]
            return 200
        if path != "/otlp/v1/logs":
            return 404
        for row in message["resourceLogs"]:
            resource = _mapping(row.get("resource", {}).get("attributes"))
            for scope in row["scopeLogs"]:
                self.lines += [_line(record, resource) for record in scope["logRecords"]]
        return 200

    def bodies(self) -> list[Any]:
        """Return the lines' texts in the order in which they came."""
        return [line.body for line in list(self.lines)]

    def find(self, text: str) -> list[Line]:
        """Return the lines with a text in them."""
        return [line for line in list(self.lines) if text in str(line.body)]


def _line(record: dict[str, Any], resource: dict[str, Any]) -> Line:
    attributes = _mapping(record.get("attributes"))
    return Line(_value(record.get("body", {})), resource, attributes, record.get("severityText", ""), int(record.get("timeUnixNano", 0)))


def _mapping(pairs: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {pair["key"]: _value(pair["value"]) for pair in pairs or []}


def _value(value: dict[str, Any]) -> Any:
    if "kvlistValue" in value:
        return _mapping(value["kvlistValue"].get("values"))
    if "arrayValue" in value:
        return [_value(item) for item in value["arrayValue"].get("values", [])]
    return next(iter(value.values()), None)
