# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mute timings: times at which notification policies are silent (or, used the other way round, active)."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, Mapping

from ..engine.compare import same
from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.kind import Orders
from ..engine.plan import NOTHING, UPDATE, Change
from ..engine.resource import Listing, Resource
from .alerting import PROVISIONING
from .alerting_named import Named

LIST = "/api/v1/provisioning/mute-timings"
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
NUMBER = re.compile(r"-?\d+")
INTERVAL: dict[str, dict[str, Any]] = {
    "times": {"type": "list", "elements": "dict"},
    "weekdays": {"type": "list", "elements": "str"},
    "days_of_month": {"type": "list", "elements": "str"},
    "months": {"type": "list", "elements": "str"},
    "years": {"type": "list", "elements": "str"},
    "location": {"type": "str"},
}


def normal(interval: Mapping[str, Any]) -> dict[str, Any]:
    """An interval as Grafana keeps it: months are numbers, days of the week are words, and what is empty is left out.

    :raises Failure: when a part of it is none.
    """
    form = {
        "times": times,
        "weekdays": lambda one: span(one, DAYS, 0, words=True),
        "days_of_month": lambda one: span(one, (), 1),
        "months": lambda one: span(one, MONTHS, 1),
        "years": lambda one: span(one, (), 1),
    }
    found: dict[str, Any] = {key: [read(one) for one in interval[key]] for key, read in form.items() if interval.get(key)}
    return {**found, **({"location": interval["location"]} if interval.get("location") else {})}


def times(one: Mapping[str, Any]) -> dict[str, str]:
    """A span of a day."""
    ends = {key: str(one.get(key)) for key in ("start_time", "end_time")}
    strange = set(one) - set(ends)
    if strange or not all(CLOCK.fullmatch(text) for text in ends.values()):
        raise Failure(f"{dict(one)!r} is no time such as {{start_time: '08:00', end_time: '17:00'}}.")
    return ends


def span(text: Any, names: tuple[str, ...], first: int, words: bool = False) -> str:
    """A day, month or year, or a span of them such as ``1:5``: as a number, or as the word for it."""
    ends = []
    for end in str(text).strip().lower().split(":"):
        if end in names:
            ends.append(end if words else str(names.index(end) + first))
        elif NUMBER.fullmatch(end) and not words:
            ends.append(str(int(end)))
        else:
            near = get_close_matches(end, names, 1)
            raise Failure(f"{text!r} is none of the days, months and years that Grafana knows." + (f" Did you mean {near[0]!r}?" if near else ""))
    return ":".join(ends)


MUTE_TIMING = Resource(
    kind="mute_timing",
    words="mute timing",
    fields=(Field("name"), Field("time_intervals", type="list", elements="dict", options=INTERVAL, aliases=("intervals",)), PROVISIONING),
    identities=(("name",),),
    direct={"name": LIST + "/{name}"},
    listing=Listing(LIST),
    create=("POST", LIST),
    update=("PUT", LIST + "/{name}"),
    delete=("DELETE", LIST + "/{name}"),
    server_only=("version", "provenance"),
)


class MuteTimings(Named):
    """Intervals are compared one by one in Grafana's form, all of them: one that says less than another is another."""

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """Bring the intervals into Grafana's form."""
        if wanted.get("time_intervals") is None:
            return wanted
        try:
            return dict(wanted, time_intervals=[normal(one) for one in wanted["time_intervals"]])
        except Failure as error:
            raise Failure(f"{self.resource.label(wanted)}: {error}") from error

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """A new timing needs its intervals, though there may be none among them."""
        intervals = wanted.get("time_intervals")
        if found is None and intervals is None:
            raise Failure(f"{self.resource.label(wanted)}: a new one needs time_intervals.")
        change = super().plan_one(api, wanted, found, orders)
        if found is None or intervals is None or same(found.get("time_intervals") or [], intervals):
            return change
        if change.action == NOTHING:  # what is there says more than is wanted
            shown = {"name": wanted["name"]}
            before, after = {**shown, "time_intervals": found.get("time_intervals")}, {**shown, "time_intervals": intervals}
            change = Change(UPDATE, change.label, wanted, found, None, before, after, ["time_intervals"])
        change.body = {"name": wanted["name"], "time_intervals": intervals}
        return change
