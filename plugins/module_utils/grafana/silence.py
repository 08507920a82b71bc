# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Silences: the same when they silence the same, with the same comment, at times that meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.kind import Kind, Orders
from ..engine.plan import CREATE, DELETE, NOTHING, UPDATE, Change
from ..engine.resource import Listing, Resource, fill
from .silence_times import length, matcher, moment, what, written

LIST = "/api/alertmanager/grafana/api/v2/silences"
PATH = "/api/alertmanager/grafana/api/v2/silence/{id}"

SILENCE = Resource(
    kind="silence",
    words="silence",
    fields=(
        Field("comment"),
        Field("created_by", at="createdBy", default="Ansible", write_only=True),
        Field("matchers", type="list", elements="raw"),
        Field("starts_at", at="startsAt"),
        Field("ends_at", at="endsAt"),
        Field("duration", at=""),
    ),
    identities=(("comment",),),
    listing=Listing(LIST),
    create=("POST", LIST),
    update=("POST", LIST),
    delete=("DELETE", PATH),
    server_only=("id", "status", "updatedAt"),
)


@dataclass
class SilenceChange(Change):
    """A change, and the ids of all silences that end with it."""

    ids: list[str] = field(default_factory=list)


@dataclass
class Window:
    """From when to when a silence is wanted; ``end`` is None when nobody said it, ``firm`` whether it was said as a time."""

    start: datetime
    end: datetime | None
    firm: bool
    now: datetime

    @classmethod
    def of(cls, wanted: Mapping[str, Any], now: datetime) -> Window:
        """The window of a wanted silence.

        :raises Failure: when it makes no sense.
        """
        start = moment(wanted["starts_at"]) if wanted.get("starts_at") else now
        if wanted.get("ends_at") and wanted.get("duration"):
            raise Failure("say ends_at or duration, not both.")
        end = moment(wanted["ends_at"]) if wanted.get("ends_at") else start + length(wanted["duration"]) if wanted.get("duration") else None
        # A silence that begins at a time and lasts a while ends at a time, too.
        firm = bool(wanted.get("ends_at") or (wanted.get("duration") and wanted.get("starts_at")))
        if end is not None and firm and wanted.get("starts_at") and end <= start:
            raise Failure(f"it would end at {written(end)}, before it begins at {written(start)}.")
        return cls(start, end, firm, now)

    def meets(self, found: Mapping[str, Any]) -> bool:
        """Whether a silence is there at a time of this window."""
        return moment(found["endsAt"]) > self.start and (self.end is None or moment(found["startsAt"]) < self.end)

    def reasons(self, found: Mapping[str, Any]) -> list[str]:
        """What is to be another time. A silence that has begun keeps its beginning, and one of a duration ends when it ends."""
        reasons = []
        if found["status"]["state"] == "pending" and abs(moment(found["startsAt"]) - max(self.start, self.now)) >= timedelta(seconds=1):
            reasons.append("starts_at")
        if self.firm and self.end is not None and abs(moment(found["endsAt"]) - self.end) >= timedelta(seconds=1):
            reasons.append("ends_at")
        return reasons


class Silences(Kind):
    """Ended silences stay in Grafana's list for days; they count for nothing."""

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """The silences that have not ended."""
        return [one for one in api.get(LIST) or [] if one["status"]["state"] != "expired"]

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """The same words may be said of several things and times."""
        return (wanted.get("comment"), what(wanted.get("matchers")), str(wanted.get("starts_at")))

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """What will happen to each wanted silence, and to those that nobody describes when they may go."""
        for one in wanted:
            if not one.get("comment") or not one.get("matchers"):
                raise Failure("silence: comment and matchers say which one, so both are needed.")
        there, now = self.everything(api), datetime.now(timezone.utc)
        changes, claimed = [], set()
        for one in wanted:
            try:
                found = self._meant(one, Window.of(one, now), there)
                claimed |= {other["id"] for other in found}
                changes.append(self._absent(one, found) if orders.state == "absent" else self._present(one, Window.of(one, now), found, orders))
            except Failure as error:
                raise Failure(f"{self.resource.label(one)}: {error}") from error
        rest = [one for one in there if one["id"] not in claimed] if orders.purge else []
        going = [one for one in rest if orders.may_go({"comment": one["comment"]})]
        return [*changes, *(self._absent({"comment": one["comment"]}, [one], "nobody describes it") for one in going)]

    def _meant(self, wanted: Mapping[str, Any], window: Window, there: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The silences that are meant, the one that ends last first."""
        same = [one for one in there if one["comment"] == wanted["comment"] and what(one["matchers"]) == what(wanted["matchers"])]
        return sorted((one for one in same if window.meets(one)), key=lambda one: str(one["endsAt"]), reverse=True)

    def _absent(self, wanted: dict[str, Any], found: list[dict[str, Any]], reason: str = "state: absent") -> SilenceChange:
        label = self.resource.label(wanted)
        if not found:
            return SilenceChange(NOTHING, label, wanted)
        ids = [one["id"] for one in found]
        return SilenceChange(DELETE, label, wanted, found[0], None, self.resource.options_form(found[0]), None, [reason], ids)

    def _present(self, wanted: dict[str, Any], window: Window, found: list[dict[str, Any]], orders: Orders) -> SilenceChange:
        label, old = self.resource.label(wanted), found[0] if found else None
        reasons = window.reasons(old) if old else ["it is not there"]
        if not reasons:
            return SilenceChange(NOTHING, label, wanted, old)
        if window.end is None:
            if old is None:
                raise Failure("a new one needs ends_at or duration.")
            window.end = moment(old["endsAt"])
        if window.end <= window.now and old is None:
            orders.warnings.append(f"{label}: its end, {written(window.end)}, has passed, so nothing is silenced.")
            return SilenceChange(NOTHING, label, wanted)
        after = {name: wanted[name] for name in ("comment", "starts_at", "ends_at", "duration") if wanted.get(name)}
        after["matchers"] = [matcher(one) for one in wanted["matchers"]]
        before = {name: value for name, value in self.resource.options_form(old).items() if name != "created_by"} if old else None
        return SilenceChange(UPDATE if old else CREATE, label, wanted, old, self._body(wanted, window, old), before, after, reasons)

    def _body(self, wanted: Mapping[str, Any], window: Window, old: Mapping[str, Any] | None) -> dict[str, Any]:
        # Another beginning would end a silence that has begun and make a second one.
        begun = old is not None and old["status"]["state"] == "active"
        end = window.end if window.end is not None else window.start
        times = {"startsAt": old["startsAt"] if begun and old else written(window.start), "endsAt": written(end)}
        plain = {"comment": wanted["comment"], "createdBy": wanted.get("created_by") or "Ansible", **times}
        return {**plain, "matchers": [matcher(one) for one in wanted["matchers"]], **({"id": old["id"]} if old else {})}

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Make, move or end a silence; a made one is read again, since its beginning is the server's."""
        if not isinstance(change, SilenceChange):
            raise TypeError(type(change).__name__)
        if not change.writes or api.read_only:
            return super().apply(api, change)
        if change.action == DELETE:
            for one in change.ids:
                api.json("DELETE", fill(PATH, {"id": one}))
            return {}
        made = api.json("POST", LIST, json=change.body)
        return dict(api.get(fill(PATH, {"id": made["silenceID"]})))

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """What playbooks ask for: the silence that was ended, and a sentence when nothing was done."""
        if change.action == DELETE:
            return {"silence": change.found}
        if change.action != NOTHING:
            return {}
        return {"msg": f"The silence is there already, its id is {found['id']}." if found else "Silence does not exist"}

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """One silence as options."""
        return self.resource.options_form(found)
