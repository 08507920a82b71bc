# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about one Alertmanager, from what its API and its disk say. Pure."""

from __future__ import annotations

from typing import Any

from .configuration import configuration_proof
from .login import access_hint
from .record import proof, trouble

SERVICE = "alertmanager"


def server_proofs(server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything about one Alertmanager except the way of a test alert."""
    host, info = server["host"], seen["alertmanager"].get(server["host"])
    if not info or "status" not in info:
        return [proof("API answers", SERVICE, host, False, detail=trouble(info), hint=access_hint(server, info))]
    proofs = [proof("API answers", SERVICE, host, True, detail=server["url"])]
    if server["managed"]:
        disk, running = seen["alertmanager_disk"].get(host), info["status"]["config"]
        proofs.append(configuration_proof(SERVICE, server, running, info["reload"]["successful"], disk))
        # A member that died just before is missed only after some seconds, so the latest look counts.
        latest = (seen["reached"].get(host) or {}).get("status") or info["status"]
        proofs.append(_mesh_proof(server, plan, latest["cluster"]))
    return proofs


def _mesh_proof(server: dict[str, Any], plan: dict[str, Any], cluster: dict[str, Any]) -> dict[str, Any]:
    """The member sees as many members as the group has hosts, and its mesh has settled."""
    members = plan["mesh"][server["stack"]]
    peers, wanted = len(cluster["peers"]), len(members)
    alone = wanted == 1 and cluster["status"] == "disabled"
    ok = alone or (cluster["status"] == "ready" and peers == wanted)
    detail = "runs alone, without a mesh" if alone else f"{peers} of {wanted} members, {cluster['status']}"
    hint = f"Check that the members reach each other on the port of the mesh (9094, TCP and UDP): {', '.join(members)}."
    return proof("mesh is whole", SERVICE, server["host"], ok, detail=detail, hint=hint)
