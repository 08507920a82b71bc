# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The notification policy tree."""

from __future__ import annotations

import re
from typing import Any

from . import bootstrap, durations
from .contact_points import exported, groups
from .provenance import READ, WRITE, check, mark
from .routes import route
from .wire import Problem, Reply, Request, coded, problem, said

OPERATORS = ("=", "!=", "=~", "!~")
TIMES = ("group_wait", "group_interval", "repeat_interval")
FIELDS = (
    "receiver", "group_by", "match", "match_re", "matchers", "object_matchers", "mute_time_intervals", "active_time_intervals",
    "continue", "routes", *TIMES,
)  # fmt: skip


def bad() -> Problem:
    """Return what upstream says to a tree that it cannot read."""
    return problem(400, "bad request data")


def read(branch: Any, root: bool = False) -> dict[str, Any]:
    """Return a route in its normal form: durations written the usual way, what is empty left out."""
    if not isinstance(branch, dict) or (root and not branch.get("receiver")):
        raise bad()
    if root and any(branch.get(name) for name in ("match", "match_re", "matchers", "object_matchers", "mute_time_intervals")):
        raise bad()
    by, normal = branch.get("group_by") or [], {name: branch[name] for name in FIELDS if branch.get(name)}
    if len(by) != len(set(by)) or ("..." in by and len(by) > 1):
        raise bad()
    for matcher in branch.get("object_matchers") or []:
        if len(matcher) != 3 or matcher[1] not in OPERATORS:
            raise bad()
    for matcher in branch.get("matchers") or []:
        if not re.fullmatch(r"""\s*"?[^=!~"]+"?\s*(=~|!~|!=|=)\s*.*""", matcher):
            raise bad()
    try:
        normal |= {name: durations.normal(branch[name]) for name in TIMES if branch.get(name)}
    except ValueError:
        raise bad() from None
    if "routes" in normal:
        normal["routes"] = [read(inner) for inner in normal["routes"]]
    return normal


def references(store: Any, org: int, branch: dict[str, Any]) -> str:
    """Return what is wrong with the names in a tree."""
    if branch.get("receiver") and branch["receiver"] not in groups(store, org):
        return f"receiver '{branch['receiver']}' does not exist"
    for name in [*branch.get("mute_time_intervals", []), *branch.get("active_time_intervals", [])]:
        if name not in store.table("mute_timings", org):
            return f"mute time interval '{name}' does not exist"
    return next((wrong for inner in branch.get("routes", []) if (wrong := references(store, org, inner))), "")


def policy(request: Request) -> dict[str, Any]:
    """Return the policy and its provenance."""
    return request.store.table("alerting", request.org)["policy"]


@route("GET /api/v1/provisioning/policies", needs=READ, role="Viewer")
def get_policy(request: Request) -> Any:
    """Return the tree."""
    return mark(policy(request)["route"], policy(request)["provenance"])


@route("PUT /api/v1/provisioning/policies", needs=WRITE, role="Editor")
def put_policy(request: Request) -> Any:
    """Replace the tree."""
    tree = read(request.json(), True)
    wrong = references(request.store, request.org, tree)
    if wrong:
        text = f"Invalid format of the submitted route: {wrong}. Correct the payload and try again."
        raise coded(400, "alerting.notifications.routes.invalidFormat", text, Error=wrong)
    provenance = check(request, policy(request)["provenance"])
    request.store.table("alerting", request.org).put("policy", {"route": tree, "provenance": provenance})
    return said("policies updated", 202)


@route("DELETE /api/v1/provisioning/policies", needs=WRITE, role="Editor")
def reset_policy(request: Request) -> Any:
    """Bring the tree back to what it was at first."""
    request.store.table("alerting", request.org).put("policy", {"route": bootstrap.FACTORY_ROUTE, "provenance": ""})
    return Reply(bootstrap.FACTORY_ROUTE, 202)


@route("GET /api/v1/provisioning/policies/export", needs=READ, role="Viewer")
def export(request: Request) -> Any:
    """Export the tree as a file for provisioning."""
    return exported(request, {"apiVersion": 1, "policies": [{"orgId": request.org, **policy(request)["route"]}]})
