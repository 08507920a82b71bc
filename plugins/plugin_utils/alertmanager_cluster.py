# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alertmanager's mesh: the flags that join one member to the others."""

from __future__ import annotations

import ipaddress
from typing import Any

from .endpoint_record import DEFAULT_STACK
from .plain import plain


def cluster_flags(members: list[dict], host: str, port: int, given: dict) -> dict[str, Any]:
    """Return the `cluster.*` flags of *host*.

    *members*: endpoint records of all Alertmanagers; *port*: the mesh's port on every member;
    *given*: the user's own, keys without `cluster.`, `peers` being the list of peers (prometheus.prometheus' form).
    An empty listen address (alone, or when the user says so) switches the mesh off.
    """
    given = plain(given)
    peers = [_joined(record["address"], port) for record in members if record["host"] != host]
    flags: dict[str, Any] = {"listen-address": ""}
    if peers:
        own = next((record["address"] for record in members if record["host"] == host), "")
        flags = {"listen-address": _joined("::" if _version(own) == 6 else "0.0.0.0", port), "peer": peers}
        # Without it, a member announces a private address that it finds by itself, and fails when it has none.
        # The flag takes no host name.
        if _version(own) and not ipaddress.ip_address(own).is_loopback:
            flags["advertise-address"] = _joined(own, port)
        flags.update(_label(members, host))
    if "peers" in given:
        flags["peer"] = given.pop("peers")
    flags.update(given)
    if not flags["listen-address"]:
        flags = {"listen-address": ""}
    return {"cluster.%s" % name: value for name, value in flags.items()}


def _label(members: list[dict], host: str) -> dict[str, str]:
    """The name of the stack: a member that once was in another stack's mesh would be called back into it for hours."""
    stack = next((record.get("stack") for record in members if record["host"] == host), "")
    return {"label": stack} if stack and stack != DEFAULT_STACK else {}


def _version(address: str) -> int:
    """Return 4 or 6, or 0 when *address* is no IP address."""
    try:
        return ipaddress.ip_address(address).version
    except ValueError:
        return 0


def _joined(address: str, port: int) -> str:
    return "[%s]:%d" % (address, port) if ":" in address else "%s:%d" % (address, port)
