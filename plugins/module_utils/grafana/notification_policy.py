# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tree of notification policies: there is one in an organisation, and it is written as a whole."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, Mapping, Sequence

from ..engine.compare import same
from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.kind import Orders
from ..engine.plan import DELETE, NOTHING, UPDATE, Change
from ..engine.resource import Listing, Resource
from .alerting import PROVISIONING, AlertingKind, duration, milliseconds, refuse_foreign

PATH = "/api/v1/provisioning/policies"
TIMES = ("group_wait", "group_interval", "repeat_interval")
ROOT = ("receiver", "group_by", *TIMES, "routes")
BRANCH = (*ROOT, "object_matchers", "matchers", "match", "match_re", "mute_time_intervals", "active_time_intervals", "continue")
MATCHER = re.compile(r"\s*(.+?)\s*(=~|!~|!=|=)\s*(.*?)\s*$")
# What Grafana begins with, and comes back to when the tree is removed.
FACTORY = {"receiver": "grafana-default-email", "group_by": ["grafana_folder", "alertname"]}

NOTIFICATION_POLICY = Resource(
    kind="notification_policy",
    words="notification policy",
    fields=(
        Field("receiver", aliases=("rootPolicyReceiver",)),
        Field("group_by", type="list", elements="str", unordered=True, aliases=("groupByStr",)),
        Field("group_wait", normalise=duration, aliases=("groupWait",)),
        Field("group_interval", normalise=duration, aliases=("groupInterval",)),
        Field("repeat_interval", normalise=duration, aliases=("repeatInterval",)),
        Field("routes", type="list", elements="dict"),
        PROVISIONING,
    ),
    identities=(("receiver",),),
    listing=Listing(PATH),
    create=("PUT", PATH),
    update=("PUT", PATH),
    delete=("DELETE", PATH),
    server_only=("provenance",),
    after=("contact_point", "mute_timing"),
)


def normal(branch: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as Grafana keeps it: durations in its form, matchers as triples, and nothing that is empty."""
    tree: dict[str, Any] = {}
    for key in BRANCH:
        value = branch.get(key)
        if key in TIMES:
            value = duration(value)
        elif key == "object_matchers":
            value = sorted(triple(one) for one in value or [])
        elif key == "routes":
            value = [normal(one) for one in value or []]
        if value not in (None, "", [], {}, False):
            tree[key] = value
    return tree


def triple(matcher: Any) -> list[str]:
    """A matcher as ``[label, operator, value]``; a text such as ``team=a`` is taken as well.

    :raises Failure: when it is none.
    """
    if isinstance(matcher, str):
        found = MATCHER.fullmatch(matcher)
        matcher = [found.group(1), found.group(2), found.group(3).strip('"')] if found else []
    if not isinstance(matcher, (list, tuple)) or len(matcher) != 3 or matcher[1] not in ("=", "!=", "=~", "!~"):
        raise Failure(f"{matcher!r} is no matcher such as [team, =, a] or team=a.")
    return [str(part) for part in matcher]


def refuse_wrong(branch: Mapping[str, Any], where: str = "the root", root: bool = True) -> None:
    """Refuse what Grafana would refuse without a reason, or ignore without a word.

    :raises Failure: with the place in the tree.
    """
    known = ROOT if root else BRANCH
    for key, value in branch.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f" Did you mean {near[0]!r}?" if near else " The root takes every alert, so it has no matchers and no timings." if root else ""
            raise Failure(f"{where} has {key!r}, which is no part of a policy.{hint}")
        if key in TIMES and value is not None and milliseconds(value) is None:
            raise Failure(f"{where} has a {key} of {value!r}, which is no duration such as 5m.")
    grouped = branch.get("group_by") or []
    if len(set(grouped)) != len(grouped) or ("..." in grouped and len(grouped) > 1):
        raise Failure(f"{where} groups by {', '.join(grouped)}: each label stands there once, and '...' stands alone.")
    for number, one in enumerate(branch.get("routes") or [], 1):
        refuse_wrong(one, f"route {number}" if root else f"{where}.{number}", root=False)


def named(branch: Mapping[str, Any], *keys: str) -> set[str]:
    """The names that a tree uses under some keys."""
    found: set[str] = set()
    for key in keys:
        value = branch.get(key) or []
        found |= {value} if isinstance(value, str) else set(value)
    return found.union(*(named(one, *keys) for one in branch.get("routes") or []))


class NotificationPolicies(AlertingKind):
    """The one tree: it is always there, and its removal brings back what Grafana began with."""

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """The one tree."""
        return [api.get(PATH)]

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """Every description is of the same tree."""
        return self.name

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """The tree; there is nothing besides."""
        return [api.get(PATH) for _one in wanted], []

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """Compare the whole tree, or see whether it is what Grafana began with."""
        changes = super().plan(api, wanted, orders)
        if orders.state == "absent":
            changes = [self._reset(change) for change in changes]
        for change in changes:
            if change.writes:
                refuse_foreign(f"the {self.resource.words}", (change.found or {}).get("provenance", ""), change.wanted if change.body else {})
        return changes

    def _reset(self, change: Change) -> Change:
        had = normal(change.found or {})
        if same(had, FACTORY) and not (change.found or {}).get("provenance"):
            return Change(NOTHING, self.resource.words, change.wanted, change.found)
        return Change(DELETE, self.resource.words, change.wanted, change.found, None, had, dict(FACTORY), ["state: absent"])

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Compare a tree; of the root, what was not said stays."""
        said = {key: wanted[key] for key in ROOT if wanted.get(key) is not None}
        try:
            refuse_wrong(said)
            want, had = normal(said), normal(found or {})
        except Failure as error:
            raise Failure(f"{self.resource.words}: {error}") from error
        reasons = [key for key in said if not self._same(key, want.get(key), had.get(key))]
        if not reasons:
            return Change(NOTHING, self.resource.words, wanted, found)
        body = {**{key: value for key, value in had.items() if key not in reasons}, **{key: want[key] for key in reasons if key in want}}
        if api.read_only:
            self._warn_of_missing(api, body, orders)
        return Change(UPDATE, self.resource.words, wanted, found, body, had, body, reasons)

    def _same(self, key: str, wanted: Any, had: Any) -> bool:
        if key == "group_by":
            return sorted(wanted or []) == sorted(had or [])
        return same(had, wanted)

    def _warn_of_missing(self, api: Any, body: Mapping[str, Any], orders: Orders) -> None:
        """Say in check mode what the run would stumble over, unless something makes it before."""
        points = {one["name"] for one in (api.get("/api/v1/provisioning/contact-points/export", {"format": "json"}) or {}).get("contactPoints") or []}
        timings = {one["name"] for one in api.get("/api/v1/provisioning/mute-timings") or []}
        missing = [f"contact point {name!r}" for name in sorted(named(body, "receiver") - points)]
        missing += [f"mute timing {name!r}" for name in sorted(named(body, "mute_time_intervals", "active_time_intervals") - timings)]
        if missing:
            orders.warnings.append(f"The notification policy names what is not there yet: {', '.join(missing)}.")

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Write the tree, or bring back the first one."""
        if not change.writes:
            return change.found or {}
        if change.action == DELETE:
            answer = None if api.read_only else self.send(api, "DELETE", PATH, change.wanted)
            return dict(answer) if isinstance(answer, dict) and "receiver" in answer else dict(FACTORY)
        if not api.read_only:
            self.send(api, "PUT", PATH, change.wanted, change.body)
        return dict(change.body or {})

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """The tree as options."""
        return normal(found)
