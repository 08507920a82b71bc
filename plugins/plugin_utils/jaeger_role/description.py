# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jaeger's part of a service description, made of the role's variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..endpoint_credentials import Find
from ..endpoint_record import base_url
from ..inline_secrets import has_inline_secret
from ..listen import local_address
from ..plain import to_yaml
from ..web_config import hash_password
from . import config

HEADER = "Written by the role observability.stack.jaeger. Changes made here are undone by its next run."
PROMETHEUS_PASSWORD = "secrets/prometheus_password"
#: Where references to secret files lead: the staged ones while a configuration is checked, the current ones afterwards.
SECRETS_VARIABLE = "JAEGER_SECRETS"
#: In this order the first one has the metrics made of spans: a Thanos sees more than the servers below it.
METRICS_SERVICES = ("thanos_query", "prometheus")
STRATEGIES = ("probabilistic", "ratelimiting")

Record = Mapping[str, Any]
Settings = Mapping[str, Any]
File = dict[str, Any]


def jaeger_description(settings: Settings, endpoints: list[Record], find: Find, salt_seed: str) -> dict[str, Any]:
    """Return files, directories, ports, health and more. Raises ValueError (a sentence).

    ``endpoints`` are those of this host's stack that answer queries, ``find(service, host)`` how to log in to one; ``salt_seed`` is for the
    hashes of passwords.
    """
    if settings["state"] == "absent":
        # What is to be removed need not be rendered, so no mistake in it can stand in the way.
        return {}
    metrics, password = _metrics(settings, endpoints, find)
    whole = config.build(settings, metrics)
    embedded = config.keeps(settings) and settings["storage_type"] == "badger"
    address, port = local_address(settings["health_listen_address"])
    return {
        "directories": _directories(settings) if embedded else [],
        "files": _files(settings, whole, password, salt_seed),
        "ports": _ports(settings),
        "health": {"address": address, "port": port},
        "unit": {
            "environment": {SECRETS_VARIABLE: f"{settings['config_dir']}/secrets"},
            "read_write_paths": [settings["storage_dir"]] if embedded else [],
        },
        # A newer version may write what an older one cannot read. Traces are large, and are not copied on each upgrade.
        "data": {"paths": [settings["storage_dir"]], "rollback": "refuse"} if embedded else {"paths": [], "rollback": "safe"},
    }


def _directories(settings: Settings) -> list[dict[str, str]]:
    return [{"path": settings["storage_dir"], "owner": settings["system_user"], "group": settings["system_group"], "mode": "0750"}]


def _files(settings: Settings, whole: dict[str, Any], password: str, salt_seed: str) -> list[File]:
    text = to_yaml(whole, HEADER).replace(f"${{file:{settings['config_dir']}/secrets/", f"${{file:${{env:{SECRETS_VARIABLE}}}/")
    secret = not settings["show_config_diff"] and has_inline_secret(_without_references(whole))
    files: list[File] = [{"path": "jaeger.yaml", "content": text, "secret": secret}]
    pages = config.ui_config(settings)
    if pages:
        files.append({"path": "ui.json", "content": _json(pages)})
    if settings["sampling_strategies"]:
        files.append({"path": "sampling.json", "content": _json(_strategies(settings["sampling_strategies"])), "on_change": "none"})
    users = settings["web_config"].get("basic_auth_users") or {}
    if users:
        lines = [f"{name}:{hash_password(word, f'{salt_seed}/{name}')}\n" for name, word in users.items()]
        files.append({"path": "users.htpasswd", "content": "".join(lines), "secret": True})
    if password:
        files.append({"path": PROMETHEUS_PASSWORD, "content": password, "secret": True})
    return files


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _without_references(value: Any) -> Any:
    """Return a configuration without the texts that only name a file or a variable: those give no secret away."""
    if isinstance(value, dict):
        return {key: _without_references(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_references(item) for item in value]
    return "" if isinstance(value, str) and value.startswith(("${file:", "${env:")) and value.endswith("}") else value


def _ports(settings: Settings) -> list[str]:
    names = ["health_listen_address", "metrics_listen_address"]
    names += ["grpc_listen_address"] if config.answers(settings) else []
    names += ["spanmetrics_listen_address"] if config.measures(settings) else []
    if settings["role"] in config.RECEIVING:
        names += ["otlp_grpc_listen_address", "otlp_http_listen_address"]
        names += ["sampling_http_listen_address", "sampling_grpc_listen_address"] if settings["sampling_strategies"] else []
    return [settings[name] for name in names]


def _metrics(settings: Settings, endpoints: list[Record], find: Find) -> tuple[dict[str, Any] | None, str]:
    """Return how to reach the server that has the metrics made of spans, and the password for it; (None, "") without one."""
    found = [record for service in METRICS_SERVICES for record in endpoints if record["service"] == service]
    if not (settings["spm"] and config.answers(settings) and found):
        return None, ""
    record = found[0]
    # As the connector and the exporter of this configuration name them.
    section: dict[str, Any] = {"endpoint": base_url(record), "normalize_calls": True, "normalize_duration": True}
    tls = {"ca_file": record["ca_file"], "server_name_override": record["server_name"], "insecure_skip_verify": record["insecure_skip_verify"]}
    tls = {key: value for key, value in tls.items() if value}
    if tls:
        section["tls"] = tls
    known = find(record["service"], record["host"]) if record["auth_from"] else None
    if known:
        section["auth"] = {"basic": {"username": known.user, "password_file": f"{settings['config_dir']}/{PROMETHEUS_PASSWORD}"}}
    elif record["auth_file"] and record["auth_user"]:
        section["auth"] = {"basic": {"username": record["auth_user"], "password_file": record["auth_file"]}}
    elif record["auth_file"]:
        section["token_file_path"] = record["auth_file"]
    return section, known.password if known else ""


def _strategies(given: dict[str, Any]) -> dict[str, Any]:
    """Return the sampling strategies when Jaeger could use them: it reads a changed file while it runs, and only logs what is wrong."""
    services = given.get("service_strategies") or []
    for place, one in [("default_strategy", given.get("default_strategy") or {}), *((f"the strategy of {row.get('service')}", row) for row in services)]:
        for rule in [one, *(one.get("operation_strategies") or [])]:
            kind, param = rule.get("type"), rule.get("param")
            if rule and "type" in rule and (kind not in STRATEGIES or isinstance(param, bool) or not isinstance(param, (int, float))):
                raise ValueError(
                    f"jaeger_sampling_strategies: {place} has the type {kind!r} and the param {param!r}. Write {{type: probabilistic, param: 0.1}} "
                    "for a share of all traces, or {type: ratelimiting, param: 5} for so many a second."
                )
    unnamed = [row for row in services if not row.get("service")]
    if unnamed:
        raise ValueError("jaeger_sampling_strategies: an entry of service_strategies has no service. Write {service: shop, type: probabilistic, param: 0.5}.")
    return given
