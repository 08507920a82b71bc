# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a Jaeger offers to its neighbours, said in the variables of the role jaeger: ports besides that of its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .plain import plain_value

Variables = Mapping[str, Any]

ALL_IN_ONE, COLLECTOR, QUERY, INGESTER = "all-in-one", "collector", "query", "ingester"
ROLES = (ALL_IN_ONE, COLLECTOR, QUERY, INGESTER)
#: Those that receive spans from applications.
RECEIVING = (ALL_IN_ONE, COLLECTOR)
#: Those that answer questions.
ANSWERING = (ALL_IN_ONE, QUERY)


def answers(values: Variables) -> bool:
    """Return whether this Jaeger has pages and a query API."""
    return _role(values) in ANSWERING


def receives(values: Variables) -> bool:
    """Return whether this Jaeger takes spans by OTLP."""
    return _role(values) in RECEIVING


def measures(values: Variables) -> bool:
    """Return whether this Jaeger makes metrics of the spans that it receives."""
    return receives(values) and str(plain_value(values, "jaeger_spm", True)).lower() not in ("false", "no", "0")


def listener(name: str, tls: str = "") -> Callable[[Variables], dict[str, Any]]:
    """Return a function that finds the address (and the TLS) of one of its other ports: jaeger_<name>."""

    def find(values: Variables) -> dict[str, Any]:
        found = {"web_listen_address": plain_value(values, f"jaeger_{name}"), "tls_server_config": plain_value(values, f"jaeger_{tls}")}
        return {key: value for key, value in found.items() if value}

    return find


def _role(values: Variables) -> str:
    return str(plain_value(values, "jaeger_role") or ALL_IN_ONE)
