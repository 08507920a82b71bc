# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server for one row, made from that row: it adds fields, drops secrets and reorders lists, as servers do."""

from __future__ import annotations

import copy
import re
from urllib.parse import unquote

from ansible_collections.observability.stack.plugins.module_utils.engine.errors import ClientError
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import at_place, put_at

ADDED = "addedByServer"


def drop(body, place):
    """Remove what stands at a place."""
    inside = at_place(body, place[:-1]) if place[:-1] else body
    if isinstance(inside, dict):
        inside.pop(place[-1], None)


def noisy(value):
    """Return a value with a field more in each of its mappings."""
    if isinstance(value, dict):
        return {**{key: noisy(inner) for key, inner in value.items()}, ADDED: "x"}
    return [noisy(one) for one in value] if isinstance(value, list) else value


def as_kept(resource, body):
    """Return a body as the server tells it later: without secrets, with fields of its own, lists in another order."""
    kept = copy.deepcopy(body)
    fields = resource.fields_of(resource.options_form(body))
    for one in fields:
        value = at_place(kept, one.place) if one.place else None
        if value is None:
            continue
        if one.unordered or one.keyed_by:
            put_at(kept, one.place, [noisy(row) for row in reversed(value)])
        elif not one.whole and isinstance(value, (dict, list)):
            put_at(kept, one.place, noisy(value))
    for one in fields:
        if one.place and (one.secret or one.write_only):
            drop(kept, one.place)
    return {**kept, ADDED: {"deep": True}}


class FakeApi:
    """What a kind expects of an API, over a list of objects.

    :param stored: brings what is sent into the form that the API tells, where the two differ.
    """

    read_only = False

    def __init__(self, resource, stored=lambda body: body):
        self.resource, self.stored = resource, stored
        self.objects, self.asked, self.fail_after = [], [], None

    @property
    def writes(self):
        return [one for one in self.asked if one[0] != "GET"]

    def get(self, path, params=None):
        return self.json("GET", path, params=params)

    def json(self, verb, path, params=None, json=None, **_options):
        self.asked.append((verb, path))
        if verb != "GET":
            assert not self.read_only, f"{verb} {path} was sent in check mode"
            if self.fail_after is not None and len(self.writes) > self.fail_after:
                raise ClientError(verb, path, 500, "a fault")
        return copy.deepcopy(self._answer(verb, path.split("?")[0], params or {}, json))

    def _answer(self, verb, path, params, body):
        row = self.resource
        if verb == "GET" and path == row.listing.path.split("?")[0]:
            return self._list(params)
        if verb == "GET":
            return next(one for one in (self._named(template, path) for template in row.direct.values()) if one is not None)
        if self._matches(row.create, verb, path) is not None and not (row.create == row.update and self._find(row.update[1], path)):
            made = {"uid": f"made-{len(self.objects)}", "id": len(self.objects) + 1, **as_kept(row, self.stored(body))}
            self.objects.append(made)
            return {row.reply: made} if row.reply else made
        for rule in (row.update, row.delete):
            if rule and self._matches(rule, verb, path) is not None:
                return self._write(rule, path, body)
        raise AssertionError(f"the row describes no {verb} {path}")

    def _write(self, rule, path, body):
        found = self._find(rule[1], path)
        if found is None:
            raise ClientError(rule[0], path, 404, "not found")
        if rule == self.resource.delete:
            self.objects.remove(found)
            return None
        kept = {key: found[key] for key in ("id", "uid") if key in found}
        found_new = {**kept, **as_kept(self.resource, self.stored(body))}
        self.objects[self.objects.index(found)] = found_new
        return {self.resource.reply: found_new} if self.resource.reply else found_new

    def _list(self, params):
        listing, rows = self.resource.listing, list(reversed(self.objects))
        if listing.paged:
            size = int(params[listing.size_word])
            rows = rows[(int(params["page"]) - 1) * size : int(params["page"]) * size]
        return {listing.rows: rows} if listing.rows else rows

    @staticmethod
    def _matches(rule, verb, path):
        """Return the named parts of a path when it is that of a rule."""
        pattern = "".join(f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", rule[1].split("?")[0]))
        found = re.fullmatch(pattern, path) if verb == rule[0] else None
        return None if found is None else {name: unquote(value) for name, value in found.groupdict().items()}

    def _find(self, template, path):
        named = self._matches(("ANY", template), "ANY", path)
        if named is None:
            return None
        fields = {one.name: one.place for one in self.resource.fields}
        wanted = [(place if (place := fields.get(name)) else (name,), value) for name, value in named.items()]
        return next((one for one in self.objects if all(value in (str(at_place(one, place)), str(one.get(place[-1]))) for place, value in wanted)), None)

    def _named(self, template, path):
        if self._matches(("GET", template), "GET", path) is None:
            return None
        found = self._find(template, path)
        if found is None:
            raise ClientError("GET", path, 404, "not found")
        return found
