# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about the Jaegers: those with pages answer, and a trace that is sent to one that receives is found with all its spans. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from ..endpoint_record import base_url
from .login import access_hint, login
from .record import SKIPPED, done, proof, trouble

SERVICE = "jaeger"
RECEIVER = "jaeger_otlp_http"
NAME = "a trace that is sent is found"
#: Spans of two services, of which one is the parent of the others.
SPANS = (
    {"name": "verify", "service": "observability-verify", "kind": "client"},
    {"name": "check", "service": "observability-verify-backend", "parent": "verify", "kind": "server"},
    {"name": "store", "service": "observability-verify-backend", "parent": "check"},
)

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]


def jaeger_plan(records: Sequence[Pair], run: str, check_mode: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the Jaegers of a run that answer questions and those that receive spans, from pairs of any endpoint record and its host's variables."""
    servers = [pair for pair in records if pair[0]["service"] == SERVICE]
    receivers = [pair for pair in records if pair[0]["service"] == RECEIVER]
    return {
        "jaeger": [_common(record, values) for record, values in servers if record["here"]],
        # What is given by hand is somebody else's, to which nothing is written.
        "jaeger_receivers": [_receiver(pair, servers, run, check_mode) for pair in receivers if pair[0]["here"] and pair[0]["managed"]],
    }


def _receiver(pair: Pair, servers: Sequence[Pair], run: str, check_mode: bool) -> dict[str, Any]:
    """A receiver with the one that is asked for its trace: itself, else another one of its stack."""
    record = pair[0]
    asked = sorted((one for one in servers if one[0]["stack"] == record["stack"]), key=lambda one: one[0]["host"] != record["host"])
    ask = {"url": base_url(asked[0][0]), "login": login(*asked[0])} if asked else None
    return {**_common(*pair), "ask": ask, "trace_id": _identifier(run, record["host"]), "spans": list(SPANS), "skipped": _skipped(check_mode, ask)}


def jaeger_proofs(plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything about the Jaegers of a plan."""
    return [_answers(server, seen) for server in plan["jaeger"]] + [_arrives(receiver, seen) for receiver in plan["jaeger_receivers"]]


def _common(record: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: record[key] for key in ("host", "stack", "managed", "here")}
    return {**known, "key": record["host"], "url": base_url(record), "login": login(record, values)}


def _identifier(run: str, host: str) -> str:
    return hashlib.sha256(f"{run} {host}".encode()).hexdigest()[:32]


def _skipped(check_mode: bool, ask: dict[str, Any] | None) -> str:
    if check_mode:
        return "in check mode verify only reads"
    return "" if ask else "no Jaeger of this stack has a query API (jaeger_role: query or all-in-one)"


def _answers(server: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
    info = seen["jaeger"].get(server["host"])
    well = done(info) and "services" in (info or {})
    detail = server["url"] if well else trouble(info)
    return proof("API answers", SERVICE, server["host"], well, detail=detail, hint=access_hint(server, info))


def _arrives(receiver: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
    host = receiver["host"]
    if receiver["skipped"]:
        return proof(NAME, SERVICE, host, SKIPPED, detail=receiver["skipped"])
    sent, found = seen["traces_sent"].get(host), seen["traces_found"].get(host)
    if not done(sent):
        hint = f"See 'journalctl -u jaeger' on {host}, and whether {receiver['url']} can be reached from here."
        return proof(NAME, SERVICE, host, False, detail=trouble(sent), hint=hint)
    if not done(found):
        hint = f"See 'journalctl -u jaeger' on {host}, and whether its storage can be reached (jaeger_storage)."
        return proof(NAME, SERVICE, host, False, detail=trouble(found), hint=hint)
    return proof(NAME, SERVICE, host, True, detail=f"{len(SPANS)} spans, asked at {receiver['ask']['url']}", seconds=(found or {}).get("waited"))
