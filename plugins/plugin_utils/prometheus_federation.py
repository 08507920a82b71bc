# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scrape jobs that take chosen series from other Prometheus servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .endpoint_record import netloc
from .merge import deep_merge
from .prometheus_transport import TRANSPORT, by_transport, transport_config

FIELDS = ("name", "match", "targets", "stack", "settings")


def federation_jobs(rows: Iterable[Mapping[str, Any]], servers: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the jobs of the rows {name, match, targets or stack, settings}.

    ``targets`` are addresses (host:port); ``stack`` names another stack of the inventory, whose servers are taken from
    ``servers``. Raises ValueError (a sentence).
    """
    return [job for row in rows for job in _jobs(_checked(row), servers)]


def _jobs(row: Mapping[str, Any], servers: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    jobs = []
    if row.get("targets"):
        jobs.append(_job(row, "", {}, list(row["targets"])))
    if row.get("stack"):
        found = [record for record in servers if record["stack"] == row["stack"]]
        if not found:
            raise ValueError(f"The federation {row['name']} finds no Prometheus in the stack {row['stack']}.")
        for group in by_transport(found, (*TRANSPORT, "path_prefix")):
            first = group[0]
            jobs.append(_job(row, first["path_prefix"], transport_config(first), [netloc(record) for record in group]))
    for number, job in enumerate(jobs[1:], 2):
        job["job_name"] += f"-{number}"
    return [deep_merge(job, row.get("settings")) for job in jobs]


def _job(row: Mapping[str, Any], prefix: str, transport: Mapping[str, Any], targets: list[str]) -> dict[str, Any]:
    return {
        "job_name": row["name"],
        "honor_labels": True,
        "metrics_path": f"{prefix}/federate",
        "params": {"match[]": list(row["match"])},
        **transport,
        "static_configs": [{"targets": targets}],
    }


def _checked(row: Mapping[str, Any]) -> Mapping[str, Any]:
    where = f"The entry {row.get('name', dict(row))} of prometheus_federation"
    unknown = sorted(set(row) - set(FIELDS))
    if unknown:
        raise ValueError(f"{where} has the unknown key {unknown[0]!r}. Known are: {', '.join(FIELDS)}.")
    if not (row.get("name") and row.get("match") and (row.get("targets") or row.get("stack"))):
        raise ValueError(f"{where} needs a name, a list match, and targets or a stack.")
    return row
