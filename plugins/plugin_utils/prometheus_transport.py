# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Prometheus connects to an endpoint: the keys of a scrape job or of an alertmanagers section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TRANSPORT = ("scheme", "ca_file", "server_name", "insecure_skip_verify", "auth_user", "auth_file")


def by_transport(records: Iterable[Mapping[str, Any]], fields: tuple[str, ...] = TRANSPORT) -> list[list[Mapping[str, Any]]]:
    """Return the records in groups that share ``fields``, the largest group first, else in order of appearance."""
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for record in records:
        groups.setdefault(tuple(record[field] for field in fields), []).append(record)
    return sorted(groups.values(), key=len, reverse=True)


def transport_config(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys scheme, tls_config and basic_auth or authorization that an endpoint needs."""
    config: dict[str, Any] = {}
    if record["scheme"] != "http":
        config["scheme"] = record["scheme"]
    tls = {key: record[key] for key in ("ca_file", "server_name", "insecure_skip_verify") if record[key]}
    if tls:
        config["tls_config"] = tls
    if record["auth_user"] and record["auth_file"]:
        config["basic_auth"] = {"username": record["auth_user"], "password_file": record["auth_file"]}
    elif record["auth_file"]:
        config["authorization"] = {"credentials_file": record["auth_file"]}
    return config
