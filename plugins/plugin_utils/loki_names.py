# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Loki is found, said in the variables of grafana.grafana's role: loki_http_listen_port, loki_server ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .plain import plain_value

ANY_ADDRESS, PORT = "0.0.0.0", 3100


def loki_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return web_listen_address, web_route_prefix and tls_server_config, as far as a host's variables tell them.

    They are those from which the role's defaults make the same variables, so that neighbours see what the host itself does.
    """
    server = plain_value(values, "loki_server")
    server = server if isinstance(server, dict) else {}
    address = server.get("http_listen_address") or plain_value(values, "loki_http_listen_address")
    port = server.get("http_listen_port") or plain_value(values, "loki_http_listen_port")
    found: dict[str, Any] = {}
    if address or port:
        found["web_listen_address"] = f"{address or ANY_ADDRESS}:{port or PORT}"
    if server.get("http_path_prefix"):
        found["web_route_prefix"] = server["http_path_prefix"]
    if server.get("http_tls_config"):
        found["tls_server_config"] = server["http_tls_config"]
    return found
