# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The settings that the role hands over when its user sets nothing."""

from __future__ import annotations

from typing import Any


def settings(**over: Any) -> dict[str, Any]:
    """Return the settings with *over* in place of some."""
    return {
        "global": {"resolve_timeout": "3m", "http_config": {}, "slack_api_url": "", "smtp": {}, "more": {}},
        "receivers": [],
        "default_receiver": "",
        "route": {},
        "routes_by": {},
        "inhibit_rules": [],
        "inhibit_defaults": True,
        "time_intervals": [],
        "templates": [],
        "verify_port": 19099,
        "extra": {},
        **over,
    }
