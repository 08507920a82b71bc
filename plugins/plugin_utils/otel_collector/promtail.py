# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Promtail configuration as receivers of the collector. What cannot be translated is told by name; nothing is left out in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import promtail_relabel
from .promtail_stages import Unsupported, stage_operators
from .receivers import OFFSETS, PATIENT, journal_operators

Config = dict[str, Any]
Settings = Mapping[str, Any]

NAME = "otel_collector_promtail_config"
# Promtail's own web server, positions, limits and log: the role has its own of all of them.
TOP = ("server", "positions", "clients", "scrape_configs", "target_config", "limits_config", "options", "tracing")
CLIENT = ("name", "url", "external_labels", "batchwait", "batchsize", "backoff_config", "timeout")
SCRAPE = ("job_name", "static_configs", "journal", "relabel_configs", "pipeline_stages")
JOURNAL = ("max_age", "path", "labels", "matches", "json")
CLIENT_ADVICE = {
    "tenant_id": "Set otel_collector_loki_tenant.",
    "basic_auth": "The collector logs in to the Loki of the inventory by itself; for another one use otel_collector_exporters.",
    "tls_config": "Set otel_collector_tls.",
}


def reads_files(config: Mapping[str, Any]) -> bool:
    """Say whether a Promtail configuration reads files."""
    return any(job.get("static_configs") for job in config.get("scrape_configs") or [])


def promtail_receivers(config: Mapping[str, Any], settings: Settings, host: str) -> Config:
    """Return the receivers by name, none for an empty configuration. Raises Unsupported (a sentence)."""
    _known(config, TOP, NAME, {})
    external: Config = {}
    for client in config.get("clients") or []:
        _known(client, CLIENT, f"{NAME}, clients", CLIENT_ADVICE)
        external.update(client.get("external_labels") or {})
    found: Config = {}
    for number, job in enumerate(config.get("scrape_configs") or [], 1):
        where = f"{NAME}, scrape_configs {job.get('job_name', number)!r}"
        _known(job, SCRAPE, where, {})
        name = re.sub(r"[^\w.-]", "_", str(job.get("job_name", number)))
        if job.get("journal") is not None:
            found[f"journald/{name}"] = _journal(job, settings, host, external, where)
        for target, static in enumerate(job.get("static_configs") or [], 1):
            receiver = _files(job, static, settings, host, external, where)
            if receiver:
                found[f"filelog/promtail_{name}_{target}"] = receiver
    return found


def _known(given: Any, known: tuple[str, ...], where: str, advice: Mapping[str, str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Unsupported(f"{where}: {unknown[0]} cannot be translated. {advice.get(unknown[0], '')}".rstrip() + f" What can be: {', '.join(known)}.")


def _resource(labels: Mapping[str, Any], job: Mapping[str, Any], host: str) -> Config:
    """Return the attributes of what a target sends: its labels, of which job is the service, for Loki makes streams of that."""
    own = {str(name): str(value) for name, value in labels.items() if not str(name).startswith("__")}
    return {"host.name": host, "service.name": own.get("service_name") or own.get("job") or str(job.get("job_name", "promtail")), **own}


def _files(job: Mapping[str, Any], static: Mapping[str, Any], settings: Settings, host: str, external: Config, where: str) -> Config:
    labels = promtail_relabel.relabelled({**external, **(static.get("labels") or {})}, job.get("relabel_configs") or [], where)
    if labels is None:
        return {}
    if not labels.get("__path__"):
        raise Unsupported(f"{where}: a target of static_configs has no label __path__.")
    receiver: Config = {
        "include": [labels["__path__"]],
        "exclude": [labels["__path_exclude__"]] if labels.get("__path_exclude__") else [],
        # As Promtail does with a file of which it has no position.
        "start_at": "beginning",
        "include_file_name": False,
        "include_file_path": True,
        "max_log_size": settings["max_line_size"],
        "storage": OFFSETS,
        "retry_on_failure": PATIENT,
        "resource": _resource(labels, job, host),
    }
    stages = list(job.get("pipeline_stages") or [])
    if stages and isinstance(stages[0], Mapping) and list(stages[0]) == ["multiline"]:
        # At the beginning it is the receiver's own, which keeps no half of an entry in memory.
        (first,) = stage_operators(stages[:1], where)
        receiver["multiline"] = {"line_start_pattern": stages[0]["multiline"]["firstline"]}
        receiver["force_flush_period"] = first["force_flush_period"]
        operators = stage_operators([{"labels": {}}, *stages[1:]], where)
    else:
        operators = stage_operators(stages, where)
    return {**receiver, "operators": operators}


def _journal(job: Mapping[str, Any], settings: Settings, host: str, external: Config, where: str) -> Config:
    journal = job["journal"] or {}
    _known(journal, JOURNAL, f"{where}, journal", {})
    own = journal_operators()
    if journal.get("json"):
        own = [operator for operator in own if operator.get("id") != "message" and operator["type"] != "sanitize_utf8"]
    before = promtail_relabel.journal_operators(job.get("relabel_configs") or [], where)
    receiver: Config = {
        "start_at": settings["start_at"],
        "priority": "debug",
        "all": True,
        "convert_message_bytes": True,
        "storage": OFFSETS,
        "retry_on_failure": PATIENT,
        "resource": _journal_labels({**external, **(journal.get("labels") or {})}, host),
        "operators": [*before, *own, *stage_operators(job.get("pipeline_stages") or [], where)],
    }
    if journal.get("path"):
        receiver["directory"] = journal["path"]
    if journal.get("matches"):
        receiver["matches"] = [dict(pair.split("=", 1) for pair in str(journal["matches"]).split())]
    return receiver


def _journal_labels(labels: Mapping[str, Any], host: str) -> Config:
    return {"host.name": host, **{str(name): str(value) for name, value in labels.items()}}
