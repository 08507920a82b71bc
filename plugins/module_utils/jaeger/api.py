# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jaeger's query API: that of its own pages where the server has it, else version 3."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime, timezone
from typing import Any

from ..engine.client import Client
from ..engine.errors import ClientError, Failure
from ..engine.wait import wait_until
from ..prometheus.api import seconds_of
from .traces import from_jaeger, from_otlp, unmet

# What the server says about the question itself does not get better by waiting.
REFUSED = frozenset({400, 401, 403, 405, 422})
IDENTIFIER = re.compile(r"[0-9a-fA-F]{1,32}")
PAGES, VERSION_3 = "pages", "v3"


class Jaeger:
    """One server. Methods return parsed data; what fails raises ClientError with the server's own words."""

    def __init__(self, client: Client, api: str = "auto") -> None:
        self._client = client
        self._api = "" if api == "auto" else api

    def services(self) -> list[str]:
        """Return the names of all services that sent spans."""
        if self.api == VERSION_3:
            return sorted(self._client.get("api/v3/services").get("services") or [])
        return sorted(_data(self._client, "api/services"))

    def get(self, identifier: str) -> list[dict[str, Any]]:
        """Return a trace in a list, or an empty list when it is not there."""
        try:
            if self.api == VERSION_3:
                return from_otlp(self._client.get(f"api/v3/traces/{identifier}")["result"])
            return from_jaeger(_data(self._client, f"api/traces/{identifier}"))
        except ClientError as error:
            if error.status == 404:
                return []
            raise

    def find(self, params: dict[str, Any], now: float) -> list[dict[str, Any]]:
        """Return the traces of a service; ``params`` are the options of the module jaeger_trace_info."""
        begin = now - seconds_of(params["lookback"])
        if self.api != VERSION_3:
            return from_jaeger(_data(self._client, "api/traces", _question(params, begin, now)))
        if params["tags"]:
            raise Failure("Version 3 of Jaeger's API cannot look for tags. Leave out tags, or set api to pages.")
        try:
            return from_otlp(self._client.get("api/v3/traces", _question_3(params, begin, now))["result"])
        except ClientError as error:
            if error.status == 404 and "No traces found" in error.message:
                return []
            raise

    @property
    def api(self) -> str:
        """Which API is spoken, found out once."""
        if not self._api:
            try:
                self._client.get("api/services")
                self._api = PAGES
            except ClientError as error:
                # A server that lacks it says 404, or shows its start page.
                if error.status not in (200, 404) or not self._has_version_3():
                    raise
                self._api = VERSION_3
        return self._api

    def _has_version_3(self) -> bool:
        try:
            self._client.get("api/v3/services")
        except ClientError:
            return False
        return True


def look(server: Jaeger, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the traces that the module's options ask for; none when they name neither a service nor a trace."""
    identifiers = params["trace_ids"] or []
    wrong = [one for one in identifiers if not IDENTIFIER.fullmatch(one)]
    if wrong:
        raise Failure(f"'{wrong[0]}' is not the id of a trace; write up to 32 hexadecimal digits.")
    if identifiers:
        return [trace for one in identifiers for trace in server.get(one)]
    return server.find(params, time.time()) if params["service"] else []


def look_until(server: Jaeger, params: dict[str, Any]) -> dict[str, Any]:
    """Return {traces, waited, attempts} once the traces are as ``wait_for`` wants them; Failure when they are not in time."""
    wanted = params["wait_for"]

    def once() -> tuple[str | None, list[dict[str, Any]]]:
        try:
            found = look(server, params)
        except ClientError as error:
            if error.status in REFUSED:
                raise
            return str(error), []
        return unmet(wanted, found), found

    waited = wait_until(once, lambda seen: seen[0] is None, wanted["timeout"], wanted["interval"])
    if not waited.ok:
        raise Failure(f"The traces were not as expected within {wanted['timeout']:g} s (asked {waited.attempts} times). Last: {waited.last[0].rstrip('.')}.")
    return {"traces": waited.last[1], "waited": waited.seconds, "attempts": waited.attempts}


def _data(client: Client, path: str, params: dict[str, Any] | None = None) -> Any:
    answer = client.get(path, params)
    if not isinstance(answer, dict) or "data" not in answer:
        hint = "Check that the URL leads to Jaeger's pages, its path prefix included."
        raise ClientError("GET", f"{client.url}/{path}", None, "the answer is not one of Jaeger's API", hint)
    return answer["data"] or []


def _question(params: dict[str, Any], begin: float, end: float) -> dict[str, Any]:
    asked = {
        "service": params["service"],
        "operation": params["operation"],
        "start": int(begin * 1e6),
        "end": int(end * 1e6),
        "limit": params["limit"],
        "minDuration": params["min_duration"],
        "maxDuration": params["max_duration"],
        "tags": json.dumps({key: _text(value) for key, value in params["tags"].items()}) if params["tags"] else None,
    }
    return {key: value for key, value in asked.items() if value not in (None, "")}


def _question_3(params: dict[str, Any], begin: float, end: float) -> dict[str, Any]:
    asked = {
        "service_name": params["service"],
        "operation_name": params["operation"],
        "start_time_min": _moment(begin),
        "start_time_max": _moment(end),
        "num_traces": params["limit"],
        "duration_min": params["min_duration"],
        "duration_max": params["max_duration"],
    }
    return {f"query.{key}": value for key, value in asked.items() if value not in (None, "")}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
