# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Annotations: a moment or a span of time that is marked on dashboards, such as a deployment."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.kind import Kind, Orders
from ..engine.plan import Change
from ..engine.resource import Listing, Resource

MOST = 10000


def milliseconds(value: Any) -> Any:
    """A time as Grafana has it, in milliseconds since 1970; from such a number or a time of ISO 8601, which is UTC unless it says otherwise."""
    text = str(value).strip()
    if value is None or text.isdigit():
        return None if value is None else int(text)
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Failure(f"{text!r} is no time: give milliseconds since 1970, or a time such as 2026-05-01T12:00:00Z.") from None
    return int((when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp() * 1000)


def sent(body: dict[str, Any], wanted: dict[str, Any], found: Any) -> dict[str, Any]:
    """What a write holds; an end that is left out stays where it was."""
    times = {key: milliseconds(body[key]) for key in ("time", "timeEnd") if body.get(key)}
    return {**{key: value for key, value in body.items() if key != "id"}, **times}


ANNOTATION = Resource(
    kind="annotation",
    words="annotation",
    fields=(
        Field("text"),
        Field("tags", type="list", elements="str", unordered=True),
        Field("time", normalise=milliseconds),
        Field("time_end", at="timeEnd", normalise=milliseconds),
        Field("dashboard_uid", at="dashboardUID", immutable=True),
        Field("panel_id", at="panelId", type="int", immutable=True),
        Field("id", type="int"),
    ),
    identities=(("id",), ("time",)),
    direct={"id": "/api/annotations/{id}"},
    listing=Listing("/api/annotations", params={"limit": MOST, "type": "annotation"}),
    create=("POST", "/api/annotations"),
    update=("PUT", "/api/annotations/{id}"),
    delete=("DELETE", "/api/annotations/{id}"),
    server_only=("created", "updated", "login", "email", "avatarUrl", "userId", "dashboardId", "alertId", "alertName", "newState", "prevState"),
    prepare=sent,
)


class Annotations(Kind):
    """An annotation has no name: it is the one of its number, or the one that begins at its time on its dashboard and panel."""

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """By number or time; without both a new one begins now."""
        if wanted.get("id"):
            return super().find(api, wanted)
        return self.match(wanted, self._between(api, [wanted])) if wanted.get("time") else None

    def _between(self, api: Any, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The annotations from the first of the wanted times to the last."""
        times = [milliseconds(one["time"]) for one in wanted if one.get("time")]
        span = {"from": min(times), "to": max(times) + 1} if times else {}
        boards = {one.get("dashboard_uid") for one in wanted}
        board = {"dashboardUID": boards.pop()} if len(boards) == 1 and boards != {None} else {}
        return list(api.get(self.resource.listing.path, {**self.resource.listing.params, **span, **board}) or [])

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """Many are read with one request, for the span of all their times."""
        if besides or len(wanted) == 1 or any(one.get("id") for one in wanted):
            return super().look(api, wanted, besides)
        there = self._between(api, wanted) if any(one.get("time") for one in wanted) else []
        return [self.match(one, there) if one.get("time") else None for one in wanted], []

    def is_meant(self, wanted: Mapping[str, Any], found: dict[str, Any]) -> bool:
        """Whether it is the wanted number, or begins at the wanted time in the wanted place."""
        if wanted.get("id"):
            return bool(found["id"] == wanted["id"])
        place = (found.get("dashboardUID") or None, found.get("panelId") or None)
        return bool(wanted.get("time")) and found["time"] == milliseconds(wanted["time"]) and place == (wanted.get("dashboard_uid"), wanted.get("panel_id"))

    def match(self, wanted: Mapping[str, Any], there: Any) -> dict[str, Any] | None:
        """Of several at the same moment, the one of the same text."""
        found = [one for one in there if self.is_meant(wanted, one)]
        same = [one for one in found if one["text"] == wanted.get("text")]
        return super().match(wanted, same[:1] or found)

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """Several may begin at one moment."""
        return tuple(str(wanted.get(name)) for name in ("id", "time", "dashboard_uid", "panel_id", "text"))

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """Refuse what cannot be meant."""
        for one in wanted:
            if orders.state == "absent" and not one.get("id") and not one.get("time"):
                raise Failure("Which annotation is to go? Name it by its id, or by its time (with its dashboard_uid and panel_id).")
            if one.get("time") and one.get("time_end") and milliseconds(one["time_end"]) < milliseconds(one["time"]):
                raise Failure(f"The annotation {one.get('text')!r} ends before it begins.")
        return super().plan(api, wanted, orders)

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """A new annotation needs a text."""
        if found is None and wanted.get("id"):
            raise Failure(f"There is no annotation with the id {wanted['id']}. Grafana chooses ids itself: leave it out to make one.")
        if found is None and not wanted.get("text"):
            raise Failure("A new annotation needs a text.")
        return super().plan_one(api, wanted, found, orders)
