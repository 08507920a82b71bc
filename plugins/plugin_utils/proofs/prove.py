# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All proofs of a run, from a plan and what was seen. Pure: no clock, no network, no files."""

from __future__ import annotations

from typing import Any

from ..running_config import load
from . import alertmanager, collector, grafana, loki, prometheus
from .jaeger import jaeger_proofs
from .path import path_proofs

KINDS = (
    "prometheus",
    "prometheus_disk",
    "probes",
    "panels",
    "alertmanager",
    "alertmanager_disk",
    "grafana",
    "loki",
    "loki_disk",
    "loki_sent",
    "loki_found",
    "journal_written",
    "journal_found",
    "jaeger",
    "traces_sent",
    "traces_found",
    "receivers",
    "written",
    "posted",
    "fires",
    "firing",
    "reached",
    "resolved",
)
ORDER = (
    *("prometheus", "alertmanager", "node_exporter", "blackbox_exporter", "otel_collector"),
    *("loki", "jaeger", "jaeger_metrics", "jaeger_spanmetrics", "grafana"),
)


def prove(plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Proof records (see record.py) for everything that the plan names, services in a fixed order."""
    proofs = []
    for server in plan["prometheus"]:
        proofs += prometheus.server_proofs(server, plan, seen)
    for server in plan["alertmanager"]:
        proofs += alertmanager.server_proofs(server, plan, seen)
    for server in plan["loki"]:
        proofs += loki.server_proofs(server, seen)
    for one in plan["collectors"]:
        proofs += collector.collector_proofs(one, seen)
    proofs += jaeger_proofs(plan, seen)
    for server in plan["grafana"]:
        proofs += grafana.server_proofs(server, seen)
    proofs.sort(key=lambda record: ORDER.index(record["service"]) if record["service"] in ORDER else len(ORDER))
    return proofs + [record for path in plan["paths"] for record in path_proofs(path, seen)]


def observations(registered: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """{kind: {host or stack: result}} from registered results of loops whose items have a ``key``; all KINDS are there."""
    return {kind: _by_key(registered.get(kind) or {}) for kind in KINDS}


def files_to_read(plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """[{key, host, paths}]: the configuration of each Prometheus of this run, and the rule files that it names."""
    tasks = []
    for server in plan["prometheus"]:
        if server["here"] and server["managed"]:
            running = (seen["prometheus"].get(server["host"]) or {}).get("config", "")
            patterns = (load(running) or {}).get("rule_files", []) if running else []
            tasks.append({"key": server["host"], "host": server["host"], "paths": [server["config"], *patterns]})
    return tasks


def _by_key(result: dict[str, Any]) -> dict[str, Any]:
    done = [item for item in result.get("results", []) if "item" in item and not item.get("skipped")]
    return {item["item"]["key"]: item for item in done}
