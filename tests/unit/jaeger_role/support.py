# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role's own defaults, a small inventory, and the real program's opinion of a configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.jaeger_role.description import jaeger_description
from ansible_collections.observability.stack.plugins.plugin_utils.jaeger_role.settings import SETTINGS

ROLE = Path(__file__).resolve().parents[3] / "roles/jaeger"
GIVEN = yaml.safe_load((ROLE / "defaults/main.yml").read_text(encoding="utf-8"))
DEFAULTS: dict[str, Any] = {name: GIVEN[f"jaeger_{name}"] for name in SETTINGS} | {"system_group": "jaeger", "web_config": {}}

KAFKA = {"brokers": ["kafka1:9092"]}
STORAGES = {
    "memory": {"storage_type": "memory", "storage": {"max_traces": 5}},
    "badger": {"storage_type": "badger", "storage_retention": "7d", "storage": {"consistency": True}},
    "elasticsearch": {
        "storage_type": "elasticsearch",
        "storage": {
            "server_urls": ["https://es1:9200"],
            "indices": {"index_prefix": "shop", "spans": {"shards": 3, "replicas": 1}},
            "auth": {"basic": {"username": "jaeger", "password_file": "/etc/jaeger/secrets/es"}},
        },
    },
    "opensearch": {"storage_type": "opensearch", "storage": {"server_urls": ["http://os1:9200"], "use_ilm": False}},
    "cassandra": {
        "storage_type": "cassandra",
        "storage_retention": "36h",
        "storage": {"connection": {"servers": ["cassandra1:9042"], "tls": {"insecure": True}}, "schema": {"keyspace": "jaeger", "create": True}},
    },
    "clickhouse": {
        "storage_type": "clickhouse",
        "storage": {"addresses": ["ch1:9000"], "database": "jaeger", "create_schema": True, "auth": {"basic": {"username": "u", "password": "p"}}},
    },
    "grpc": {"storage_type": "grpc", "storage": {"endpoint": "storage1:17271", "tls": {"insecure": True}}},
}


def settings(**over: Any) -> dict[str, Any]:
    """Return the variables with the role's defaults, some of them otherwise."""
    unknown = set(over) - set(SETTINGS)
    assert not unknown, f"the filter does not read {unknown}"
    return {**DEFAULTS, **over}


def described(hosts: dict[str, dict[str, Any]] | None = None, groups: dict[str, list[str]] | None = None, **over: Any) -> dict[str, Any]:
    """Return Jaeger's part of a description, on the host j1 of an inventory of ``hosts`` (name: variables)."""
    values = {"j1": {}, **(hosts or {})}
    endpoints = topology.endpoints({"jaeger": ["j1"], **(groups or {})}, values.__getitem__, "j1")
    return jaeger_description(settings(**over), endpoints, lambda service, host: credential(service, values[host]), "j1")


def files_of(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the files by path."""
    return {file["path"]: file for file in made["files"]}


def config_of(made: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration."""
    return dict(yaml.safe_load(files_of(made)["jaeger.yaml"]["content"]))


def judged(jaeger: Path, made: dict[str, Any], directory: Path) -> subprocess.CompletedProcess[str]:
    """Let the real jaeger judge the files, as the transaction does."""
    for file in made["files"]:
        path = directory / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["content"], encoding="utf-8")
    argv = [str(jaeger), "validate", f"--config={directory}/jaeger.yaml"]
    environment = {**os.environ, "JAEGER_SECRETS": f"{directory}/secrets"}
    return subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False, env=environment)
