# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The built-in Alertmanager: silences, and what it says of its state and configuration."""

from __future__ import annotations

import re
from typing import Any

from . import marks
from .contact_point_types import redacted
from .routes import route
from .wire import Problem, Reply, Request, coded, problem, said

READ = "any of alert.instances:read, alert.silences:read"
WRITE = f"all of {READ}, any of alert.instances:create, alert.instances:write, alert.silences:create, alert.silences:write"
PREFIX = "alerting.notifications.silences"
LIST = "silence failed validation: validation failure list:\nvalidation failure list:\n"
NO_TIME = "0001-01-01T00:00:00.000Z"


def silences(request: Request) -> Any:
    """Return the table of silences of the caller's organisation."""
    return request.store.table("silences", request.org)


def lost(uid: str) -> Problem:
    """Return what upstream says when there is no such silence."""
    return coded(404, f"{PREFIX}.notFound", f"[{PREFIX}.notFound] silence {uid} not found")


def shown(request: Request, one: dict[str, Any]) -> dict[str, Any]:
    """Return a silence with its state."""
    now = request.app.clock.now()
    state = "expired" if one["ends"] <= now else "pending" if one["starts"] > now else "active"
    return {
        "comment": one["comment"], "createdBy": one["by"], "endsAt": marks.milli_stamp(one["ends"]), "id": one["id"],
        "matchers": one["matchers"], "startsAt": marks.milli_stamp(one["starts"]), "status": {"state": state},
        "updatedAt": marks.milli_stamp(one["updated"]),
    }  # fmt: skip


def read(request: Request) -> tuple[dict[str, Any], str]:
    """Return the silence of a request and the id that it names."""
    body = request.json()
    try:
        starts, ends = marks.seconds_of(body["startsAt"]), marks.seconds_of(body["endsAt"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise problem(400, "bad request data") from None
    if not body.get("matchers"):
        raise problem(400, f"{LIST}matchers in body should have at least 1 items")
    if "createdBy" not in body:
        raise problem(400, f"{LIST}createdBy in body is required")
    now = request.app.clock.now()
    if ends <= starts:
        raise invalid("start time must be before end time")
    if ends <= now:
        raise invalid("end time can't be in the past")
    matchers = [{"isEqual": True, "isRegex": False, **one} for one in body["matchers"]]
    plain = {"comment": body.get("comment", ""), "by": body["createdBy"], "matchers": matchers, "ends": ends, "updated": now}
    return {**plain, "starts": starts}, body.get("id") or ""


def invalid(why: str) -> Problem:
    """Return what upstream says to a silence that makes no sense."""
    return coded(400, f"{PREFIX}.badRequest", f"[{PREFIX}.badRequest] invalid silence: {why}: unable to create silence")


def add(request: Request, one: dict[str, Any]) -> str:
    """Store a new silence; it begins now at the earliest."""
    uid, now = marks.random_uuid(), request.app.clock.now()
    silences(request).put(uid, {**one, "id": uid, "starts": max(one["starts"], now)})
    return uid


@route("POST /api/alertmanager/grafana/api/v2/silences", needs=WRITE, role="Editor")
def post_silence(request: Request) -> Any:
    """Make a silence, or change one: other matchers make another one and end the first."""
    one, uid = read(request)
    if not uid:
        return Reply({"silenceID": add(request, one)}, 202)
    old, now = silences(request).get(uid), request.app.clock.now()
    if old is None:
        raise lost(uid)
    if old["matchers"] == one["matchers"] and old["ends"] > now:
        silences(request).put(uid, {**old, **one})
        return Reply({"silenceID": uid}, 202)
    expire(request, old)
    return Reply({"silenceID": add(request, one)}, 202)


def expire(request: Request, one: dict[str, Any]) -> None:
    """End a silence; it stays in the list."""
    now = request.app.clock.now()
    if one["ends"] > now:
        silences(request).put(one["id"], {**one, "ends": now, "starts": min(one["starts"], now), "updated": now})


def fits(one: dict[str, Any], wanted: str) -> bool:
    """Tell whether a silence has the matcher that a filter such as alertname="x" names."""
    found = re.fullmatch(r'\s*(\w+)\s*(!?=~?|!~)\s*"?(.*?)"?\s*', wanted)
    return found is None or any(matcher["name"] == found[1] and matcher["value"] == found[3] for matcher in one["matchers"])


@route("GET /api/alertmanager/grafana/api/v2/silences", needs=READ, role="Viewer")
def list_silences(request: Request) -> Any:
    """List the silences, the ended ones too."""
    filters = request.all("filter")
    return [shown(request, one) for one in silences(request).values() if all(fits(one, wanted) for wanted in filters)]


@route("GET /api/alertmanager/grafana/api/v2/silence/:id", needs=READ, role="Viewer")
def get_silence(request: Request) -> Any:
    """Return a silence."""
    if request["id"] not in silences(request):
        raise lost(request["id"])
    return shown(request, silences(request)[request["id"]])


@route("DELETE /api/alertmanager/grafana/api/v2/silence/:id", needs=WRITE, role="Editor")
def delete_silence(request: Request) -> Any:
    """End a silence."""
    if request["id"] not in silences(request):
        raise lost(request["id"])
    expire(request, silences(request)[request["id"]])
    return said("silence deleted")


@route("GET /api/alertmanager/grafana/api/v2/alerts", needs="alert.instances:read", role="Viewer")
def alerts(_request: Request) -> Any:
    """List the alerts: the double evaluates no rules."""
    return []


def receivers(request: Request, secure: bool = False, provenance: bool = False) -> list[dict[str, Any]]:
    """Return the receivers of the configuration."""
    found: dict[str, list[Any]] = {}
    for one in request.store.table("receivers", request.org).values():
        plain = {"uid": one["uid"], "name": one["name"], "type": one["type"], "disableResolveMessage": one["disable"]}
        plain["settings"] = redacted(one["type"], one["settings"])
        plain |= {"secureFields": {}} if secure else {}
        plain |= {"provenance": one["provenance"]} if provenance and one["provenance"] else {}
        found.setdefault(one["group"], []).append(plain)
    return [{"name": name, "grafana_managed_receiver_configs": inside} for name, inside in found.items()]


def config(request: Request, **how: bool) -> dict[str, Any]:
    """Return the whole configuration, with the routes that upstream makes for rules that name a receiver."""
    route_tree = request.store.table("alerting", request.org)["policy"]["route"]
    by = {"group_by": ["grafana_folder", "alertname"]}
    names = [one["name"] for one in receivers(request)]
    direct = [{"receiver": name, **by, "object_matchers": [["__grafana_receiver__", "=", name]]} for name in reversed(names)]
    made = {"receiver": route_tree["receiver"], "object_matchers": [["__grafana_autogenerated__", "=", "true"]], "routes": direct}
    whole = {"route": {**route_tree, "routes": [made, *route_tree.get("routes", [])]}, "receivers": receivers(request, **how)}
    timings = request.store.table("mute_timings", request.org).values()
    times = [{"name": one["name"], "time_intervals": one["intervals"]} for one in timings]
    return {**whole, "time_intervals": times} if times else whole


@route("GET /api/alertmanager/grafana/api/v2/status", needs="alert.notifications:read", role="Viewer")
def status(request: Request) -> Any:
    """Return the state: no cluster."""
    names = ("branch", "buildDate", "buildUser", "goVersion", "revision", "version")
    version = dict.fromkeys(names, "N/A")
    return {"cluster": {"peers": [], "status": "disabled"}, "config": config(request), "uptime": None, "versionInfo": version}


@route("GET /api/alertmanager/grafana/config/api/v1/alerts", needs="alert.notifications:read", role="Viewer")
def configuration(request: Request) -> Any:
    """Return the configuration."""
    files = {one["name"]: one["template"] for one in request.store.table("templates", request.org).values()}
    return {"template_files": files, "alertmanager_config": config(request, secure=True, provenance=True)}


@route("GET /api/alertmanager/grafana/config/api/v1/receivers", needs="alert.notifications:read", role="Viewer")
def receiver_states(request: Request) -> Any:
    """Return how the receivers do: nothing was sent."""
    idle = {"lastNotifyAttempt": NO_TIME, "lastNotifyAttemptDuration": "0s", "sendResolved": True}
    found: dict[str, list[Any]] = {}
    for one in request.store.table("receivers", request.org).values():
        found.setdefault(one["group"], []).append({**idle, "name": one["type"], "sendResolved": not one["disable"]})
    return [{"active": True, "integrations": inside, "name": name} for name, inside in found.items()]
