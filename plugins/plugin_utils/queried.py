# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the inventory's endpoints answer queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from .plain import plain_value

Record = Mapping[str, Any]


def queried(endpoints: Iterable[Record], hosts: Iterable[str], variables: Callable[[str], Mapping[str, Any]]) -> list[Record]:
    """Leave out Prometheus servers in agent mode. ``hosts`` are the inventory's: what is given by hand belongs to none."""
    return [record for record in endpoints if record["service"] != "prometheus" or not _agent(record["host"], hosts, variables)]


def _agent(host: str, hosts: Iterable[str], variables: Callable[[str], Mapping[str, Any]]) -> bool:
    return host in hosts and boolean(plain_value(variables(host), "prometheus_agent_mode", False))
