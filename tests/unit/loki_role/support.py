# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role's defaults as settings, and what is made of them in a small inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.loki_role import cluster
from ansible_collections.observability.stack.plugins.plugin_utils.loki_role.description import loki_description
from ansible_collections.observability.stack.plugins.plugin_utils.loki_role.settings import SETTINGS

ROLE = Path(__file__).resolve().parents[3] / "roles" / "loki"
DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
SCRIPT = (ROLE / "files" / "schema-check.sh").read_text(encoding="utf-8")
# What the templates among the defaults amount to.
TEMPLATED = {
    "data_dir": "/var/lib/loki",
    "system_group": "loki",
    "web_config": {},
    "web_listen_address": "0.0.0.0:3100",
    "web_route_prefix": "",
}


def settings(**given: Any) -> dict[str, Any]:
    """Return the role's settings with some of them given."""
    return {name: DEFAULTS[f"loki_{name}"] for name in SETTINGS} | TEMPLATED | given


def described(
    groups: dict[str, list[str]] | None = None,
    hostvars: dict[str, dict[str, Any]] | None = None,
    rules: dict[str, str] | None = None,
    **over: Any,
) -> dict[str, Any]:
    """Return Loki's part of a description, on the host l1 of an inventory."""
    groups = {"loki": ["l1"], **(groups or {})}
    values = {**{host: {} for hosts in groups.values() for host in hosts}, **(hostvars or {})}
    records = topology.endpoints(groups, values.__getitem__, "l1")
    members = [cluster.member_of(record, values[record["host"]].get("loki_target")) for record in records if record["service"] == "loki"]
    alertmanagers = [record for record in records if record["service"] == "alertmanager"]
    texts = {"rules": rules or {}, "script": {"script": SCRIPT}}
    return loki_description(
        settings(**over), members[0], members, alertmanagers, lambda service, host: credential(service, values[host]), texts
    )


def file(made: dict[str, Any], path: str = "config.yml") -> dict[str, Any]:
    """Return one of the files."""
    return next(one for one in made["files"] if one["path"] == path)


def config(made: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration."""
    return dict(yaml.safe_load(file(made)["content"]))
