# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a kind of object is, as data: its options, where they stand in the API's object, how it is found, and its paths.

A row of fields and a few paths describe a kind; plan.py compares, kind.py asks and writes. Rows that contradict themselves
are refused when the module is imported, so that every test run finds them.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping
from urllib.parse import quote

MASK = "********"


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


@dataclass(frozen=True)
class Listing:
    """How all objects of a kind are read.

    :ivar path: what is asked; rows: the key of the reply that holds the list, empty when the reply is the list.
    :ivar paged: pages are asked for by ``page`` and ``limit`` until one is short; page_size: objects on a page.
    :ivar size_word: the parameter's name for the size of a page (``limit`` or ``perpage``).
    :ivar complete: an object in the list has all that ``item`` would tell; otherwise matches are read one by one.
    """

    path: str
    rows: str = ""
    paged: bool = False
    page_size: int = 1000
    size_word: str = "limit"
    complete: bool = True
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """One kind of object.

    :ivar kind: its name in results, in files and in error messages (``datasource``); words: what people call it.
    :ivar identities: tuples of option names, each of which names one object; the first that the user gave in full counts.
    :ivar direct: {option: path} by which one object is asked for by that identity, so that no list is needed.
    :ivar create, update, delete: (verb, path); ``{name}`` in a path is filled from the object that is there, then from the
        wanted one. A kind without ``update`` is replaced: deleted and created.
    :ivar server_only: keys that the server writes; they are neither compared nor sent.
    :ivar reply: the key of the answer to a write that holds the object, empty when it is the object.
    :ivar after: kinds that must be there first; before removal the other way round.
    :ivar variant_by, variants: further fields by the value of one field (a contact point's type).
    :ivar prepare: ``prepare(body, wanted, found)`` returns what is sent; unprepare: ``unprepare(found)`` returns the object in
        the form in which fields have their places.
    :ivar returns: the key of the module's result.
    """

    kind: str
    words: str
    fields: tuple[Field, ...]
    identities: tuple[tuple[str, ...], ...]
    listing: Listing
    create: tuple[str, str]
    delete: tuple[str, str]
    update: tuple[str, str] | None = None
    direct: Mapping[str, str] = field(default_factory=dict)
    server_only: tuple[str, ...] = ()
    reply: str = ""
    after: tuple[str, ...] = ()
    variant_by: str = ""
    variants: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    prepare: Callable[[dict, dict, Any], dict] = lambda body, _wanted, _found: body
    unprepare: Callable[[dict], dict] = same_value
    returns: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that contradicts itself."""
        names = [one.name for one in self.fields]
        words = names + [alias for one in self.fields for alias in one.aliases]
        unknown = {name for identity in self.identities for name in identity} | set(self.direct)
        if self.variant_by:
            unknown.add(self.variant_by)
        if len(words) != len(set(words)):
            raise ValueError(f"{self.kind}: two fields share a name or an alias")
        if unknown - set(names):
            raise ValueError(f"{self.kind}: no field is called {', '.join(sorted(unknown - set(names)))}")
        if bool(self.variants) != bool(self.variant_by):
            raise ValueError(f"{self.kind}: variants and what they vary by come together")
        if set(self.server_only) & {one.place[0] for one in self.fields if len(one.place) == 1}:
            raise ValueError(f"{self.kind}: a field is the server's own")

    @property
    def result(self) -> str:
        """The key of the module's result."""
        return self.returns or self.kind

    def fields_of(self, wanted: Mapping[str, Any]) -> tuple[Field, ...]:
        """The fields that count for one object: those of all, and of its variant."""
        return self.fields + self.variants.get(wanted.get(self.variant_by, ""), ())

    def all_fields(self) -> dict[str, Field]:
        """Every field by name, those of variants included; equal names in several variants are one option."""
        found = {one.name: one for one in self.fields}
        for rows in self.variants.values():
            for one in rows:
                found.setdefault(one.name, one)
        return found

    def argument_spec(self) -> dict[str, dict[str, Any]]:
        """The options of the kind's module."""
        return {name: one.spec() for name, one in self.all_fields().items()}

    def label(self, wanted: Mapping[str, Any]) -> str:
        """What people call this object: its kind and the identity that was given."""
        for identity in self.identities:
            if all(wanted.get(name) not in (None, "") for name in identity):
                return f"{self.words} {' / '.join(str(wanted[name]) for name in identity)}"
        return self.words

    def options_form(self, found: Mapping[str, Any], wanted: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """An object of the API as options: {option: value}, without secrets and without what is not there."""
        plain = self.unprepare(copy.deepcopy(dict(found)))
        base = {one.name: at_place(plain, one.place) for one in self.fields if one.place and not one.secret}
        rows = self.variants.get((wanted or base).get(self.variant_by, ""), ())
        base.update({one.name: at_place(plain, one.place) for one in rows if one.place and not one.secret})
        return {name: value for name, value in base.items() if value is not None}


def at_place(found: Any, place: tuple[str, ...]) -> Any:
    """The value at a dotted place, or None."""
    for key in place:
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found


def put_at(body: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    """Put a value at a dotted place; mappings on the way are made."""
    for key in place[:-1]:
        if not isinstance(body.get(key), dict):
            body[key] = {}
        body = body[key]
    body[place[-1]] = value


def fill(path: str, *sources: Mapping[str, Any]) -> str:
    """A path with its ``{names}`` replaced, quoted, by the first source that has them."""
    for part in path.split("{")[1:]:
        name = part.split("}")[0]
        value = next((source[name] for source in sources if source.get(name) not in (None, "")), "")
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    return path
