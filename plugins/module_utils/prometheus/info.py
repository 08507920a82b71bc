# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What prometheus_info gathers, one entry for each subset."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable

from ..engine.wait import wait_until
from .api import Prometheus

SUBSETS: dict[str, Callable[[Prometheus], Any]] = {
    "alertmanagers": lambda server: server.alertmanagers(),
    "build": lambda server: server.data("status/buildinfo"),
    "config": lambda server: server.data("status/config")["yaml"],
    "flags": lambda server: server.data("status/flags"),
    "rules": lambda server: server.rules(),
    "runtime": lambda server: server.data("status/runtimeinfo"),
    "targets": lambda server: server.targets(),
    "tsdb": lambda server: server.data("status/tsdb"),
}
# Service discovery hands new targets and Alertmanagers on every 5 s, and twice after a load.
DISCOVERY_SECONDS = 11
SETTLING = ("runtime", "targets", "rules")


def gather(server: Prometheus, subsets: list[str]) -> dict[str, Any]:
    """{subset: what the server says}."""
    return {subset: SUBSETS[subset](server) for subset in sorted(SUBSETS if "all" in subsets else subsets)}


def gather_settled(server: Prometheus, subsets: list[str], patience: float) -> dict[str, Any]:
    """Gather once the server has had its first look at everything, or ``patience`` seconds are over."""
    waited = wait_until(lambda: gather(server, list(SETTLING)), settled, patience, 1.0)
    return {**gather(server, subsets), "settled": waited.ok}


def settled(seen: dict[str, Any]) -> bool:
    """Whether the configuration had time to take effect and every target and rule has been looked at once."""
    rules = [rule for group in seen["rules"] for rule in group["rules"]]
    unknown = [item for item in seen["targets"]["active"] + rules if item["health"] == "unknown"]
    return not unknown and _age(seen["runtime"]) >= DISCOVERY_SECONDS


def _age(runtime: dict[str, Any]) -> float:
    """Seconds since the last load, by the server's own clock where it tells (since 3.0)."""
    now = _time(runtime["serverTime"]) if runtime.get("serverTime") else datetime.now(timezone.utc)
    return (now - _time(runtime["lastConfigTime"])).total_seconds()


def _time(text: str) -> datetime:
    # Python 3.8 reads neither nanoseconds nor the letter Z.
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
