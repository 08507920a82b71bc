# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mute timings."""

from __future__ import annotations

import json
import re
from typing import Any

from . import marks
from .contact_points import branches, exported
from .provenance import READ, WRITE, check, conflict, mark, of
from .routes import route
from .wire import Problem, Reply, Request, coded, problem

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
TIME = re.compile(r"([01]\d|2[0-4]):[0-5]\d")
PREFIX = "alerting.notifications.time-intervals"


def timings(request: Request) -> Any:
    """Return the table of mute timings of the caller's organisation."""
    return request.store.table("mute_timings", request.org)


def version(one: dict[str, Any]) -> str:
    """Return the version of a timing."""
    return marks.fingerprint(json.dumps([one["name"], one["intervals"]], sort_keys=True))


def shown(one: dict[str, Any]) -> dict[str, Any]:
    """Return a timing."""
    return mark({"name": one["name"], "time_intervals": one["intervals"], "version": version(one)}, one["provenance"])


def bad() -> Problem:
    """Return what upstream says to a timing that it cannot read."""
    return problem(400, "bad request data")


def lost() -> Problem:
    """Return what upstream says when there is no such timing."""
    return coded(404, f"{PREFIX}.notFound", "NotFound")


def part(text: str, words: tuple[str, ...], first: int, numbers: bool) -> str:
    """Return a range in its normal form: months become numbers, days of the week stay words."""
    ends = []
    for end in text.split(":"):
        if end.lower() in words:
            ends.append(str(words.index(end.lower()) + first) if numbers else end.lower())
        elif numbers and re.fullmatch(r"-?\d+", end):
            ends.append(end)
        else:
            raise bad()
    return ":".join(ends)


def interval(one: Any) -> dict[str, Any]:
    """Return an interval in its normal form."""
    if not isinstance(one, dict):
        raise bad()
    for times in one.get("times") or []:
        if not all(TIME.fullmatch(str(times.get(name))) for name in ("start_time", "end_time")):
            raise bad()
    normal = {name: one[name] for name in ("times", "weekdays", "days_of_month", "months", "years", "location") if one.get(name)}
    if "weekdays" in normal:
        normal["weekdays"] = [part(text, DAYS, 0, False) for text in normal["weekdays"]]
    for name, words in (("months", MONTHS), ("days_of_month", ()), ("years", ())):
        if name in normal:
            normal[name] = [part(str(text), words, 1, True) for text in normal[name]]
    return normal


def read(body: dict[str, Any]) -> dict[str, Any]:
    """Return the name and the intervals of a request."""
    if not body.get("name") or not isinstance(body.get("time_intervals"), list):
        raise bad()
    return {"name": body["name"], "intervals": [interval(one) for one in body["time_intervals"]]}


@route("GET /api/v1/provisioning/mute-timings", needs=READ, role="Viewer")
def list_timings(request: Request) -> Any:
    """List the timings."""
    return [shown(one) for one in sorted(timings(request).values(), key=lambda one: one["name"])]


@route("GET /api/v1/provisioning/mute-timings/:name", needs=READ, role="Viewer")
def get_timing(request: Request) -> Any:
    """Return a timing."""
    if request["name"] not in timings(request):
        raise lost()
    return shown(timings(request)[request["name"]])


@route("POST /api/v1/provisioning/mute-timings", needs=WRITE, role="Editor")
def post_timing(request: Request) -> Any:
    """Make a timing."""
    one = read(request.json())
    if one["name"] in timings(request):
        text = "Time interval with this name already exists. Use a different name or update existing one."
        raise coded(400, f"{PREFIX}.nameExists", text)
    return Reply(shown(timings(request).put(one["name"], {**one, "provenance": of(request)})), 201)


@route("PUT /api/v1/provisioning/mute-timings/:name", needs=WRITE, role="Editor")
def put_timing(request: Request) -> Any:
    """Change a timing. It is looked for by the name in the body, so that it cannot be renamed."""
    body = request.json()
    one = read(body)
    old = timings(request).get(one["name"])
    if old is None:
        raise lost()
    provenance = check(request, old["provenance"])
    if body.get("version") and body["version"] != version(old):
        raise conflict()
    return Reply(shown(timings(request).put(one["name"], {**one, "provenance": provenance})), 202)


def users(request: Request, name: str) -> dict[str, Any]:
    """Return who uses a timing."""
    tree = branches(request.store.table("alerting", request.org)["policy"]["route"])
    if any(name in branch.get("mute_time_intervals", []) + branch.get("active_time_intervals", []) for branch in tree):
        return {"UsedByRoutes": True}
    rules = request.store.table("rules", request.org).values()
    uids = [one["uid"] for one in rules if name in ((one["notification_settings"] or {}).get("mute_time_intervals") or [])]
    return {"UsedByRules": uids} if uids else {}


@route("DELETE /api/v1/provisioning/mute-timings/:name", needs=WRITE, role="Editor")
def delete_timing(request: Request) -> Any:
    """Delete a timing that nobody uses; one that is not there is no error."""
    old = timings(request).get(request["name"])
    if old and request.one("version") not in ("", version(old)):
        raise conflict()
    used = users(request, request["name"]) if old else {}
    if used:
        raise coded(409, f"{PREFIX}.used", "Conflict", **used)
    timings(request).drop(request["name"])
    return Reply("", 204)


@route("GET /api/v1/provisioning/mute-timings/export", needs=READ, role="Viewer")
def export(request: Request) -> Any:
    """Export the timings as a file for provisioning."""
    items = [{"orgId": request.org, "name": one["name"], "time_intervals": one["intervals"]} for one in timings(request).values()]
    return exported(request, {"apiVersion": 1, "muteTimes": items})
