# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a verify run connects to the servers' APIs, and what to do where it is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Credential, credential
from ..grafana_names import grafana_administrator


def login(record: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """How to connect to the endpoint ``record``, whose host has the variables ``values``.

    ``user`` is empty when the inventory holds no password. The password itself is looked up when it is sent: a plan is shown.
    """
    known = api_credential(record["service"], values)
    return {
        "service": record["service"],
        "host": record["host"],
        "user": known.user if known else "",
        "source": known.source if known else "",
        "ca_path": record["ca_file"] or "",
        "server_name": record["server_name"] or "",
        "validate_certs": not record["insecure_skip_verify"],
    }


def api_credential(service: str, values: Mapping[str, Any]) -> Credential | None:
    """Who asks the API of ``service``. Grafana's own users are others than the one who may read its metrics."""
    return grafana_administrator(values) if service == "grafana" else credential(service, values)


def posts(servers: list[dict[str, Any]], values: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The servers as [{key, urls, login}]: those to which one connects in the same way are posted to at once.

    ``values`` are the variables of each server's host.
    """
    groups: dict[Any, list[dict[str, Any]]] = {}
    for server in servers:
        how = server["login"]
        known = credential(how["service"], values[server["host"]])
        key = (known and (known.user, known.password), how["ca_path"], how["server_name"], how["validate_certs"])
        groups.setdefault(key, []).append(server)
    return [{"key": group[0]["host"], "urls": [item["url"] for item in group], "login": group[0]["login"]} for group in groups.values()]


def access_hint(server: Mapping[str, Any], result: Mapping[str, Any] | None) -> str:
    """What to do when the API of ``server`` gave no answer but ``result``."""
    how, result = server["login"], result or {}
    service, host, message = how["service"], how["host"], str(result.get("msg"))
    if result.get("http_status") in (401, 403):
        if how["user"]:
            return f"{how['source']} holds another password of {how['user']} than {host} does: run site.yml for the group {service}."
        return (
            "Set observability_api_username and observability_api_password (or observability_api_token); or give the password instead "
            f"of its hash in {service}_basic_auth_users."
        )
    if "TLS failed" in message or "CA file" in message:
        return (
            "Set observability_api_ca_file to the certificates of its authority, a file on the host that asks (observability_api_host); "
            f"if the certificate bears another name, say it in {service}_endpoint: {{server_name: ...}}."
        )
    return f"See 'systemctl status {service}' on {host}, and whether {server['url']} can be reached from here."
