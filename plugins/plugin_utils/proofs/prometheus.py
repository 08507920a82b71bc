# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about one Prometheus server, from what its API and its disk say. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..endpoint_record import netloc
from .configuration import configuration_proof
from .dashboards import dashboard_proofs
from .login import access_hint
from .record import proof, trouble
from .rules import rule_proofs
from .targets import probe_proofs, target_proofs

SERVICE = "prometheus"


def server_proofs(server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything about one server except the way of a test alert.

    A server that this run does not touch (--limit) is asked only about the targets that it does touch.
    """
    host, info = server["host"], seen["prometheus"].get(server["host"])
    if not info or "targets" not in info:
        return [proof("API answers", SERVICE, host, False, detail=trouble(info), hint=access_hint(server, info))]
    proofs = target_proofs(server, plan, seen)
    if server["here"]:
        proofs = [proof("API answers", SERVICE, host, True, detail=server["url"]), *_own_proofs(server, plan, seen), *proofs]
        proofs += probe_proofs(server, seen) + dashboard_proofs(server, seen)
    return proofs


def _own_proofs(server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    info, disk = seen["prometheus"][server["host"]], seen["prometheus_disk"].get(server["host"])
    proofs = []
    if server["managed"]:
        loaded = info["runtime"].get("reloadConfigSuccess", True)
        proofs = [configuration_proof(SERVICE, server, info["config"], loaded, disk), *rule_proofs(server, info, disk)]
    return proofs if server["agent"] else proofs + _alertmanager_proofs(server, plan, info)


def _alertmanager_proofs(server: dict[str, Any], plan: dict[str, Any], info: dict[str, Any]) -> list[dict[str, Any]]:
    """The server sends its alerts to every Alertmanager of its stack."""
    active = [urlsplit(url).netloc.lower() for url in info["alertmanagers"]["active"]]
    hint = "Run site.yml for the group prometheus, so that its list of Alertmanagers follows the inventory."
    proofs = []
    for record in plan["endpoints"]:
        if record["service"] == "alertmanager" and record["stack"] == server["stack"]:
            address = netloc(record)
            known = address.lower() in active
            detail = address if known else f"{address} is not among the active ones ({', '.join(active) or 'none'})"
            more = {"subject": record["host"], "detail": detail, "hint": hint}
            proofs.append(proof("sends alerts to Alertmanager", SERVICE, server["host"], known, **more))
    return proofs
