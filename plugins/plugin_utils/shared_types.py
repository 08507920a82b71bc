# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a shared variable is of the type that whoever reads it counts on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .shared_variables import MAPPING, MAPPINGS, NUMBER, SHARED_PREFIX, SWITCH, TEXT, TEXTS, TYPES

GROUPS = f"{SHARED_PREFIX}_groups"
SWITCHES = ("true", "false", "yes", "no", "on", "off", "1", "0")


def wrong_type(name: str, value: Any, host: str = "") -> str:
    """Return a sentence when ``value`` is not what the shared variable ``name`` has to be, else ''.

    None is taken for not being set. Only mappings and lists are shown, since a text may be a secret.
    """
    kind, *example = TYPES[name.removeprefix(f"{SHARED_PREFIX}_")]
    if value is None or (_is_kind(kind, value) and (name != GROUPS or all(map(_is_names, value.values())))):
        return ""
    where = f"{name} of host {host}" if host else name
    wanted = f"{kind} of names of groups or lists of them" if name == GROUPS else kind
    such = f", such as {example[0]}" if example else ""
    return f"{where} must be {wanted}{such}; it is {_shown(value) if example else 'something else'}."


def _is_kind(kind: str, value: Any) -> bool:
    if kind == MAPPING:
        return isinstance(value, Mapping)
    if kind in (TEXTS, MAPPINGS):
        wanted = str if kind == TEXTS else Mapping
        return isinstance(value, list) and all(isinstance(item, wanted) for item in value)
    # YAML takes a stack called 1 for a number; what is given on the command line is text.
    text = str(value).lower() if isinstance(value, (str, int, float)) else ""
    judged = {TEXT: isinstance(value, (str, int, float)), SWITCH: text in SWITCHES, NUMBER: text.replace(".", "", 1).isdigit()}
    return judged[kind]


def _is_names(value: Any) -> bool:
    return isinstance(value, str) or _is_kind(TEXTS, value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
