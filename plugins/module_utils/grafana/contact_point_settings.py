# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of contact points: from options to Grafana's form, compared, put together and shown. Pure."""

from __future__ import annotations

import re
from typing import Any, Mapping

from ..engine.compare import overlay
from ..engine.errors import Failure
from ..engine.resource import MASK, put_at
from .contact_point_types import REDACTED, PointType, Setting, is_secret, type_of

WORDS = {"action_card": "actionCard"}


def settings_of(point: PointType | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that an object's options say, in Grafana's form."""
    settings: dict[str, Any] = {}
    for key, value in (wanted.get("settings") or {}).items():
        one = point.setting(str(key)) if point else None
        settings[str(key)] = encoded(one, value) if one else value
    for one in point.options if point else ():
        if wanted.get(one.option) is not None:
            put_at(settings, tuple(one.key.split(".")), encoded(one, wanted[one.option]))
    return settings


def encoded(one: Setting, value: Any) -> Any:
    """A value as Grafana takes it: some lists are texts there, and a list of mappings may be one mapping."""
    if one.joined and isinstance(value, list):
        return one.joined.join(str(part).strip() for part in value)
    if one.option == "pagerduty_details" and isinstance(value, list):
        return {key: text for part in value for key, text in part.items()}
    return WORDS.get(value, value) if isinstance(value, str) and one.choices else value


def differing(kind: str, wanted: Mapping[str, Any], had: Mapping[str, Any], above: str = "") -> list[str]:
    """The dotted names of wanted settings that are not there as wanted. A secret that Grafana does not tell differs from nothing.

    :raises Failure: when a secret is to be kept where there is none.
    """
    point, names = type_of(kind), []
    for key, value in wanted.items():
        place, found = f"{above}{key}", had.get(key)
        if value == REDACTED and found in (None, ""):
            raise Failure(f"there is no secret {place} that {REDACTED} could keep. Say the secret itself.")
        if isinstance(value, dict) and isinstance(found, dict):
            names += differing(kind, value, found, place + ".")
        elif REDACTED not in (value, found) and not _same(point.setting(place) if point else None, value, found):
            names.append(place)
    return names


def _same(one: Setting | None, wanted: Any, found: Any) -> bool:
    if found is None and one is not None:
        found = one.assumed
    if wanted is None or found is None:
        return wanted in (None, "", [], {}, False) and found in (None, "", [], {}, False)
    return _normal(one, wanted) == _normal(one, found)


def _normal(one: Setting | None, value: Any) -> Any:
    """A value in the form in which two are compared: Grafana keeps a number or a truth as it came, as text too."""
    if one is not None and one.joined:
        parts = value if isinstance(value, list) else re.split(r"[,;|\n]", str(value))
        return sorted(str(part).strip() for part in parts if str(part).strip())
    if isinstance(value, dict):
        return {key: _normal(None, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_normal(None, inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def together(wanted: Mapping[str, Any], had: Mapping[str, Any]) -> dict[str, Any]:
    """Wanted settings over those that are there. A key that is there in another case is the same to Grafana, so it goes."""
    said = {key.lower() for key in wanted}
    return overlay({key: value for key, value in had.items() if key in wanted or key.lower() not in said}, wanted)


def hidden(kind: str, given: Mapping[str, Any], above: str = "") -> list[Any]:
    """The values of settings that nobody may see."""
    values: list[Any] = []
    for key, value in given.items():
        if isinstance(value, Mapping) and not is_secret(kind, f"{above}{key}"):
            values += hidden(kind, value, f"{above}{key}.")
        elif value != REDACTED and is_secret(kind, f"{above}{key}"):
            values.append(value)
    return values


def masked(kind: str, settings: Mapping[str, Any], mask: str = MASK, above: str = "") -> dict[str, Any]:
    """Settings as they may be shown."""
    shown: dict[str, Any] = {}
    for key, value in settings.items():
        place = f"{above}{key}"
        if value not in (None, "") and is_secret(kind, place):
            shown[key] = mask
        else:
            shown[key] = masked(kind, value, mask, place + ".") if isinstance(value, Mapping) else value
    return shown


def unseen(kind: str, wanted: Mapping[str, Any], had: Mapping[str, Any], above: str = "") -> list[str]:
    """The wanted secrets of which nobody can see whether they differ."""
    names: list[str] = []
    for key, value in wanted.items():
        found = had.get(key)
        if isinstance(value, dict):
            names += unseen(kind, value, found if isinstance(found, dict) else {}, f"{above}{key}.")
        elif found == REDACTED and value not in (None, REDACTED):
            names.append(f"{above}{key}")
    return names
