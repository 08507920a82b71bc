# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Endpoints that nobody manages here (an existing Alertmanager, Grafana ...), given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .endpoint_record import EXTERNAL_FIELDS, RECORD_FIELDS, SERVICES, TopologyError, check_fields, url_path


def external_rows(rows: Any) -> list[dict[str, Any]]:
    """Return the value of observability_external_endpoints, checked. Raises TopologyError."""
    rows = rows or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TopologyError(
            "observability_external_endpoints must be a list of mappings, such as [{service: alertmanager, url: 'https://alerts.example.org'}]."
        )
    return rows


def external_records(service: str, rows: list[dict[str, Any]], own_stack: str, stack: str) -> list[dict[str, Any]]:
    """Return the records of ``service`` in ``stack`` ('*': all); a row without a stack belongs to ``own_stack``."""
    found = [external_record({"stack": own_stack} | row) for row in rows if row.get("service") == service]
    return [record for record in found if stack in ("*", record["stack"])]


def external_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an endpoint given by hand: ``url``, or ``address`` and ``port``. Raises TopologyError."""
    where = f"observability_external_endpoints ({row.get('service')})"
    check_fields(row, where, EXTERNAL_FIELDS)
    service = SERVICES.get(str(row["service"]))
    url = _split_url(row.get("url"), where)
    given = url | {key: value for key, value in row.items() if key != "url"}
    if not given.get("address"):
        raise TopologyError(f"{where} has neither url nor address. Give one of them.")
    port = given.get("port") or (service.port if service else None)
    if not port:
        raise TopologyError(f"{where} has no port, and no default is known for this service. Give port or url.")
    record: dict[str, Any] = dict.fromkeys(RECORD_FIELDS)
    record |= {"host": given["address"], "scheme": "http", "labels": {}} | given
    record["port"] = int(port)
    record["path_prefix"] = url_path(record["path_prefix"])
    default_path = service.metrics_path if service else "/metrics"
    record["metrics_path"] = record["metrics_path"] or record["path_prefix"] + default_path
    return {field: record[field] for field in RECORD_FIELDS}


def _split_url(url: str | None, where: str) -> dict[str, Any]:
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TopologyError(f"{where} has the url {url!r}. It must begin with http:// or https:// and name a host.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {"scheme": parts.scheme, "address": parts.hostname, "port": port, "path_prefix": parts.path}
