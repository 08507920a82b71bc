# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Types of contact points as rows: which settings each has, by which option a setting is given, and which are secret.

The module's options, its documentation (tools/contact_point_options.py), the check for misspelt settings and what is hidden all
come from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Mapping

from ..engine.field import Field
from ..engine.resource import at_place
from .contact_point_chat import CHAT
from .contact_point_rows import GENERAL, PAGING

REDACTED = "[REDACTED]"
# In a type that nobody described here, settings of such names are hidden.
SUSPICIOUS = ("password", "token", "secret", "key", "credential", "url", "auth")


@dataclass(frozen=True)
class Setting:
    """One setting of a type.

    :ivar key: its dotted place in the settings; option: the module's option, empty when only ``settings`` has it.
    :ivar joined: what stands between the parts where the module takes a list and Grafana a text.
    :ivar assumed: what Grafana does when the setting is not there.
    """

    key: str
    words: str
    option: str = ""
    type: str = "str"
    elements: str = ""
    secret: bool = False
    choices: tuple[str, ...] = ()
    joined: str = ""
    assumed: Any = None

    def field(self) -> Field:
        """The module's option for it."""
        return Field(self.option, type=self.type, at=f"settings.{self.key}", elements=self.elements or None, secret=self.secret, choices=self.choices)


@dataclass(frozen=True)
class PointType:
    """One type: its name in the module and in the API, its settings, and which of them it must have (one of several sets)."""

    name: str
    api: str
    words: str
    settings: tuple[Setting, ...]
    needs: tuple[tuple[str, ...], ...]

    @property
    def options(self) -> tuple[Setting, ...]:
        """The settings that have an option of their own."""
        return tuple(one for one in self.settings if one.option)

    def fields(self) -> tuple[Field, ...]:
        """The options of this type."""
        return tuple(one.field() for one in self.options)

    def setting(self, key: str) -> Setting | None:
        """The setting of a dotted place; its case does not matter, as it does not to Grafana."""
        return next((one for one in self.settings if one.key.lower() == key.lower()), None)

    def lacking(self, settings: Mapping[str, Any]) -> str:
        """What must be there and is not, in words; empty when all is there."""
        sets = [[key for key in keys if at_place(settings, tuple(key.split("."))) in (None, "", [])] for keys in self.needs]
        if not sets or any(not one for one in sets):
            return ""
        return ", or ".join(" and ".join(self.option_of(key) for key in one) for one in sets)

    def option_of(self, key: str) -> str:
        """How a user calls a setting."""
        found = self.setting(key)
        return found.option if found and found.option else f"settings.{key}"


def _type(name: str, row: Mapping[str, Any]) -> PointType:
    settings = []
    for key, words, *more in row["settings"]:
        suffix, traits = (more[0] if more else ""), (more[1] if len(more) > 1 else {})
        settings.append(Setting(key, words, f"{name}_{suffix}" if suffix else "", **traits))
    return PointType(name, row.get("api", name), row["words"], tuple(settings), tuple(row.get("needs", ())))


TYPES = {name: _type(name, row) for name, row in sorted({**GENERAL, **CHAT, **PAGING}.items())}
_BY_API = {one.api.lower(): one for one in TYPES.values()}


def type_of(name: str) -> PointType | None:
    """A type by the module's or by the API's name of it."""
    return TYPES.get(name.lower()) or _BY_API.get(name.lower())


def api_name(name: str) -> str:
    """A type's name in the API; a type that nobody described here keeps its own."""
    found = type_of(name)
    return found.api if found else name


def is_secret(kind: str, key: str) -> bool:
    """Whether a setting of a type is shown to nobody."""
    found = type_of(kind)
    if found is None:
        return any(word in key.lower() for word in SUSPICIOUS)
    setting = found.setting(key)
    return bool(setting and setting.secret)


def misspelt(kind: str, settings: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(errors, warnings) about settings that the type does not have: nearly the name of one it has is an error, others may be
    of a newer Grafana.
    """
    found = type_of(kind)
    if found is None:
        return [], []
    known = {".".join(parts[: end + 1]) for parts in (one.key.split(".") for one in found.settings) for end in range(len(parts))}
    errors, warnings = [], []
    for key in _places(settings, known):
        near = get_close_matches(key.lower(), [one.lower() for one in known], 1, 0.8)
        if near:
            meant = next(one for one in known if one.lower() == near[0])
            errors.append(f"the type {found.name} has no setting called {key!r}. Did you mean {meant!r}?")
        else:
            warnings.append(f"The setting {key!r} of the type {found.name} is not known here; Grafana ignores settings that it does not know.")
    return errors, warnings


def _places(settings: Mapping[str, Any], known: set[str], above: str = "") -> list[str]:
    """The dotted names of the settings that nobody knows; what stands in a mapping of free keys is not asked."""
    strange = []
    for key, value in settings.items():
        place = f"{above}{key}"
        if place not in known:
            strange.append(place)
        elif isinstance(value, dict) and any(one.startswith(place + ".") for one in known):
            strange += _places(value, known, place + ".")
    return strange
