# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collector's part of a service description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Find
from ..listen import local_address
from ..plain import to_yaml
from . import config

HEADER = "Written by the role observability.stack.otel_collector. Changes made here are undone by its next run."


def otel_collector_description(settings: Mapping[str, Any], host: str, endpoints: list[Mapping[str, Any]], find: Find) -> dict[str, Any]:
    """Return file, ports, health and capabilities; empty when the collector is to be removed. Raises ValueError (a sentence)."""
    if settings["state"] == "absent":
        return {}
    text = to_yaml(config.configuration(settings, host, endpoints, find), header=HEADER)
    address, port = local_address(settings["health_listen_address"])
    ports = [settings["health_listen_address"]]
    if config.takes_otlp(settings, host, endpoints):
        ports += [settings["otlp_grpc_listen_address"], settings["otlp_http_listen_address"]]
    return {
        "files": [{"path": "config.yml", "content": text, "secret": not settings["show_config_diff"]}],
        "ports": ports,
        "health": {"address": address, "port": port},
        # Log files belong to the programs that write them. The journal is readable by group.
        "unit": {"capabilities": ["CAP_DAC_READ_SEARCH"] if config.reads_files(settings) else []},
    }
