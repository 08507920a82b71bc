# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role's variables as its filter reads them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from plugins.plugin_utils.otel_collector import config
from plugins.plugin_utils.otel_collector.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[3]
LOKI: dict[str, Any] = {"service": "loki", "host": "log1", "address": "10.0.0.5", "port": 3100, "scheme": "http", "path_prefix": ""}
JAEGER = {**LOKI, "service": "jaeger", "host": "trace1", "address": "10.0.0.6", "port": 16686}


@functools.cache
def defaults() -> dict[str, Any]:
    """Return the role's defaults without its prefix."""
    found = yaml.safe_load((ROOT / "roles/otel_collector/defaults/main.yml").read_text(encoding="utf-8"))
    return {name.removeprefix("otel_collector_"): value for name, value in found.items()}


def settings(**over: Any) -> dict[str, Any]:
    """Return all settings, the defaults with some replaced."""
    return {**{name: defaults()[name] for name in SETTINGS}, "web_config": {}, **over}


def configured(*endpoints: dict[str, Any], host: str = "web1", known: Any = None, **over: Any) -> dict[str, Any]:
    """Return the configuration of a host; ``known`` is the login of every endpoint."""
    return config.configuration(settings(**over), host, [record for record in endpoints or (LOKI, JAEGER) if record], lambda _service, _host: known)
