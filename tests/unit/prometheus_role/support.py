# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role's defaults as settings, and endpoint records, for the tests of its pure functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_settings import SETTINGS

ROLE = Path(__file__).resolve().parents[3] / "roles" / "prometheus"
NEW, OLD = "3.15.0", "2.42.0"

# What the templates among the defaults amount to for a host p1.
TEMPLATED = {"db_dir": "/var/lib/prometheus", "probes": [], "replica": "p1"}


def settings(**given: Any) -> dict[str, Any]:
    """Return the role's settings with some of them given."""
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
    values = {name: defaults[f"prometheus_{name}"] for name in SETTINGS}
    return values | TEMPLATED | given


def records(host_vars: dict[str, dict[str, Any]] | None = None, **groups: list[str]) -> list[dict[str, Any]]:
    """Return the endpoints that p1 sees in an inventory of these groups."""
    return topology.endpoints(groups, lambda host: (host_vars or {}).get(host, {}), "p1")


STACK = {"prometheus": ["p1", "p2"], "alertmanager": ["a1", "a2"], "nodes": ["p1", "n1"], "blackbox_exporter": ["p1"]}
