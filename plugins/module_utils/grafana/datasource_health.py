# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether data sources work, by Grafana's own word."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.kind import Orders
from ..engine.parallel import each
from ..engine.resource import fill
from ..engine.wait import wait_until

INTERVAL = 1.0
# What Grafana says of types that only work in the browser: nobody on the server can ask them anything.
SILENT = ("plugin unavailable", "method not implemented")


def prove(api: Any, present: Sequence[Mapping[str, Any]], orders: Orders) -> None:
    """Wait until each data source works, when the user asked for it.

    :raises Failure: with what the server said last.
    """
    seconds = orders.options.get("wait_healthy")
    if seconds is not None:
        for sentence in each(lambda found: prove_one(api, found, float(seconds)), list(present)):
            orders.warnings += [sentence] if sentence else []


def prove_one(api: Any, found: Mapping[str, Any], seconds: float) -> str:
    """Wait for one; a sentence when its type cannot be asked."""
    end = wait_until(lambda: asked(api, found), lambda said: said[0] != "ERROR", seconds, INTERVAL)
    status, words = end.last
    if status == "ERROR":
        raise Failure(f"The data source {found['name']} ({found['type']}, {found.get('url') or 'no URL'}) does not work after {end.seconds:g} s: {words}")
    return f"Whether the data source {found['name']} works cannot be told: {words}" if status == "SILENT" else ""


def asked(api: Any, found: Mapping[str, Any]) -> tuple[str, str]:
    """(status, words) of one look."""
    try:
        answer = api.get(fill("/api/datasources/uid/{uid}/health", found)) or {}
    except ClientError as error:
        if error.status is None or error.status in (401, 403):
            raise
        if error.message.lower().rstrip(".") in SILENT:
            return "SILENT", f"the type {found['type']} has no check on the server."
        hint = f" The plugin {found['type']} is not installed on the server." if error.status == 404 else ""
        return "ERROR", error.message + hint
    status = str(answer.get("status") or "").upper()
    return ("OK" if status == "OK" else "ERROR"), str(answer.get("message") or answer)
