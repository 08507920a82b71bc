# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Grafana is found, said in the variables of other collections' roles: grafana_ini, grafana_url, grafana_port ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .endpoint_credentials import Credential
from .plain import plain_value

ANY_ADDRESS, PORT = "0.0.0.0", 3000


def grafana_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return web_listen_address, web_external_url and tls_server_config, as far as a host's variables tell them.

    They are those from which the role's defaults make the same variables, so that neighbours see what the host itself does.
    """
    server = _section(values, "server")
    found: dict[str, Any] = {}
    address = server.get("http_addr") or plain_value(values, "grafana_address")
    port = server.get("http_port") or plain_value(values, "grafana_port")
    if address or port:
        found["web_listen_address"] = f"{address or ANY_ADDRESS}:{port or PORT}"
    url = server.get("root_url") or plain_value(values, "grafana_url")
    if url:
        found["web_external_url"] = str(url)
    if server.get("protocol") in ("https", "h2"):
        found["tls_server_config"] = {"cert_file": server.get("cert_file")}
    return found


def _section(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a section, of which both grafana_ini and a variable of its own may hold a part."""
    ini, own = plain_value(values, "grafana_ini"), plain_value(values, f"grafana_{name}")
    whole = ini.get(name) if isinstance(ini, dict) else None
    return {**(own if isinstance(own, dict) else {}), **(whole if isinstance(whole, dict) else {})}


def grafana_administrator(values: Mapping[str, Any]) -> Credential | None:
    """Return the login of the administrator; None when the password is not known."""
    found: dict[str, str] = {}
    for name in ("admin_user", "admin_password"):
        places = (plain_value(values, f"grafana_{name}"), _section(values, "security").get(name))
        found[name] = next((str(one) for one in places if one), "")
    password = found["admin_password"]
    return Credential(found["admin_user"] or "admin", password, "grafana_admin_password") if password else None
