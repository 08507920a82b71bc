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

from .errors import Failure
from .field import Field, same_value

MASK = "********"


@dataclass(frozen=True)
class Listing:
    """How all objects of a kind are read.

    :ivar path: what is asked; rows: the key of the reply that holds the list, empty when the reply is the list.
    :ivar paged: pages are asked for by ``page`` and ``limit`` until one is short; page_size: objects on a page.
    :ivar size_word: the parameter's name for the size of a page (``limit`` or ``perpage``); first_page: the number of the first.
    :ivar complete: an object in the list has all that ``item`` would tell; otherwise matches are read one by one.
    """

    path: str
    rows: str = ""
    paged: bool = False
    page_size: int = 1000
    size_word: str = "limit"
    first_page: int = 1
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
        fields = {one.name: one for one in self.fields}
        named = {name for identity in self.identities for name in identity} | set(self.direct)
        unknown = (named | ({self.variant_by} if self.variant_by else set())) - set(fields)
        steering = fields.get(self.variant_by)
        wrong = [
            (bool(unknown), f"no field is called {', '.join(sorted(unknown))}"),
            (not self.identities, "nothing tells its objects apart"),
            (any(fields[name].secret for name in named & set(fields)), "an identity is secret, so nobody can find the object"),
            (any(name not in path for name, path in self.direct.items()), "a direct path does not name the identity that leads to it"),
            (not self.listing.complete and not self.direct, "its list is incomplete, and no direct path tells the rest"),
            (bool(self.variants) != bool(self.variant_by), "variants and what they vary by come together"),
            (steering is not None and bool(steering.choices) and not set(self.variants) <= set(steering.choices), "a variant is no choice"),
        ]
        for bad, words in wrong:
            if bad:
                raise ValueError(f"{self.kind}: {words}")
        for rows in [(), *self.variants.values()]:
            self._refuse_clash(self.fields + tuple(rows))

    def _refuse_clash(self, fields: tuple[Field, ...]) -> None:
        """Options of one object have different names, and none is the server's own."""
        words = [word for one in fields for word in (one.name, *one.aliases)]
        if len(words) != len(set(words)):
            raise ValueError(f"{self.kind}: two fields share a name or an alias")
        if set(self.server_only) & {one.place[0] for one in fields if len(one.place) == 1}:
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

    def secret_names(self) -> set[str]:
        """The names under which users give secrets."""
        return {name for one in self.all_fields().values() if one.secret for name in (one.name, *one.aliases)}

    def argument_spec(self) -> dict[str, dict[str, Any]]:
        """The options of the kind's module."""
        return {name: one.spec() for name, one in self.all_fields().items()}

    def label(self, wanted: Mapping[str, Any]) -> str:
        """What people call this object: its kind and the identity that was given."""
        return " ".join([self.words, " / ".join(str(wanted[name]) for name in self.identity_of(wanted))]).rstrip()

    def identity_of(self, wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """The first identity that was given in full, as the names of its options; empty when none was."""
        return next((names for names in self.identities if all(wanted.get(name) not in (None, "") for name in names)), ())

    def options_form(self, found: Mapping[str, Any], wanted: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """An object of the API as options: {option: value}, without secrets and without what is not there."""
        plain = self.unprepare(copy.deepcopy(dict(found)))
        base = {one.name: at_place(plain, one.place) for one in self.fields if one.place and not one.secret}
        given = (wanted or {}).get(self.variant_by)
        rows = self.variants.get(base.get(self.variant_by, "") if given is None else given, ())
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
    """A path with its ``{names}`` replaced, quoted, by the first source that has them.

    :raises Failure: when none has: a path without the name of an object would mean all of them.
    """
    for part in path.split("{")[1:]:
        name = part.split("}")[0]
        value = next((source[name] for source in sources if source.get(name) not in (None, "")), None)
        if value is None:
            raise Failure(f"Nobody said the {name} that {path} needs.")
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    return path
