# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Contact points: one integration by its own options, or all integrations of a contact point as ``receivers``."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.field import Field
from ..engine.identity import one_by_one, refuse_twice
from ..engine.kind import Orders
from ..engine.plan import CREATE, DELETE, NOTHING, UPDATE, Change
from ..engine.resource import Listing, Resource, fill
from .alerting import PROVISIONING, AlertingKind, refuse_foreign
from .contact_point_plan import Compared, PointChange, compare, integration, pair, shown
from .contact_point_settings import hidden
from .contact_point_types import REDACTED, TYPES

PATH = "/api/v1/provisioning/contact-points"
RECEIVER: dict[str, dict[str, Any]] = {
    "uid": {"type": "str"},
    "type": {"type": "str", "required": True},
    "settings": {"type": "dict", "default": {}},
    "disable_resolve_message": {"type": "bool"},
}

CONTACT_POINT = Resource(
    kind="contact_point",
    words="contact point",
    fields=(
        Field("uid"),
        Field("name"),
        Field("type"),
        Field("settings", type="dict"),
        Field("receivers", type="list", elements="dict", options=RECEIVER),
        Field("disable_resolve_message", type="bool", at="disableResolveMessage", aliases=("disableResolveMessage",)),
        Field("include_image", type="bool", at=""),
        PROVISIONING,
    ),
    identities=(("uid",), ("name",)),
    listing=Listing(PATH),
    create=("POST", PATH),
    update=("PUT", PATH + "/{uid}"),
    delete=("DELETE", PATH + "/{uid}"),
    server_only=("provenance",),
    variant_by="type",
    variants={name: point.fields() for name, point in TYPES.items()},
)  # fmt: skip


class ContactPoints(AlertingKind):
    """A description with ``receivers`` is a whole contact point; one without is a single integration."""

    def secrets(self, given: Mapping[str, Any]) -> list[Any]:
        """Secrets in options, and those inside settings."""
        found = super().secrets(given)
        for one in [given, *(given.get("receivers") or [])]:
            if isinstance(one, Mapping) and isinstance(one.get("settings"), Mapping):
                found += hidden(str(one.get("type") or ""), one["settings"])
        return found

    # -- looking ------------------------------------------------------------------------------------------------------

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """All contact points with their integrations; secrets are not told."""
        answer = api.get(PATH + "/export", {"format": "json"}) or {}
        return [{"name": one["name"], "receivers": one["receivers"]} for one in answer.get("contactPoints") or []]

    def integrations(self, api: Any) -> list[dict[str, Any]]:
        """All integrations, with their secrets where the account may see them."""
        try:
            answer = api.get(PATH + "/export", {"format": "json", "decrypt": "true"}) or {}
        except ClientError as error:
            if error.status not in (403, 404):
                raise
            return api.get(PATH) or []
        return [{**one, "name": point["name"]} for point in answer.get("contactPoints") or [] for one in point["receivers"]]

    # -- planning -----------------------------------------------------------------------------------------------------

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """What will happen to each wanted contact point, and to those that nobody describes when they may go."""
        one_by_one(self._refuse_unnamed, wanted)
        refuse_twice(self, wanted)
        there = self.integrations(api)
        changes = one_by_one(lambda one: self._plan_one(one, there, orders), wanted)
        if orders.purge:
            changes += self._purge(api, wanted, there, changes, orders)
        self._refuse_foreign(api, [one for one in changes if any(step[3] for step in one.steps)])
        return list(changes)

    def _refuse_unnamed(self, one: Mapping[str, Any]) -> None:
        if not one.get("uid") and not one.get("name"):
            raise Failure("contact point: name one by uid or name.")
        if one.get("receivers") is not None and not one.get("name"):
            raise Failure("contact point: receivers are those of a contact point, so its name is needed.")
        if one.get("receivers") is not None and (one.get("type") or one.get("settings")):
            raise Failure(f"{self.resource.label(one)}: describe one integration by type and settings, or all by receivers, not both.")

    def _plan_one(self, wanted: dict[str, Any], there: list[dict[str, Any]], orders: Orders) -> PointChange:
        label = self.resource.label(wanted)
        try:
            if orders.state == "absent":
                return self._absent(wanted, there)
            if wanted.get("receivers") is not None:
                return self._whole(wanted, there, orders)
            return self._single(wanted, there, orders)
        except Failure as error:
            raise Failure(f"{label}: {error}") from error

    def _absent(self, wanted: dict[str, Any], there: list[dict[str, Any]]) -> PointChange:
        label, key = self.resource.label(wanted), "uid" if wanted.get("uid") else "name"
        gone = [one for one in there if one[key] == wanted[key]]
        if not gone:
            return PointChange(NOTHING, label, wanted)
        before = shown(gone[0]) if key == "uid" else {"name": wanted["name"], "receivers": [shown(one) for one in gone]}
        found = gone[0] if key == "uid" else {"name": wanted["name"], "receivers": gone}
        return PointChange(DELETE, label, wanted, found, None, before, None, ["state: absent"], removals(gone))

    def _single(self, wanted: dict[str, Any], there: list[dict[str, Any]], orders: Orders) -> PointChange:
        key = "uid" if wanted.get("uid") else "name"
        found = [one for one in there if one[key] == wanted[key]]
        if len(found) > 1:
            raise Failure(f"it has {len(found)} integrations. Say which one by uid, or describe all of them in receivers.")
        old = found[0] if found else None
        for name in self._of_other_types(wanted, old):
            orders.warnings.append(f"{self.resource.label(wanted)}: {name} is an option of another type, so it has no effect.")
        one = compare(integration(wanted, wanted.get("name"), old or {}, orders.warnings), old, orders.update_secrets == "always")
        action = UPDATE if one.steps else NOTHING
        return PointChange(
            action if old else CREATE, self.resource.label(wanted), wanted, old, one.body, one.before or None, one.after, one.reasons, one.steps
        )

    def _of_other_types(self, wanted: Mapping[str, Any], old: Mapping[str, Any] | None) -> list[str]:
        own = {one.name for one in self.resource.fields_of({"type": wanted.get("type") or (old or {}).get("type", "")})}
        return sorted(set(wanted) - own) if wanted.get("type") in TYPES else []

    def _whole(self, wanted: dict[str, Any], there: list[dict[str, Any]], orders: Orders) -> PointChange:
        name, receivers = wanted["name"], wanted["receivers"]
        if not receivers:
            raise Failure("a contact point has one receiver at least. Use state: absent to remove it.")
        matched = pair(receivers, there, name)
        always = orders.update_secrets == "always"
        ones = [compare(integration(one, name, old or {}, orders.warnings), old, always) for one, old in zip(receivers, matched)]
        gone = [one for one in there if one["name"] == name and not any(one is old for old in matched)]
        steps = [step for one in ones for step in one.steps] + removals(gone)
        found = [one for one in there if one["name"] == name or any(one is old for old in matched)]
        return self._whole_change(wanted, ones, found, steps, gone)

    def _whole_change(
        self, wanted: dict[str, Any], ones: list[Compared], found: list[dict[str, Any]], steps: list[Any], gone: list[dict[str, Any]]
    ) -> PointChange:
        label, name = self.resource.label(wanted), wanted["name"]
        had = {"name": name, "receivers": found} if found else None
        before = {"name": name, "receivers": [shown(one) for one in found]} if found else None
        after = {"name": name, "receivers": [one.after for one in ones]}
        reasons = [f"receivers.{number}.{reason}" for number, one in enumerate(ones) for reason in (one.reasons if one.found else ["new"])]
        reasons += ["receivers"] if gone else []
        action = CREATE if not found else UPDATE if steps else NOTHING
        body = {"name": name, "receivers": [one.body for one in ones]}
        return PointChange(action, label, wanted, had, body, before, after, reasons if found else ["it is not there"], steps)

    def _purge(
        self, api: Any, wanted: Sequence[Mapping[str, Any]], there: list[dict[str, Any]], changes: list[PointChange], orders: Orders
    ) -> list[PointChange]:
        """The removal of contact points that nobody describes. Those of files, and the one that Grafana made itself, stay."""
        kept = {one.get("name") for one in wanted} | {one["name"] for change in changes for _verb, _uid, _body, one in change.steps if one}
        kept |= {one["name"] for one in there if one["uid"] in {other.get("uid") for other in wanted}}
        names = sorted({one["name"] for one in there} - kept)
        going = [name for name in names if orders.may_go({"name": name})]
        files = {uid for uid, source in self._provenances(api).items() if source == "file"} if going else set()
        found = []
        for name in going:
            gone = [one for one in there if one["name"] == name]
            if not any(one["uid"] in files or not one["uid"] for one in gone):
                change = self._absent({"name": name}, there)
                change.reasons = ["nobody describes it"]
                found.append(change)
        return found

    def _provenances(self, api: Any) -> dict[str, str]:
        return {one["uid"]: one.get("provenance", "") for one in api.get(PATH) or []}

    def _refuse_foreign(self, api: Any, changes: list[PointChange]) -> None:
        sources = self._provenances(api) if changes else {}
        for change in changes:
            for verb, uid, _body, _found in [step for step in change.steps if step[3]]:
                if not uid:
                    raise Failure(f"{change.label}: Grafana made it itself and gave it no uid, so its API cannot change it. Make another contact point.")
                # A removal takes whatever the API has made.
                refuse_foreign(f"{change.label} ({uid})", sources.get(uid, ""), {} if verb == "DELETE" else change.wanted)

    # -- writing ------------------------------------------------------------------------------------------------------

    def apply(self, api: Any, change: Change) -> dict[str, Any]:
        """Send the steps of a change; the object as it is afterwards."""
        if not isinstance(change, PointChange):
            raise TypeError(type(change).__name__)
        if change.action == NOTHING:
            return change.found or {}
        answers = [{} if api.read_only else self._send(api, step, change.wanted) for step in change.steps]
        if change.action == DELETE:
            return {}
        made = iter([{**(step[2] or {}), **answer} for step, answer in zip(change.steps, answers) if step[0] == "POST"])
        body = change.body or {}
        if "receivers" not in body:
            return next(made, body)
        return {**body, "receivers": [next(made, one) if not one.get("uid") else one for one in body["receivers"]]}

    def _send(self, api: Any, step: tuple[str, str, dict[str, Any], dict[str, Any]], wanted: Mapping[str, Any]) -> dict[str, Any]:
        verb, uid, body, _found = step
        answer = self.send(api, verb, PATH if verb == "POST" else fill(PATH + "/{uid}", {"uid": uid}), wanted, body or None)
        # The answer's settings have lost their secrets; of the rest only the uid is news.
        return {"uid": answer["uid"]} if verb == "POST" else {}

    # -- telling ------------------------------------------------------------------------------------------------------

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """Without secrets, in the words in which Grafana leaves them out."""
        if "receivers" in found:
            return {**found, "receivers": [shown(one, REDACTED) for one in found["receivers"]]}
        return {"disableResolveMessage": False, **shown(found, REDACTED)} if found else found

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """What playbooks ask for: the state, and the contact point that was removed."""
        gone = {"contact_point": self.shown(change.found or {})} if change.action == DELETE else {}
        absent = change.action == DELETE or not (found or change.body)
        return {"state": "absent" if absent else "present", **gone}

    # -- exporting ----------------------------------------------------------------------------------------------------

    def export(self, api: Any) -> list[dict[str, Any]]:
        """All contact points as receivers; a secret is [REDACTED], which keeps it where it is."""
        return [self.exported(one) for one in self.everything(api)]

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """One contact point as ``items`` takes it."""
        receivers = []
        for one in found["receivers"]:
            plain = {"uid": one["uid"], "type": one["type"], "settings": one.get("settings"), "disable_resolve_message": one.get("disableResolveMessage")}
            receivers.append({key: value for key, value in plain.items() if value not in (None, "", False, {})})
        return {"name": found["name"], "receivers": receivers}


def removals(gone: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """The steps that remove integrations."""
    return [("DELETE", one["uid"], {}, one) for one in gone]
