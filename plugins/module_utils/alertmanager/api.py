# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alertmanager's HTTP API (version 2)."""

from __future__ import annotations

import re
from typing import Any

from ..engine.client import Client
from ..engine.errors import ClientError

METRIC = re.compile(r"^(alertmanager_config_last_reload_\w+) (\S+)$", re.MULTILINE)


class Alertmanager:
    """One server. Methods return parsed data; what fails raises ClientError with the server's own words."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.url = client.url

    def status(self) -> dict[str, Any]:
        """{cluster: {name, status, peers}, config (YAML text), uptime, version}."""
        data = self._get("status")
        cluster = data["cluster"]
        return {
            "cluster": {
                "name": cluster.get("name", ""),
                "status": cluster["status"],
                "peers": cluster.get("peers") or [],
            },
            "config": data["config"]["original"],
            "uptime": data["uptime"],
            "version": data["versionInfo"],
        }

    def alerts(self, matchers: list[str]) -> list[dict[str, Any]]:
        """The alerts that have not ended, silenced and inhibited ones too, that all matchers select."""
        return self._get("alerts", [("filter", matcher) for matcher in matchers])

    def silences(self) -> list[dict[str, Any]]:
        """All silences, expired ones too."""
        return self._get("silences")

    def receivers(self) -> list[str]:
        """Names of the receivers."""
        return [receiver["name"] for receiver in self._get("receivers")]

    def reload(self) -> dict[str, Any]:
        """{successful: bool, timestamp: Unix seconds} of the last attempt to load the configuration."""
        text = self._client.request("GET", "metrics").text
        metrics = {name.rpartition("_reload_")[2]: float(value) for name, value in METRIC.findall(text)}
        if "successful" not in metrics:
            raise ClientError("GET", f"{self.url}/metrics", None, "the metrics of Alertmanager are not there")
        return {"successful": metrics["successful"] == 1, "timestamp": metrics.get("success_timestamp_seconds", 0.0)}

    def post_alerts(self, alerts: list[dict[str, Any]]) -> None:
        """Post alerts in the shape of the API (labels, annotations, startsAt, endsAt, generatorURL)."""
        self._client.request("POST", "api/v2/alerts", json=alerts)

    def _get(self, path: str, params: Any = None) -> Any:
        data = self._client.get(f"api/v2/{path}", params)
        if data is None:
            raise ClientError("GET", f"{self.url}/api/v2/{path}", None, "the answer is empty")
        return data


def matcher(name: str, value: str) -> str:
    """The matcher that selects the label's exact value."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{name}="{escaped}"'
