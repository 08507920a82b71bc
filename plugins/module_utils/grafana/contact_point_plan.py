# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of the integrations of contact points: matched, compared, and the steps that follow. Pure.

An integration is the API's object ``{uid, name, type, settings, disableResolveMessage}``; a contact point is all integrations of
one name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from ..engine.errors import Failure
from ..engine.plan import Change
from ..engine.resource import put_at
from .contact_point_settings import differing, masked, settings_of, together, unseen
from .contact_point_types import REDACTED, api_name, misspelt, type_of


@dataclass
class PointChange(Change):
    """A change of a contact point or of one integration: its ``steps`` are (verb, uid, body, what is there now)."""

    steps: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)


@dataclass
class Compared:
    """A wanted integration beside the one that is there: what differs, what will be sent, and both as they may be shown."""

    found: dict[str, Any]
    body: dict[str, Any]
    reasons: list[str]
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def steps(self) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
        """The requests that it takes."""
        if not self.found:
            return [("POST", "", self.body, {})]
        return [("PUT", self.found["uid"], self.body, self.found)] if self.reasons else []


def integration(wanted: Mapping[str, Any], name: str | None, found: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    """A wanted integration in the API's form, only with what the user said.

    :raises Failure: when its type is missing, or a setting is misspelt.
    """
    kind = wanted.get("type") or found.get("type")
    if not kind:
        raise Failure("a new one needs its type.")
    settings = settings_of(type_of(kind), wanted)
    errors, more = misspelt(kind, wanted.get("settings") or {})
    warnings += [one for one in more if one not in warnings]
    if errors:
        raise Failure(" ".join(errors))
    said = {"name": name, "disableResolveMessage": wanted.get("disable_resolve_message"), "uid": wanted.get("uid")}
    return {"type": api_name(kind), "settings": settings, **{key: value for key, value in said.items() if value is not None}}


def compare(wanted: Mapping[str, Any], found: Mapping[str, Any] | None, always: bool) -> Compared:
    """Compare an integration (of ``integration``) with the one that is there."""
    had, kind = dict(found or {}), wanted["type"]
    another = bool(had) and had["type"].lower() != kind.lower()
    old = {} if another else had.get("settings") or {}
    if not had and not wanted.get("name"):
        raise Failure("a new one needs its name.")
    reasons = [f"settings.{key}" for key in differing(kind, wanted["settings"], old)]
    if always:
        reasons += [f"settings.{key}" for key in unseen(kind, wanted["settings"], old)]
    plain = [key for key in ("name", "disableResolveMessage") if key in wanted and wanted[key] != had.get(key, False)]
    reasons = (["type"] if another else []) + plain + reasons
    settings = together(wanted["settings"], old)
    body = {**{key: value for key, value in had.items() if key != "provenance"}, **wanted, "settings": settings}
    _refuse_lacking(kind, settings)
    before, after = shown(had) if had else {}, shown(body)
    for reason in reasons:
        place = tuple(reason.split("."))
        if place[0] == "settings" and _is_masked(kind, settings, place[1:]):
            put_at(after, place, "changed")
    return Compared(had, body, reasons if had else ["it is not there"], before, after)


def _is_masked(kind: str, settings: Mapping[str, Any], place: Sequence[str]) -> bool:
    there, seen = dict(settings), masked(kind, settings)
    for key in place:
        there, seen = there.get(key), seen.get(key)  # type: ignore[assignment]
    return there != seen


def _refuse_lacking(kind: str, settings: Mapping[str, Any]) -> None:
    point = type_of(kind)
    lacking = point.lacking(settings) if point else ""
    if lacking:
        raise Failure(f"the type {point.name if point else kind} needs {lacking}.")


def shown(one: Mapping[str, Any], mask: str = "") -> dict[str, Any]:
    """An integration as it may be shown."""
    settings = masked(one.get("type") or "", one.get("settings") or {}, *([mask] if mask else []))
    return {**one, "settings": settings}


def pair(wanted: Sequence[Mapping[str, Any]], there: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any] | None]:
    """The integration that is there for each described receiver of a contact point: by uid, else of its type in their order, those
    that are as wanted first.
    """
    by_uid = {one["uid"]: one for one in there if one["uid"]}
    pairs: list[dict[str, Any] | None] = [by_uid.get(one["uid"]) if one.get("uid") else None for one in wanted]
    left = [one for one in there if one["name"] == name and not any(one is other for other in pairs)]
    for exact in (True, False):
        for number, one in enumerate(wanted):
            if pairs[number] is not None or one.get("uid") or not one.get("type"):
                continue
            fits = [other for other in left if _fits(one, other, exact)]
            if fits:
                pairs[number] = fits[0]
                left = [other for other in left if other is not fits[0]]
    return pairs


def _fits(wanted: Mapping[str, Any], found: Mapping[str, Any], exact: bool) -> bool:
    kind = api_name(wanted["type"])
    if found["type"].lower() != kind.lower():
        return False
    settings = settings_of(type_of(kind), wanted)
    kept = {key: value for key, value in settings.items() if value != REDACTED}
    return not exact or not differing(kind, kept, found.get("settings") or {})
