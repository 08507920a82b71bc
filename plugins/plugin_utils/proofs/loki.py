# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about one Loki: it is ready, runs what is on its disk, and a line that is sent to it is found. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..endpoint_record import base_url
from ..loki_role.cluster import WRITERS, targets_of
from ..plain import plain_value
from .configuration import configuration_proof
from .login import access_hint, login
from .record import SKIPPED, done, proof, trouble

SERVICE = "loki"
NAME = "a line that is sent is found"
# The marker's labels; where tenants are told apart it has a tenant of its own.
MARK = "observability-verify"
READERS = frozenset({"all", "read", "querier", "query-frontend"})


def loki_servers(records: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], run: str, check_mode: bool) -> list[dict[str, Any]]:
    """Return all Lokis from pairs of endpoint record and its host's variables; those of other hosts than this run's are not ``here``."""
    found = [_server(record, values, run, check_mode) for record, values in records]
    for server in found:
        # Where hosts have parts of Loki, what one takes in is asked of another.
        askable = [one for one in found if one["stack"] == server["stack"] and one["reads"]]
        server["ask"] = server["url"] if server["reads"] else askable[0]["url"] if askable else ""
    return found


def _server(record: Mapping[str, Any], values: Mapping[str, Any], run: str, check_mode: bool) -> dict[str, Any]:
    targets = set(targets_of(plain_value(values, "loki_target")))
    tenants = str(plain_value(values, "loki_auth_enabled", False)).lower() in ("true", "yes", "1", "on")
    return {
        **{key: record[key] for key in ("host", "stack", "managed", "here")},
        "key": record["host"],
        "url": base_url(record),
        "login": login(record, values),
        "config": f"{plain_value(values, 'loki_config_dir', '/etc/loki')}/config.yml",
        "reads": bool(targets & READERS),
        # What is given by hand is somebody else's, to which nothing is written.
        "sends": bool(targets & WRITERS) and bool(record["managed"]) and not check_mode,
        "skipped": "in check mode verify only reads" if check_mode else "",
        "tenant": MARK if tenants else "",
        "line": f"{run} {record['host']}",
    }


def server_proofs(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything about one server."""
    host, info = server["host"], seen["loki"].get(server["host"])
    if not info or "ready" not in info:
        return [proof("API answers", SERVICE, host, False, detail=trouble(info), hint=access_hint(server, info))]
    hint = f"See {server['url']}/services for what is not running, and 'journalctl -u loki' on {host}."
    proofs = [proof("API answers", SERVICE, host, info["ready"], detail=server["url"] if info["ready"] else "it says that it is not ready", hint=hint)]
    if server["managed"]:
        proofs.append(configuration_proof(SERVICE, server, info["config"], True, seen["loki_disk"].get(host)))
    return proofs + _marker(server, seen)


def _marker(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    host = server["host"]
    if not server["sends"]:
        return [proof(NAME, SERVICE, host, SKIPPED, detail=server["skipped"])] if server["skipped"] else []
    sent, found = seen["loki_sent"].get(host), seen["loki_found"].get(host)
    if not done(sent):
        return [proof(NAME, SERVICE, host, False, detail=trouble(sent), hint=f"See 'journalctl -u loki' on {host}: a disk that is full, or a limit.")]
    if not done(found):
        hint = f"See 'journalctl -u loki' on {host}, and whether what it stores can be reached (loki_storage)."
        return [proof(NAME, SERVICE, host, False, detail=trouble(found), hint=hint)]
    return [proof(NAME, SERVICE, host, True, detail=f"asked at {server['ask']}", seconds=(found or {}).get("waited"))]
