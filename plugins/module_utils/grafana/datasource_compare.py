# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to change about one data source: pure, secrets included."""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

from ..engine.kind import Orders
from ..engine.plan import UPDATE, Change, plan_present
from ..engine.resource import MASK, Resource
from .datasource_secrets import MARKS, checked_key, differing, new_marks

SECRETS = "secureJsonData"


def compare(resource: Resource, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders, also: Sequence[str] = ()) -> Change:
    """The change that makes the data source that is there the wanted one; ``also`` differ things that lie beside it."""
    wanted = without_strays(resource, wanted, found, bool(orders.options.get("replace_json_data")))
    key = checked_key(orders.options.get("secrets_key"))
    always = orders.update_secrets == "always" or bool(orders.options.get("enforce_secure_data"))
    values = sent_secrets(resource, wanted)
    known = differing(values, found, key) if found else {}
    again = {**{name: "sent again" for name, value in values.items() if always and value != ""}, **known} if found else {}
    change = plan_present(resource, wanted, found, also=[*(f"{SECRETS}.{name}" for name in sorted(again)), *also])
    if change.writes:
        seal(change, values, known, key)
    if change.action == UPDATE:
        show(resource, change, again)
    return change


def sent_secrets(resource: Resource, wanted: Mapping[str, Any]) -> dict[str, str]:
    """{name in the API: value} of all wanted secrets; an empty text means that there is to be none."""
    values: dict[str, str] = {}
    for one in resource.fields_of(wanted):
        value = wanted.get(one.name)
        if not one.secret or not one.place or value is None:
            continue
        if one.type == "dict":
            values.update({str(name): "" if inner is None else str(inner) for name, inner in value.items()})
        else:
            values[one.place[1]] = str(value)
    return values


def without_strays(resource: Resource, wanted: dict[str, Any], found: dict[str, Any] | None, whole: bool) -> dict[str, Any]:
    """With ``whole``, keys of jsonData that nobody describes and a new one would not have are to be gone; headers that moved up always are."""
    there = {key for key, value in ((found or {}).get("jsonData") or {}).items() if value is not None} - {MARKS}
    json_data = wanted.get("json_data") or {}
    headers = [key for key in json_data if re.fullmatch(r"httpHeaderName\d+", key)]
    fields = [one for one in resource.fields_of(wanted) if one.place[:1] == ("jsonData",) and len(one.place) > 1]
    described = {one.place[1] for one in fields if wanted.get(one.name) is not None or one.fresh is not None}
    stray = {key for key in there - described - set(json_data) if whole or (headers and re.fullmatch(r"httpHeaderName\d+", key))}
    if not stray:
        return wanted
    return {**wanted, "json_data": {**dict.fromkeys(sorted(stray)), **json_data}}


def seal(change: Change, values: Mapping[str, str], known: Mapping[str, str], key: str) -> None:
    """Send secrets that are to be gone as empty ones, and the marks of those that are there."""
    body = change.body or {}
    gone = {name: "" for name, what in known.items() if what == "removed"}
    if gone:
        body[SECRETS] = {**(body.get(SECRETS) or {}), **gone}
    marks = new_marks(values, change.found, key)
    if marks:
        body["jsonData"] = {**(body.get("jsonData") or {}), MARKS: marks}


def show(resource: Resource, change: Change, again: Mapping[str, str]) -> None:
    """A difference names the secrets that are known to change and the keys that somebody described, and nothing else."""
    secret = {one.name for one in resource.fields_of(change.wanted) if one.secret}
    before, after = ({name: value for name, value in (side or {}).items() if name not in secret} for side in (change.before, change.after))
    if again:
        before[SECRETS] = {name: MASK for name, what in again.items() if what != "added"}
        after[SECRETS] = {name: f"{MASK} ({what})" for name, what in again.items() if what != "removed"}
    keys = set(change.wanted.get("json_data") or {})
    for side in (before, after):
        if isinstance(side.get("json_data"), dict):
            side["json_data"] = {key: value for key, value in side["json_data"].items() if key in keys}
    change.before, change.after = before, after
