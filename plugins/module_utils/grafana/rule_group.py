# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups of alert rules and recording rules: each is read and written as a whole."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.field import Field
from ..engine.kind import Orders
from ..engine.parallel import each
from ..engine.plan import CREATE, DELETE, NOTHING, UPDATE, Change
from ..engine.reading import get_or_none
from ..engine.resource import Listing, Resource, fill
from .alerting import PROVISIONING, AlertingKind, duration, milliseconds, refuse_foreign
from .folder import folder_uid
from .rule_group_rules import RULE, differing, match, options_of, refuse_incomplete, said, sent

RULES = "/api/v1/provisioning/alert-rules"
PATH = "/api/v1/provisioning/folder/{folder_uid}/rule-groups/{name}"


def seconds(value: Any) -> Any:
    """An interval in seconds; what is none stays as it is."""
    length = None if value is None else milliseconds(value)
    return value if length is None else length // 1000


RULE_GROUP = Resource(
    kind="rule_group",
    words="rule group",
    fields=(
        Field("name", at="title", aliases=("title",)),
        Field("folder_uid", at="folderUid", aliases=("folderUid",)),
        Field("folder", at=""),
        Field("interval", normalise=seconds),
        Field("rules", type="list", elements="dict", options=RULE),
        PROVISIONING,
    ),
    identities=(("folder_uid", "name"),),
    direct={"name": PATH},
    listing=Listing(RULES, complete=False),
    create=("PUT", PATH),
    update=("PUT", PATH),
    delete=("DELETE", PATH),
    after=("folder", "datasource", "contact_point", "mute_timing"),
)


class RuleGroups(AlertingKind):
    """A group in a folder. Unlike the rest of alerting, groups do not share a document, so several are written at a time."""

    ordered = False

    # -- looking ------------------------------------------------------------------------------------------------------

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """Names and folders of all groups; ``read`` tells the rest."""
        groups: dict[tuple[str, str], dict[str, Any]] = {}
        for rule in api.get(RULES) or []:
            head = {"title": rule["ruleGroup"], "folderUid": rule["folderUID"], "provenance": rule.get("provenance", "")}
            groups.setdefault((rule["folderUID"], rule["ruleGroup"]), head)
        return list(groups.values())

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """The group of that name in that folder; Grafana knows no group without rules."""
        found = get_or_none(api, fill(PATH, wanted))
        return found if found and found.get("rules") else None

    def look(self, api: Any, wanted: Sequence[Mapping[str, Any]], besides: bool) -> tuple[list[dict[str, Any] | None], list[dict[str, Any]]]:
        """Each group has an address of its own; the list tells of the others, but not their intervals."""
        found = each(lambda one: self.find(api, one), wanted)
        there = self.everything(api) if besides else []
        mine = {(one["folder_uid"], one["name"]) for one in wanted}
        return found, [one for one in there if (one["folderUid"], one["title"]) not in mine and one["provenance"] != "file"]

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """Refuse a group of which nobody can say where it is."""
        if not wanted.get("name"):
            raise Failure("rule group: its name is needed.")
        if wanted.get("folder") or not wanted.get("folder_uid"):
            raise Failure(f"rule group {wanted['name']}: name its folder by folder or by folder_uid, one of them.")
        return wanted

    def _in_folders(self, api: Any, wanted: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The wanted groups with the uids of folders that are named by paths of titles; each path is looked up once."""
        by_path = [one for one in wanted if one.get("folder") and not one.get("folder_uid")]
        uids = {path: folder_uid(api, path) for path in sorted({one["folder"] for one in by_path})}
        found = {id(one): uids[one["folder"]] for one in by_path}
        return [{**one, "folder": None, "folder_uid": found[id(one)]} if id(one) in found else one for one in wanted]

    # -- planning -----------------------------------------------------------------------------------------------------

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """As for all kinds; a write into a folder that is not there, or over rules of a file, is refused before it is tried."""
        changes = super().plan(api, self._in_folders(api, wanted), orders)
        writes = [change for change in changes if change.action in (CREATE, UPDATE)]
        lost = {uid for uid in {change.wanted["folder_uid"] for change in writes} if get_or_none(api, fill("/api/folders/{uid}", {"uid": uid})) is None}
        for change in changes:
            if change.action in (CREATE, UPDATE) and change.wanted["folder_uid"] in lost:
                raise Failure(
                    f"{change.label}: there is no folder whose uid is {change.wanted['folder_uid']!r}. Make it first (grafana_folder): "
                    "Grafana would take the rules and evaluate them where nobody sees them."
                )
            rules = (change.found or {}).get("rules")
            if change.writes and rules:
                # The PUT of a group may make rules editable again, so only files are refused.
                source = (get_or_none(api, f"{RULES}/{rules[0]['uid']}") or {}).get("provenance", "")
                refuse_foreign(change.label, source, {})
        return changes

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Compare the whole group; what a rule does not say stays as it is, and rules that are not described go."""
        label = self.resource.label(wanted)
        there = (found or {}).get("rules") or []
        if not (wanted.get("rules") or (wanted.get("rules") is None and there)):
            raise Failure(f"{label}: a group has one rule at least. Use state: absent to remove it.")
        try:
            rules = [said(one) for one in wanted["rules"]] if wanted.get("rules") is not None else [options_of(one) for one in there]
            matched = match(rules, there)
            bases = [old or self._elsewhere(api, one) for one, old in zip(rules, matched)]
            place = {"folderUID": wanted["folder_uid"], "ruleGroup": wanted["name"]}
            bodies = [sent(one, base, place) for one, base in zip(rules, bases)]
            for body in bodies:
                refuse_incomplete(body)
            interval = self._interval(wanted, found)
        except Failure as error:
            raise Failure(f"{label}: {error}") from error
        reasons = self._reasons(rules, matched, there) + ["interval"] * (found is not None and interval != found["interval"])
        body = {"title": wanted["name"], "folderUid": wanted["folder_uid"], "interval": interval, "rules": bodies}
        if found and not reasons:
            return Change(NOTHING, label, wanted, found)
        before = self.exported(found) if found else None
        return Change(UPDATE if found else CREATE, label, wanted, found, body, before, self.exported(body), reasons if found else ["it is not there"])

    def _elsewhere(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """A rule that is in another group now: Grafana moves it here."""
        return get_or_none(api, f"{RULES}/{wanted['uid']}") if wanted.get("uid") else None

    def _interval(self, wanted: Mapping[str, Any], found: Mapping[str, Any] | None) -> int:
        if wanted.get("interval") is None:
            return int(found["interval"]) if found else 60
        length = milliseconds(wanted["interval"])
        if not length or length % 10000:
            raise Failure(f"the interval {wanted['interval']!r} is no multiple of 10 seconds, such as 1m.")
        return length // 1000

    def _reasons(self, rules: Sequence[Mapping[str, Any]], matched: Sequence[Any], there: Sequence[dict[str, Any]]) -> list[str]:
        reasons = []
        for one, old in zip(rules, matched):
            names = differing(one, options_of(old)) if old else ["new"]
            reasons += [f"rules.{one['title']}.{name}" for name in names]
        kept = [id(old) for old in matched if old]
        reasons += [f"rules.{one['title']}" for one in there if id(one) not in kept]
        if kept != [id(one) for one in there if id(one) in kept]:
            reasons.append("order of the rules")
        return reasons

    # -- writing ------------------------------------------------------------------------------------------------------

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Write the group; what the server answers is only what it was sent, so it is read again."""
        if not change.writes or api.read_only:
            return super().apply(api, change)
        names = {"folder_uid": (change.found or {}).get("folderUid"), "name": (change.found or {}).get("title"), **change.wanted}
        path = fill(PATH, names)
        if change.action == DELETE:
            self._delete(api, path, change)
            return {}
        self.send(api, "PUT", path, change.wanted, change.body)
        return dict(api.get(path))

    def _delete(self, api: Any, path: str, change: Change) -> None:
        try:
            self.send(api, "DELETE", path, change.wanted)
        except ClientError as error:
            if error.status not in (404, 405):
                raise
            # A server without this route (before Grafana 11) removes a group with its last rule.
            for rule in (get_or_none(api, path) or {}).get("rules") or []:
                self.send(api, "DELETE", f"{RULES}/{rule['uid']}", change.wanted)

    # -- exporting ----------------------------------------------------------------------------------------------------

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """One group as options."""
        head = {"folder_uid": found["folderUid"], "name": found["title"], "interval": duration(found.get("interval") or 60)}
        return {**head, "rules": [options_of(one) for one in found.get("rules") or []]}
