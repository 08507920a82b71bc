# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collector's configuration, made of the role's variables and the inventory's endpoints. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..listen import local_address
from ..merge import deep_merge
from . import exporters, promtail, receivers
from .processors import processors
from .settings import SECTIONS

Config = dict[str, Any]
Settings = Mapping[str, Any]
Records = list[Mapping[str, Any]]

JAEGER = ("jaeger", exporters.TAKES_SPANS)

NOTHING = (
    "The collector on {host} has nothing to do: its stack has neither a Loki nor a Jaeger, and no pipeline is given. Put a host into the group loki or "
    "jaeger, set otel_collector_loki_url or otel_collector_traces_endpoint, or give pipelines in otel_collector_service."
)


def configuration(settings: Settings, host: str, endpoints: Records, find: exporters.Find) -> Config:
    """Return the configuration. Raises ValueError (a sentence).

    ``endpoints`` are the records of this host's stack, ``find(service, host)`` how to log in to one.
    """
    _check(settings)
    made_processors, order = processors(settings, host)
    sources = _receivers(settings, host, endpoints)
    targets, logins = _exporters(settings, endpoints, find)
    config: Config = {
        "extensions": {**_extensions(settings), **logins},
        "receivers": {name: receiver for found in sources.values() for name, receiver in found.items()},
        "processors": made_processors,
        "exporters": {name: exporter for found in targets.values() for name, exporter in found.items()},
        "service": {
            "extensions": [*_extensions(settings), *logins],
            "telemetry": _telemetry(settings),
            "pipelines": {
                signal: {"receivers": list(sources[signal]), "processors": order[signal], "exporters": list(targets[signal])}
                for signal in sources
                if sources[signal] and targets[signal]
            },
        },
    }
    own = {section: settings[section] for section in SECTIONS if settings[section]}
    # What users write in upstream's own terms stays as it is, environment variables (${env:...}) included.
    whole = deep_merge(deep_merge(_escaped(_used(config)), own), settings["config_extra"])
    # The health probe and the queues need the role's own, whatever else is named.
    whole["service"]["extensions"] = list(dict.fromkeys([*config["service"]["extensions"], *whole["service"]["extensions"]]))
    if not whole["service"]["pipelines"]:
        raise ValueError(NOTHING.format(host=host))
    return whole


def takes_otlp(settings: Settings, host: str, endpoints: Records) -> bool:
    """Say whether applications can send to the collector: beside a Jaeger it is that which has the usual ports."""
    if settings["otlp"] == "auto":
        return host not in {record["host"] for record in endpoints if record["service"] in JAEGER}
    return settings["otlp"].lower() in ("true", "yes", "on", "1")


def reads_files(settings: Settings) -> bool:
    """Say whether it reads files, which may belong to anybody."""
    return bool(settings["files"] or promtail.reads_files(settings["promtail_config"]))


def _check(settings: Settings) -> None:
    if settings["web_config"].get("tls_server_config") or settings["web_config"].get("basic_auth_users"):
        raise ValueError(
            "otel_collector_tls_server_config, otel_collector_basic_auth_users: the collector's own metrics have neither TLS nor users. Set "
            "otel_collector_web_listen_address to an address that only Prometheus reaches, or to 127.0.0.1 for none."
        )
    if (settings["hostmetrics"] or settings["scrape_configs"]) and not settings["remote_write"]:
        raise ValueError("otel_collector_hostmetrics and otel_collector_scrape_configs need a place to send metrics to: set otel_collector_remote_write.")


def _receivers(settings: Settings, host: str, endpoints: Records) -> dict[str, Config]:
    logs: Config = {"journald": receivers.journal(settings, host)} if settings["journal"] else {}
    for entry in settings["files"]:
        receiver = receivers.log_file(entry, settings, host)
        logs[f"filelog/{entry['name']}"] = receiver
    logs.update(promtail.promtail_receivers(settings["promtail_config"], settings, host))
    otlp: Config = {}
    if takes_otlp(settings, host, endpoints):
        protocols = {name: {"endpoint": settings[f"otlp_{name}_listen_address"]} for name in ("grpc", "http")}
        otlp = {"otlp": {"protocols": protocols}}
    metrics: Config = {}
    if settings["hostmetrics"]:
        metrics["hostmetrics"] = {"collection_interval": "30s", "scrapers": {name: {} for name in settings["hostmetrics"]}}
    if settings["scrape_configs"]:
        metrics["prometheus"] = {"config": {"scrape_configs": settings["scrape_configs"]}}
    return {"logs": {**logs, **otlp}, "traces": otlp, "metrics": {**metrics, **otlp}}


def _exporters(settings: Settings, endpoints: Records, find: exporters.Find) -> tuple[dict[str, Config], Config]:
    loki, logins = exporters.loki(settings, [record for record in endpoints if record["service"] == "loki"], find)
    jaeger = exporters.jaeger(settings, [record for record in endpoints if record["service"] in JAEGER])
    written = {f"prometheusremotewrite/{number}": target for number, target in enumerate(settings["remote_write"], 1)}
    return {"logs": {exporters.LOKI: loki} if loki else {}, "traces": {exporters.JAEGER: jaeger} if jaeger else {}, "metrics": written}, logins


def _extensions(settings: Settings) -> Config:
    def storage(name: str) -> Config:
        directory = f"{settings['data_dir']}/{name}"
        # A database that a crash left damaged is put aside, so that the collector starts.
        return {"directory": directory, "create_directory": True, "recreate": True}

    compaction = {"on_start": True, "on_rebound": True, "directory": f"{settings['data_dir']}/queue", "cleanup_on_start": True}
    return {
        "health_check": {"endpoint": settings["health_listen_address"]},
        receivers.OFFSETS: storage("offsets"),
        exporters.QUEUE: {**storage("queue"), "compaction": compaction},
    }


def _telemetry(settings: Settings) -> Config:
    host, port = settings["web_listen_address"].rpartition(":")[::2]
    local_address(settings["web_listen_address"])
    exporter = {"host": host.strip("[]") or "0.0.0.0", "port": int(port)}
    return {"logs": {"level": settings["log_level"]}, "metrics": {"readers": [{"pull": {"exporter": {"prometheus": exporter}}}]}}


def _used(config: Config) -> Config:
    """Leave out what no pipeline names: it would be checked and not run, and tells the reader nothing."""
    pipelines: Iterable[Config] = config["service"]["pipelines"].values()
    for section in ("receivers", "processors", "exporters"):
        named = {name for pipeline in pipelines for name in pipeline[section]}
        config[section] = {name: value for name, value in config[section].items() if name in named}
    return config


def _escaped(value: Any) -> Any:
    """Return a copy in which a dollar sign means itself: the collector replaces ${...} by what it names."""
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value.replace("$", "$$") if isinstance(value, str) else value
