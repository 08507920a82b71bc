# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kinds of alerting with a name and a version: templates of messages and mute timings."""

from __future__ import annotations

from typing import Any, Sequence

from ..engine.errors import ClientError
from ..engine.kind import Orders
from ..engine.plan import DELETE, Change
from ..engine.resource import fill
from .alerting import AlertingKind, refuse_foreign


class Named(AlertingKind):
    """Kinds whose objects have a name, a version against lost writes, and a provenance that reads tell."""

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """As for all kinds; what a file provisioned is refused, and left alone by a purge."""
        changes = super().plan(api, wanted, orders)
        mine = [id(change) for change in changes[: len(wanted)]]
        changes = [one for one in changes if id(one) in mine or (one.found or {}).get("provenance") != "file"]
        for change in changes:
            if change.writes and change.found:
                refuse_foreign(change.label, change.found.get("provenance", ""), {} if change.action == DELETE else change.wanted)
        return changes

    def write(self, api: Any, rule: tuple[str, str], change: Change) -> dict[str, Any]:
        """Send a create or an update with the version that was read, so that nobody's work in between is lost."""
        body = dict(change.body or {})
        version = (change.found or {}).get("version")
        if version:
            body["version"] = version
        try:
            answer = self.send(api, rule[0], fill(rule[1], change.found or {}, change.wanted), change.wanted, body)
        except ClientError as error:
            if error.status == 409 and version:
                words = "Somebody changed it in between. Run again to compare with what it is now."
                raise ClientError(error.verb, error.url, error.status, error.message, words) from error
            raise
        return {**(change.found or {}), **body, **(answer or {})}

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make the object."""
        return self.write(api, self.resource.create, change)

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Change the object."""
        return self.write(api, self.resource.update or self.resource.create, change)

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """Remove the object."""
        verb, path = self.resource.delete
        self.send(api, verb, fill(path, change.found or {}, change.wanted), change.wanted)
        return {}
