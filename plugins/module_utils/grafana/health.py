# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a Grafana works, and whether its data sources do, by its own word."""

from __future__ import annotations

from typing import Any

from ..engine.errors import ClientError
from ..engine.parallel import each
from ..engine.wait import wait_until
from .api import Grafana
from .datasource_health import asked

INTERVAL = 1.0
SHOWN = ("uid", "name", "type", "url", "isDefault", "readOnly")


def health(server: Grafana, params: dict[str, Any], logged_in: bool) -> dict[str, Any]:
    """{version, database, datasources} of a server; data sources are null to somebody who did not log in.

    What does not work is asked again until ``settle`` seconds are over.
    """
    end = wait_until(lambda: _look(server, logged_in), _well, params["settle"], INTERVAL)
    return end.last


def _look(server: Grafana, logged_in: bool) -> dict[str, Any]:
    said = server.client.get("/api/health")
    found = {"version": str(said.get("version") or ""), "database": str(said.get("database") or ""), "datasources": None}
    return {**found, "datasources": each(lambda one: _source(server, one), server.get("/api/datasources"))} if logged_in else found


def _source(server: Grafana, one: dict[str, Any]) -> dict[str, Any]:
    try:
        status, words = asked(server, one)
    except ClientError as error:
        status, words = "ERROR", error.message
    return {**{key: one.get(key) for key in SHOWN}, "status": "UNKNOWN" if status == "SILENT" else status, "message": words}


def _well(seen: dict[str, Any]) -> bool:
    return seen["database"] == "ok" and all(one["status"] != "ERROR" for one in seen["datasources"] or ())
