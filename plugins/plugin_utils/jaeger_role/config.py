# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jaeger's configuration: that of an OpenTelemetry collector, with extensions that keep and show traces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..endpoint_record import url_path
from ..jaeger_names import ALL_IN_ONE, ANSWERING, COLLECTOR, INGESTER, QUERY, RECEIVING, ROLES
from ..listen import split_address
from ..merge import deep_merge
from . import storage

#: Names inside the configuration.
STORE, METRICS_STORE, USERS = "traces", "prometheus", "basicauth/users"
TOPIC = "jaeger-spans"

Settings = Mapping[str, Any]
Section = dict[str, Any]


def build(settings: Settings, metrics: Section | None) -> Section:
    """Return the configuration with upstream's keys.

    ``settings`` are the role's variables without their prefix. ``metrics`` is how to reach the Prometheus that has the metrics made of
    spans (the section metric_backends.<name>.prometheus), None without one. Raises ValueError (a sentence).
    """
    role = settings["role"]
    if role not in ROLES:
        raise ValueError(f"jaeger_role is {role!r}. Write one of: {', '.join(ROLES)}.")
    if role == INGESTER and not settings["kafka"]:
        raise ValueError("jaeger_role is ingester, which reads from Kafka, but jaeger_kafka is empty. Write jaeger_kafka: {brokers: ['kafka1:9092']}.")
    extensions = _extensions(settings, metrics)
    sections = {"receivers": _receivers(settings), "processors": _processors(settings), "exporters": _exporters(settings)}
    config = {
        "extensions": extensions,
        **sections,
        **({"connectors": {"spanmetrics": _spanmetrics(settings)}} if measures(settings) else {}),
        "service": {"extensions": list(extensions), "pipelines": _pipelines(settings, sections), "telemetry": _telemetry(settings)},
    }
    return deep_merge(config, settings["config_extra"])


def measures(settings: Settings) -> bool:
    """Return whether metrics are made of the spans that arrive."""
    return bool(settings["spm"]) and settings["role"] in RECEIVING


def answers(settings: Settings) -> bool:
    """Return whether there are pages and a query API."""
    return settings["role"] in ANSWERING


def keeps(settings: Settings) -> bool:
    """Return whether this Jaeger uses a storage itself; a collector that hands on to Kafka does not."""
    return not (settings["role"] == COLLECTOR and settings["kafka"])


def base_path(settings: Settings) -> str:
    """Return the path below which pages and API are, without a slash at its end."""
    return url_path(settings["web_route_prefix"] or settings["web_external_url"])


def _extensions(settings: Settings, metrics: Section | None) -> Section:
    found: Section = {}
    users = settings["web_config"].get("basic_auth_users")
    if users and answers(settings):
        found[USERS] = {"htpasswd": {"file": f"{settings['config_dir']}/users.htpasswd"}}
    if keeps(settings):
        found["jaeger_storage"] = {"backends": {STORE: storage.backend(settings)}}
    if answers(settings):
        if metrics:
            found["jaeger_storage"]["metric_backends"] = {METRICS_STORE: {"prometheus": metrics}}
        found["jaeger_query"] = _query(settings, bool(metrics), bool(users))
    if settings["sampling_strategies"] and settings["role"] in RECEIVING:
        found["remote_sampling"] = {
            # Read anew by itself, so that new strategies need no restart.
            "file": {"path": f"{settings['config_dir']}/sampling.json", "reload_interval": "10s"},
            "http": {"endpoint": settings["sampling_http_listen_address"]},
            "grpc": {"endpoint": settings["sampling_grpc_listen_address"]},
        }
    found["healthcheckv2"] = {"use_v2": True, "http": {"endpoint": settings["health_listen_address"], "status": {"enabled": True, "path": "/status"}}}
    return found


def _query(settings: Settings, metrics: bool, users: bool) -> Section:
    http: Section = {"endpoint": settings["web_listen_address"]}
    tls = settings["web_config"].get("tls_server_config")
    if tls:
        http["tls"] = tls
    if users:
        http["auth"] = {"authenticator": USERS}
    query: Section = {"storage": {"traces": STORE} | ({"metrics": METRICS_STORE} if metrics else {})}
    if base_path(settings):
        query["base_path"] = base_path(settings)
    if ui_config(settings):
        query["ui"] = {"config_file": f"{settings['config_dir']}/ui.json"}
    return query | {"http": http, "grpc": {"endpoint": settings["grpc_listen_address"]}}


def ui_config(settings: Settings) -> Section:
    """Return what the pages are told: the user's words, and the tab of service performance where there is something in it."""
    return deep_merge({"monitor": {"menuEnabled": True}} if settings["spm"] else {}, settings["ui_config"]) if answers(settings) else {}


def _receivers(settings: Settings) -> Section:
    if settings["role"] == QUERY:
        return {"nop": None}
    if settings["role"] == INGESTER:
        return {"kafka": _kafka(settings)} | settings["receivers_extra"]
    tls = {"tls": settings["otlp_tls"]} if settings["otlp_tls"] else {}
    protocols = {name: {"endpoint": settings[f"otlp_{name}_listen_address"], **tls} for name in ("grpc", "http")}
    return {"otlp": {"protocols": protocols}} | settings["receivers_extra"]


def _kafka(settings: Settings) -> Section:
    if not settings["kafka"].get("brokers"):
        raise ValueError("jaeger_kafka says nothing of brokers. Write jaeger_kafka: {brokers: ['kafka1:9092']}.")
    return deep_merge({"traces": {"topic": TOPIC, "encoding": "otlp_proto"}}, settings["kafka"])


def _processors(settings: Settings) -> Section:
    if settings["role"] == QUERY:
        return {}
    # The first one: it refuses spans, which senders then keep, before the kernel would end the process.
    limit = {"check_interval": "1s", "limit_percentage": settings["memory_limit_percentage"], "spike_limit_percentage": 15}
    return {"memory_limiter": limit, "batch": {}}


def _exporters(settings: Settings) -> Section:
    if settings["role"] == QUERY:
        return {"nop": None}
    found: Section = {"jaeger_storage_exporter": {"trace_storage": STORE}} if keeps(settings) else {"kafka": _kafka(settings)}
    if measures(settings):
        found["prometheus"] = {"endpoint": settings["spanmetrics_listen_address"], "enable_open_metrics": True}
    return found


def _spanmetrics(settings: Settings) -> Section:
    # As often as Prometheus asks; upstream's minute would show every change a minute late.
    return deep_merge({"metrics_flush_interval": "15s", "exemplars": {"enabled": True}}, settings["spanmetrics"])


def _pipelines(settings: Settings, sections: Section) -> Section:
    out = [name for name in sections["exporters"] if name != "prometheus"]
    traces = {"receivers": list(sections["receivers"]), "processors": list(sections["processors"]), "exporters": out}
    if not measures(settings):
        return {"traces": traces}
    traces["exporters"] = [*out, "spanmetrics"]
    return {"traces": traces, "metrics/spanmetrics": {"receivers": ["spanmetrics"], "exporters": ["prometheus"]}}


def _telemetry(settings: Settings) -> Section:
    host, port = split_address(settings["metrics_listen_address"])
    reader = {"pull": {"exporter": {"prometheus": {"host": host or "0.0.0.0", "port": port}}}}
    name = "jaeger" if settings["role"] == ALL_IN_ONE else f"jaeger-{settings['role']}"
    return {
        "resource": {"service.name": name},
        "metrics": {"level": "detailed", "readers": [reader]},
        "logs": {"level": settings["log_level"], "encoding": settings["log_format"]},
    }
