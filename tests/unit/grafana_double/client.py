# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client for the tests of the double."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPConnection
from typing import Any

from tests.doubles.grafana import Grafana


class Client:
    """Calls a double as one user or service account; answers are (status, body)."""

    def __init__(self, grafana: Grafana, login: str = "admin:admin", token: str = ""):
        self.grafana = grafana
        self.header = f"Bearer {token}" if token else "Basic " + b64encode(login.encode()).decode()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Make a request."""
        connection = HTTPConnection(self.grafana.app.address, timeout=10)
        try:
            given = {"Authorization": self.header, **{name.replace("_", "-"): value for name, value in headers.items()}}
            connection.request(method, path, None if body is None else json.dumps(body), given)
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, json.loads(text) if text[:1] in ("{", "[") else text
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Read."""
        return self.call("GET", path, **headers)

    def as_role(self, role: str) -> Client:
        """Return a client with the token of a new service account."""
        _status, account = self.call("POST", "/api/serviceaccounts", {"name": f"as {role}", "role": role})
        _status, token = self.call("POST", f"/api/serviceaccounts/{account['id']}/tokens", {"name": f"of {role}"})
        return Client(self.grafana, token=token["key"])


def source(**more: Any) -> dict[str, Any]:
    """Return the body of a data source."""
    return {"name": "one", "uid": "one", "type": "loki", "access": "proxy", "url": "http://loki:3100", **more}


def board(uid: str, title: str = "", **more: Any) -> dict[str, Any]:
    """Return the body that saves a dashboard."""
    return {"dashboard": {"uid": uid, "title": title or uid}, **more}
