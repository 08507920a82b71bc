# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role's variables with their defaults, and a small inventory."""

from __future__ import annotations

from typing import Any

from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role.description import grafana_description
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role.settings import SETTINGS

PASSWORD = "correct-horse"
DEFAULTS: dict[str, Any] = {
    **{name: kind() for name, kind in SETTINGS.items()},
    "admin_password": PASSWORD,
    "admin_user": "admin",
    "config_dir": "/etc/grafana",
    "data_dir": "/var/lib/grafana",
    "datasources_from_inventory": True,
    "install_method": "archive",
    "show_config_diff": True,
    "stack_dashboards_folder": "Observability",
    "state": "started",
    "system_group": "grafana",
    "system_user": "grafana",
    "trial_start": True,
    "web_listen_address": "0.0.0.0:3000",
}


def settings(**over: Any) -> dict[str, Any]:
    """Return the variables, some of them otherwise."""
    return {**DEFAULTS, **over}


def described(
    groups: dict[str, list[str]] | None = None,
    hostvars: dict[str, dict[str, Any]] | None = None,
    texts: dict[str, dict[str, str]] | None = None,
    **over: Any,
) -> dict[str, Any]:
    """Return Grafana's part of a description, on the host g1 of an inventory."""
    values = {"g1": {}, **{host: {} for hosts in (groups or {}).values() for host in hosts}, **(hostvars or {})}
    endpoints = topology.endpoints(groups or {}, values.__getitem__, "g1")
    return grafana_description(settings(**over), endpoints, lambda service, host: credential(service, values[host]), texts or {}, "#!/bin/sh\n")


def files_of(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the files by path."""
    return {file["path"]: file for file in made["files"]}
