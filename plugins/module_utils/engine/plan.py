# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What will be written, decided from what is wanted and what is there: pure, and the whole of check mode and diff."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Sequence

from .compare import equal, merged
from .errors import Failure
from .resource import MASK, Field, Resource, at_place, put_at

CREATE, UPDATE, DELETE, NOTHING = "create", "update", "delete", "nothing"


@dataclass
class Change:
    """What will happen to one object.

    :ivar before, after: the object as options, reduced to what is compared, secrets masked; None when it is not there.
    :ivar body: what is sent; found: the API's object as it is now; reasons: the options that differ.
    """

    action: str
    label: str
    wanted: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] | None = None
    body: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything will be sent."""
        return self.action != NOTHING


def plan_present(
    resource: Resource, wanted: dict[str, Any], found: dict[str, Any] | None, update_secrets: str = "on_create", also: Sequence[str] = ()
) -> Change:
    """Compare one wanted object with the one that is there.

    :param wanted: {option: value}; options that are not there, or None, are left as they are.
    :param update_secrets: ``always`` sends secrets although nobody can see whether they differ, ``on_create`` with a creation
        and beside another difference only.
    :raises Failure: when something that cannot change would have to.
    """
    wanted = {name: value for name, value in wanted.items() if value is not None}
    label = resource.label(wanted)
    if found is None:
        fields = [one for one in resource.fields_of(wanted) if one.name in wanted]
        return Change(CREATE, label, wanted, None, body_of(resource, wanted, None), None, shown(fields, wanted), ["it is not there"])
    had = resource.options_form(found, wanted)
    fields = [one for one in resource.fields_of({**had, **wanted}) if one.name in wanted]
    secrets = [one.name for one in fields if one.secret]
    differing = [one for one in fields if one.compared and not equal(one, wanted[one.name], had.get(one.name))]
    for one in differing:
        if one.immutable:
            raise Failure(
                f"{label}: {one.name} is {had.get(one.name)!r} and cannot become {wanted[one.name]!r}. Remove the object first, or keep the value."
            )
    reasons = [one.name for one in differing] + (secrets if update_secrets == "always" else []) + list(also)
    if not reasons:
        return Change(NOTHING, label, wanted, found)
    visible = [one for one in fields if one.compared]
    before = {one.name: one.normalise(had[one.name]) for one in visible if one.name in had}
    after = {one.name: one.normalise(merged(one, wanted[one.name], had.get(one.name))) for one in visible}
    sent = dict.fromkeys(secrets, "changed" if update_secrets == "always" else MASK)
    return Change(UPDATE, label, wanted, found, body_of(resource, wanted, found), before, {**after, **sent}, reasons)


def plan_absent(resource: Resource, wanted: dict[str, Any], found: dict[str, Any] | None) -> Change:
    """Remove an object if it is there."""
    if found is None:
        return Change(NOTHING, resource.label(wanted), wanted)
    return Change(DELETE, resource.label(wanted), wanted, found, None, resource.options_form(found), None, ["state: absent"])


def plan_purge(resource: Resource, rest: Iterable[dict[str, Any]]) -> list[Change]:
    """Remove what is there and nobody wants; the caller has chosen what may go."""
    changes = []
    for found in rest:
        had = resource.options_form(found)
        # Called by the last of its identities, the one that people know: a title rather than a uid or a number.
        known = next((names for names in reversed(resource.identities) if all(name in had for name in names)), ())
        label = resource.label({name: had[name] for name in known})
        changes.append(Change(DELETE, label, had, found, None, had, None, ["nobody describes it"]))
    return changes


def body_of(resource: Resource, wanted: Mapping[str, Any], found: dict[str, Any] | None) -> dict[str, Any]:
    """What is sent: the object that is there, without the server's own keys, with the wanted values in their places.

    A value that is as wanted already stays as it is written there.
    """
    body = copy.deepcopy(resource.unprepare(copy.deepcopy(found))) if found else {}
    for key in resource.server_only:
        body.pop(key, None)
    steering = {**(resource.options_form(found) if found else {}), **wanted}
    for one in resource.fields_of(steering):
        if not one.place:
            continue
        if wanted.get(one.name) is not None:
            put_at(body, one.place, merged(one, wanted[one.name], at_place(body, one.place)))
        elif found is None and one.fresh is not None:
            put_at(body, one.place, copy.deepcopy(one.fresh))
    return resource.prepare(body, dict(wanted), found)


def shown(fields: Iterable[Field], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Wanted options as a diff may show them."""
    return {one.name: MASK if one.secret else wanted[one.name] for one in fields}
