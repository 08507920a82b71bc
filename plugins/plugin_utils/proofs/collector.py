# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about one collector: a line that its host writes into the journal is found in Loki, as that host's. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ..plain import plain_value
from .record import SKIPPED, done, proof, trouble

SERVICE = "otel_collector"
NAME = "a line of the journal is found in Loki"


def collectors(
    records: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], lokis: Sequence[Mapping[str, Any]], run: str, check_mode: bool
) -> list[dict[str, Any]]:
    """Return the collectors of a run that read a journal, and the Loki in which its lines are looked for.

    :param records: pairs of endpoint record and its host's variables.
    :param lokis: all Lokis, those of other hosts than this run's too (loki.loki_servers).
    """
    found = []
    for record, values in records:
        readers = [one for one in lokis if one["stack"] == record["stack"] and one["reads"]]
        if record["here"] and record["managed"] and readers and boolean(plain_value(values, "otel_collector_journal", True)):
            found.append(_collector(record, values, readers[0], run, check_mode))
    return found


def _collector(record: Mapping[str, Any], values: Mapping[str, Any], loki: Mapping[str, Any], run: str, check_mode: bool) -> dict[str, Any]:
    return {
        **{key: record[key] for key in ("host", "stack")},
        "key": record["host"],
        "ask": loki["url"],
        "login": loki["login"],
        "tenant": str(plain_value(values, "otel_collector_loki_tenant", "")),
        "line": f"{run} journal of {record['host']}",
        "writes": not check_mode,
    }


def collector_proofs(collector: Mapping[str, Any], seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everything about one collector."""
    host = collector["host"]
    if not collector["writes"]:
        return [proof(NAME, SERVICE, host, SKIPPED, detail="in check mode verify only reads")]
    written, found = seen["journal_written"].get(host), seen["journal_found"].get(host)
    if not done(written):
        return [proof(NAME, SERVICE, host, False, detail=trouble(written), hint=f"Verify writes it with the program logger, by ssh, on {host}.")]
    if not done(found):
        hint = f"See 'journalctl -u otel_collector' on {host}: what it cannot send waits on its disk. Is {collector['ask']} reached from there?"
        return [proof(NAME, SERVICE, host, False, detail=trouble(found), hint=hint)]
    return [proof(NAME, SERVICE, host, True, detail=f"asked at {collector['ask']}", seconds=(found or {}).get("waited"))]
