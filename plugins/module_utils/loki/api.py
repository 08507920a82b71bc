# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loki's HTTP API: envelope off, lines and samples in one shape."""

from __future__ import annotations

import time
from typing import Any, Callable

from ..engine.client import Client
from ..engine.errors import ClientError
from ..prometheus.api import moment, parse_result

TENANT_HEADER = "X-Scope-OrgID"


class Loki:
    """One server. Methods return parsed data; what fails raises ClientError with the server's own words."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.warnings: list[str] = []

    def query(self, query: str, at: str | None, limit: int) -> dict[str, Any]:
        """{result_type, results, lines} of an instant query, which asks for values."""
        return self._answer("query", {"query": query, "time": _nanoseconds(at), "limit": limit})

    def query_range(self, query: str, start: str, end: str | None, limit: int, direction: str, step: str | None) -> dict[str, Any]:
        """{result_type, results, lines} of a range query, which asks for lines, or for values in steps."""
        now = time.time()
        # By one clock: a line that was sent from here is found, whatever the server's clock says.
        span = {"start": _nanoseconds(start, now), "end": _nanoseconds(end or "-0s", now)}
        return self._answer("query_range", {"query": query, "limit": limit, "direction": direction, "step": step, **span})

    def push(self, streams: list[dict[str, Any]]) -> None:
        """Send lines: [{stream: labels, values: [[nanoseconds, line, metadata]]}]."""
        self._client.request("POST", "loki/api/v1/push", json={"streams": streams})

    def build(self) -> dict[str, Any]:
        """Version, revision and so on."""
        return self._client.get("loki/api/v1/status/buildinfo")

    def config(self) -> str:
        """The configuration that runs, whole, as YAML; secrets are stars."""
        return self._client.request("GET", "config").text

    def ready(self) -> bool:
        """Whether it says that it is ready."""
        try:
            return self._client.request("GET", "ready").text.strip() == "ready"
        except ClientError as error:
            if error.status == 503:
                return False
            raise

    def rules(self) -> list[dict[str, Any]]:
        """Groups of the ruler with the health of their rules; none where no ruler runs, or nobody has rules."""
        try:
            data = self._client.get("prometheus/api/v1/rules")
        except ClientError as error:
            if error.status == 404:
                return []
            raise
        return ((data or {}).get("data") or {}).get("groups") or []

    def _answer(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        path = f"loki/api/v1/{path}"
        answer = self._client.get(path, {key: value for key, value in params.items() if value is not None})
        if not isinstance(answer, dict) or answer.get("status") != "success" or "data" not in answer:
            hint = "Check that the URL leads to a Loki, its path prefix included."
            raise ClientError("GET", f"{self._client.url}/{path}", None, "the answer is not one of Loki's API", hint)
        self.warnings.extend(answer.get("warnings") or [])
        data = answer["data"]
        if data["resultType"] == "streams":
            return {"result_type": "streams", "results": [], "lines": parse_lines(data["result"], params.get("direction") == "forward")}
        return {**parse_result(data), "lines": []}


SUBSETS: dict[str, Callable[[Loki], Any]] = {
    "build": lambda server: server.build(),
    "config": lambda server: server.config(),
    "ready": lambda server: server.ready(),
    "rules": lambda server: server.rules(),
}


def parse_lines(streams: list[dict[str, Any]], forward: bool) -> list[dict[str, Any]]:
    """[{labels, line, timestamp}] of all streams, by time; the timestamp is in nanoseconds, as text, since it is exact so."""
    lines = [
        {"labels": stream.get("stream", {}), "line": entry[1], "timestamp": entry[0]}
        for stream in streams
        for entry in stream.get("values", [])
    ]  # fmt: skip
    return sorted(lines, key=lambda line: int(line["timestamp"]), reverse=not forward)


def with_tenant(params: dict[str, Any]) -> dict[str, Any]:
    """The module's parameters, changed so that its requests are a tenant's, where one is given."""
    if params["tenant"]:
        params["headers"] = {**params["headers"], TENANT_HEADER: params["tenant"]}
    return params


def _nanoseconds(given: str | None, now: float | None = None) -> str | None:
    """A time as Loki takes it: -1h means so long before now; what is absolute goes through."""
    found = moment(given, now)
    # Loki rounds fractions of seconds to milliseconds only.
    return found if found is None or found == given else str(int(float(found) * 1000) * 1000000)
