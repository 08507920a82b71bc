# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loki's configuration from the role's settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Credential
from ..endpoint_record import base_url
from ..listen import split_address
from ..merge import deep_merge
from . import cluster
from .settings import SECTIONS

Settings = Mapping[str, Any]
STORAGES = ("filesystem", "s3", "gcs", "azure", "swift", "cos", "bos", "alibabacloud")
# By this name Loki finds Alertmanager's password in its environment.
ALERTMANAGER_PASSWORD = "LOKI_ALERTMANAGER_PASSWORD"
OVERRIDES_FILE = "overrides.yml"
RULES_DIR = "rules"
TLS_VERSIONS = {"TLS10": "VersionTLS10", "TLS11": "VersionTLS11", "TLS12": "VersionTLS12", "TLS13": "VersionTLS13"}


def configuration(
    settings: Settings,
    own: cluster.Member,
    members: list[cluster.Member],
    alertmanagers: list[Mapping[str, Any]],
    known: Credential | None,
) -> dict[str, Any]:
    """Return the configuration with upstream's keys; what the user says is laid over what the role says.

    ``known`` is how to log in to the Alertmanagers. Raises ValueError (a sentence).
    """
    if settings["storage"] not in STORAGES:
        raise ValueError(f"loki_storage is {settings['storage']!r}. Known are: {', '.join(STORAGES)}.")
    cluster.check_targets(own, members, settings["storage"])
    together = cluster.clustered(members, settings["storage"])
    made = {
        "target": ",".join(own.targets),
        "auth_enabled": settings["auth_enabled"],
        "ballast_bytes": settings["ballast_bytes"],
        "server": _server(settings, together),
        "common": _common(settings, own, members, together),
        "memberlist": cluster.memberlist(members, settings["memberlist_port"]) if together else {},
        "schema_config": {"configs": [_first_period(settings)]},
        "limits_config": _limits(settings),
        "compactor": _compactor(settings),
        # It waits for nobody where it is alone, and is ready at once.
        "ingester": {} if together else {"lifecycler": {"min_ready_duration": "0s"}},
        "query_range": {"results_cache": {"cache": {"embedded_cache": {"enabled": True, "max_size_mb": 100}}}},
        "ruler": _ruler(settings, alertmanagers, known, together),
        "runtime_config": {"file": f"{settings['config_dir']}/{OVERRIDES_FILE}"} if settings["overrides"] else {},
        "analytics": {"reporting_enabled": False},
    }
    merged = deep_merge(made, {name: settings[name] for name in SECTIONS if settings[name]})
    return {key: value for key, value in deep_merge(merged, settings["config_extra"]).items() if value not in ({}, "", None)}


def _server(settings: Settings, together: bool) -> dict[str, Any]:
    host, port = split_address(settings["web_listen_address"])
    grpc_host, grpc_port = split_address(settings["grpc_listen_address"] or ("0.0.0.0:9096" if together else "127.0.0.1:9096"))
    web = settings["web_config"]
    for name, what in (("basic_auth_users", "users"), ("http_server_config", "headers of its own")):
        if web.get(name):
            raise ValueError(f"loki_{name}: Loki knows no {what}. Leave it to a proxy in front of it; loki_endpoint then says where that answers.")
    tls = dict(web.get("tls_server_config") or {})
    least = tls.pop("min_version", "")
    return {
        "http_listen_address": host,
        "http_listen_port": port,
        "grpc_listen_address": grpc_host,
        "grpc_listen_port": grpc_port,
        "log_level": settings["log_level"],
        "log_format": settings["log_format"],
        **({"http_path_prefix": settings["web_route_prefix"]} if settings["web_route_prefix"] else {}),
        **({"http_tls_config": tls} if tls else {}),
        **({"tls_min_version": TLS_VERSIONS.get(least, least)} if least else {}),
    }


def _common(settings: Settings, own: cluster.Member, members: list[cluster.Member], together: bool) -> dict[str, Any]:
    kind, data = settings["storage"], settings["data_dir"]
    places = {"chunks_directory": f"{data}/chunks", "rules_directory": f"{settings['config_dir']}/{RULES_DIR}"}
    alone = {"instance_addr": "127.0.0.1", "replication_factor": 1, "ring": {"kvstore": {"store": "inmemory"}}}
    factor = cluster.replication_factor(settings["replication_factor"], members)
    return {
        "path_prefix": data,
        **(cluster.common(own, members, factor) if together else alone),
        "storage": {kind: {**(places if kind == "filesystem" else {}), **settings["storage_settings"]}},
    }


def _first_period(settings: Settings) -> dict[str, Any]:
    index = {"prefix": "index_", "period": "24h"}
    return {"from": settings["schema_from"], "store": "tsdb", "object_store": settings["storage"], "schema": "v13", "index": index}


def _limits(settings: Settings) -> dict[str, Any]:
    # Grafana's page that explores logs asks for volumes.
    found: dict[str, Any] = {"volume_enabled": True}
    if settings["retention"]:
        found["retention_period"] = settings["retention"]
    if settings["retention_streams"]:
        found["retention_stream"] = settings["retention_streams"]
    return found


def _compactor(settings: Settings) -> dict[str, Any]:
    wanted = [one.get("retention_period") for one in settings["overrides"].values() if isinstance(one, Mapping)]
    keeps = settings["retention"] or settings["retention_streams"] or settings["limits_config"].get("retention_period") or any(wanted)
    return {"retention_enabled": True, "delete_request_store": settings["storage"]} if keeps else {}


def _ruler(settings: Settings, alertmanagers: list[Mapping[str, Any]], known: Credential | None, together: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "storage": {"type": "local", "local": {"directory": f"{settings['config_dir']}/{RULES_DIR}"}},
        "rule_path": f"{settings['data_dir']}/rules-temp",
        "wal": {"dir": f"{settings['data_dir']}/ruler-wal"},
        "enable_api": True,
        "enable_alertmanager_v2": True,
        "alertmanager_url": ",".join(base_url(record) for record in alertmanagers),
    }
    client: dict[str, Any] = {}
    if known:
        client = {"basic_auth_username": known.user, "basic_auth_password": "${%s}" % ALERTMANAGER_PASSWORD}
    first = alertmanagers[0] if alertmanagers else {}
    names = {"ca_file": "tls_ca_path", "server_name": "tls_server_name", "insecure_skip_verify": "tls_insecure_skip_verify"}
    client |= {theirs: first[ours] for ours, theirs in names.items() if first.get(ours)}
    return found | ({"alertmanager_client": client} if client else {}) | ({"enable_sharding": True} if together else {})
