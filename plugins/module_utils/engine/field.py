# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One option of a kind of object, and where it stands in the API's object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping


def same_value(value: Any) -> Any:
    """The value itself: the normal form of most fields."""
    return value


@dataclass(frozen=True)
class Field:
    """One option of a kind and its place in the API's object.

    :ivar at: dotted place in the API's object (``jsonData.timeInterval``); None means the option's own name, and an empty text
        that it stands nowhere: it steers the module, or ``prepare`` sends it.
    :ivar secret: never shown and never compared; the API does not give it back.
    :ivar write_only: shown, but not given back by the API, so it decides nothing on its own.
    :ivar immutable: the API refuses or ignores another value; a wish for one is an error.
    :ivar whole: a mapping that replaces the one that is there; otherwise only the keys that the user gave are compared.
    :ivar unordered: a list whose order means nothing; keyed_by: a list of mappings, compared by this key of theirs.
    :ivar explicit: leaving the value out is not the same as an empty or false one (the server's default may be true).
    :ivar normalise: brings a wanted and a found value into one form (``90s`` and ``1m30s``).
    :ivar fresh: sent when the object is created, unless the user says otherwise.
    """

    name: str
    type: str = "str"
    at: str | None = None
    aliases: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    elements: str | None = None
    options: Mapping[str, Any] | None = None
    default: Any = None
    required: bool = False
    secret: bool = False
    write_only: bool = False
    immutable: bool = False
    whole: bool = False
    unordered: bool = False
    keyed_by: str = ""
    explicit: bool = False
    normalise: Callable[[Any], Any] = same_value
    fresh: Any = None

    def __post_init__(self) -> None:
        """Refuse a row that contradicts itself."""
        wrong = [
            (self.required and self.default is not None, "is required and has a default"),
            (self.secret and self.immutable, "is secret, so nobody can see whether it is another"),
            (bool(self.keyed_by) and self.type != "list", "is compared by a key, but is no list"),
            (self.unordered and self.type != "list", "has no order, but is no list"),
            (self.whole and self.type != "dict", "replaces a mapping, but is none"),
            (self.type == "list" and not self.elements, "is a list of nothing"),
            (self.default is not None and bool(self.choices) and self.default not in self.choices, "has a default that is no choice"),
            (self.explicit and (self.whole or self.unordered or bool(self.keyed_by)), "is compared in a way that takes what is left out for empty"),
            (not self.secret and holds_secret(self.options), "holds a secret, but is none: a diff would show it"),
        ]
        for bad, words in wrong:
            if bad:
                raise ValueError(f"the field {self.name} {words}")

    @property
    def place(self) -> tuple[str, ...]:
        """The keys that lead to the value in the API's object; empty when it stands nowhere."""
        place = self.name if self.at is None else self.at
        return tuple(place.split(".")) if place else ()

    @property
    def compared(self) -> bool:
        """Whether a difference in this field is a reason to write."""
        return bool(self.place) and not self.secret and not self.write_only

    def spec(self) -> dict[str, Any]:
        """The option as Ansible's argument spec wants it. Whether it is required is asked later: ``items`` may stand for it."""
        row: dict[str, Any] = {"type": self.type}
        for key, value in (("aliases", list(self.aliases)), ("choices", list(self.choices)), ("elements", self.elements),
                           ("options", self.options), ("default", self.default)):  # fmt: skip
            if value not in (None, []):
                row[key] = value
        if self.secret:
            row["no_log"] = True
        elif any(word in self.name for word in ("password", "token", "secret", "key")):
            row["no_log"] = False
        return row


def holds_secret(options: Mapping[str, Any] | None) -> bool:
    """Whether one of the options of a mapping, or of mappings within, is not to be logged."""
    rows = (options or {}).values()
    return any(row.get("no_log") or holds_secret(row.get("options")) for row in rows)
