# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The configuration file of Prometheus, from the role's variables and the endpoints of the stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .endpoint_record import netloc
from .merge import deep_merge
from .prometheus_features import RETENTION_IN_FILE, SCRAPE_CONFIG_FILES, at_least
from .prometheus_flags import is_limit
from .prometheus_rules import rule_patterns
from .prometheus_scrape import Record, scrape_configs
from .prometheus_transport import TRANSPORT, by_transport, transport_config

Settings = Mapping[str, Any]


def prometheus_config(
    settings: Settings,
    endpoints: list[Record],
    version: str,
    servers: list[Record] | None = None,
    target_files: Iterable[str] = (),
    has_scrape_files: bool = False,
    rule_files: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the content of prometheus.yml; empty sections are left out.

    ``settings`` are the role's variables without their prefix, ``endpoints`` the records of this stack, ``servers`` the
    Prometheus records of all stacks, ``target_files`` the names of the files below file_sd, ``rule_files`` the paths of
    the user's rule files. Raises ValueError (a sentence).
    """
    config: dict[str, Any] = {"global": _global(settings, version)}
    if not settings["agent_mode"]:
        config["rule_files"] = rule_patterns(rule_files)
        config["alerting"] = _alerting(settings, endpoints)
    config["scrape_configs"] = scrape_configs(settings, endpoints, servers or [], target_files)
    config["scrape_config_files"] = _scrape_config_files(has_scrape_files, version)
    config["remote_write"] = settings["remote_write"]
    if not settings["agent_mode"]:
        config["remote_read"] = settings["remote_read"]
        config["storage"] = _storage(settings, version)
    config["otlp"] = settings["otlp"]
    config = {section: content for section, content in config.items() if content}
    return deep_merge(config, settings["config_extra"])


def _global(settings: Settings, version: str) -> dict[str, Any]:
    section = dict(settings["global"])
    if settings["native_histograms"] and at_least(version, "3.8.0"):
        section.setdefault("scrape_native_histograms", True)
    labels = dict(settings["external_labels"])
    if settings["replica_label"]:
        labels.setdefault(settings["replica_label"], settings["replica"])
    if labels:
        # A label is text; YAML's numbers and booleans would be refused.
        section["external_labels"] = {str(name): _label(value) for name, value in (labels | section.get("external_labels", {})).items()}
    return section


def _label(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _alerting(settings: Settings, endpoints: Iterable[Record]) -> dict[str, Any]:
    records = [record for record in endpoints if record["service"] == "alertmanager"]
    sections = [_alertmanagers(group) for group in by_transport(records, (*TRANSPORT, "path_prefix"))]
    sections += settings["alertmanager_config"]
    if not sections:
        return {}
    relabelling = list(settings["alert_relabel_configs"])
    if settings["replica_label"]:
        # Two servers of a pair send the same alert; without the label that tells them apart it is one alert.
        relabelling.append({"action": "labeldrop", "regex": settings["replica_label"]})
    return {"alert_relabel_configs": relabelling, "alertmanagers": sections} if relabelling else {"alertmanagers": sections}


def _alertmanagers(records: list[Record]) -> dict[str, Any]:
    section = transport_config(records[0])
    if records[0]["path_prefix"]:
        section["path_prefix"] = records[0]["path_prefix"]
    return section | {"static_configs": [{"targets": [netloc(record) for record in records]}]}


def _scrape_config_files(wanted: bool, version: str) -> list[str]:
    if wanted and version and not at_least(version, SCRAPE_CONFIG_FILES):
        raise ValueError(
            f"prometheus_scrape_config_files needs Prometheus {SCRAPE_CONFIG_FILES} or newer; the version here is "
            f"{version}. Put the jobs into prometheus_scrape_configs."
        )
    return ["scrape_configs/*.yml", "scrape_configs/*.json"] if wanted else []


def _storage(settings: Settings, version: str) -> dict[str, Any]:
    storage: dict[str, Any] = {}
    if at_least(version, RETENTION_IN_FILE):
        retention = {
            "time": settings["storage_retention"],
            "size": settings["storage_retention_size"],
            "percentage": _number(settings["storage_retention_percentage"]),
        }
        retention = {name: value for name, value in retention.items() if is_limit(value)}
        if retention:
            storage["tsdb"] = {"retention": retention}
    if settings["exemplars_max"]:
        storage["exemplars"] = {"max_exemplars": settings["exemplars_max"]}
    return storage


def _number(text: str) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        raise ValueError(f"prometheus_storage_retention_percentage is {text!r}; it must be a number, such as 80.") from None
    return int(number) if number.is_integer() else number
