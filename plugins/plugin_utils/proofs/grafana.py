# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about one Grafana: it serves, and the data sources that follow from the inventory are there and work. Pure."""

from __future__ import annotations

from typing import Any

from .login import access_hint
from .record import SKIPPED, proof, trouble

SERVICE = "grafana"
NAME = "data source works"


def server_proofs(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything about one server."""
    host, info = server["host"], seen["grafana"].get(server["host"])
    if not info or "database" not in info:
        return [proof("API answers", SERVICE, host, False, detail=trouble(info), hint=access_hint(server, info))]
    well = info["database"] == "ok"
    hint = f"See 'journalctl -u grafana' on {host}, and whether its database can be reached (grafana_database)."
    proofs = [proof("API answers", SERVICE, host, well, detail=server["url"] if well else f"its database: {info['database']}", hint=hint)]
    return proofs + _sources(server, info["datasources"])


def _sources(server: dict[str, Any], found: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    if found is None:
        reason = "no password is known here (grafana_admin_password, or observability_api_username and observability_api_password)"
        return [proof(NAME, SERVICE, server["host"], SKIPPED, detail=reason)] if server["sources"] else []
    there = {one["name"]: one for one in found}
    # What nobody described here is somebody's own affair.
    return [_source(server, name, there.get(name)) for name in server["sources"]]


def _source(server: dict[str, Any], name: str, found: dict[str, Any] | None) -> dict[str, Any]:
    host = server["host"]
    if found is None:
        hint = "Run site.yml for the group grafana, so that its data sources follow the inventory."
        return proof(NAME, SERVICE, host, False, subject=name, detail="there is no such data source", hint=hint)
    works = found["status"] != "ERROR"
    detail = found["url"] if found["status"] == "OK" else found["message"]
    hint = f"Check that {host} reaches {found['url']} (firewall, TLS), and that the password in the inventory is the server's; then run site.yml."
    return proof(NAME, SERVICE, host, works, subject=name, detail=detail, hint=hint)
