# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The command line of Prometheus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .prometheus_features import RETENTION_IN_FILE, ROWS, at_least, row_for

SWITCHES = tuple(dict.fromkeys(row.option for row in ROWS))


def prometheus_flags(settings: Mapping[str, Any], version: str, own_url: str | None = None) -> dict[str, Any]:
    """Return the flags that follow from the role's variables, as name to value; None values are to be left out.

    ``settings`` are the role's variables without their prefix; ``version`` '' means unknown. ``own_url``
    is where this server is reached: links in alerts begin with it, unless the user names an external URL. The web
    server's other flags and the user's own are added by service_description. Raises ValueError (a sentence).
    """
    agent = settings["agent_mode"]
    flags: dict[str, Any] = {
        "config.file": f"{settings['config_dir']}/prometheus.yml",
        "storage.agent.path" if agent else "storage.tsdb.path": settings["db_dir"],
        "web.external-url": settings["web_external_url"] or own_url,
    }
    if not agent and not at_least(version, RETENTION_IN_FILE):
        flags |= _retention_flags(settings, version)
    features = set(settings["enable_features"])
    for row in (row_for(option, version) for option in SWITCHES if settings[option]):
        if row.flag:
            flags[row.flag] = True
        elif row.feature:
            features.add(row.feature)
    if features:
        flags["enable-feature"] = sorted(features)
    return {name: value for name, value in flags.items() if value is not None}


def is_limit(value: Any) -> bool:
    """Whether a retention variable sets a limit: '' and '0' do not."""
    return str(value or "0") != "0"


def _retention_flags(settings: Mapping[str, Any], version: str) -> dict[str, Any]:
    if is_limit(settings["storage_retention_percentage"]):
        raise ValueError(
            f"prometheus_storage_retention_percentage needs Prometheus {RETENTION_IN_FILE} or newer; the version here is "
            f"{version or 'not known'}. Use prometheus_storage_retention_size."
        )
    size = settings["storage_retention_size"]
    return {
        "storage.tsdb.retention.time": settings["storage_retention"] or None,
        "storage.tsdb.retention.size": size if is_limit(size) else None,
    }
