# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What alertmanager_info gathers, one entry for each subset."""

from __future__ import annotations

from typing import Any, Callable

from ..engine.wait import wait_until
from .api import Alertmanager

SUBSETS: dict[str, Callable[[Alertmanager, list[str]], Any]] = {
    "alerts": lambda server, matchers: server.alerts(matchers),
    "receivers": lambda server, matchers: server.receivers(),
    "reload": lambda server, matchers: server.reload(),
    "silences": lambda server, matchers: server.silences(),
    "status": lambda server, matchers: server.status(),
}


def gather(server: Alertmanager, params: dict[str, Any]) -> dict[str, Any]:
    """{subset: what the server says}, once its mesh has settled or ``settle`` seconds are over."""
    if params["settle"]:
        wait_until(server.status, lambda seen: seen["cluster"]["status"] != "settling", params["settle"], 1.0)
    names = SUBSETS if "all" in params["gather_subset"] else params["gather_subset"]
    return {name: SUBSETS[name](server, params["matchers"]) for name in sorted(names)}
