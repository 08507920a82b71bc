# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows that contradict themselves are refused where they are written; paths never lose the name of an object."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import Field, Listing, Resource, fill

GOOD = Resource(
    kind="thing",
    words="thing",
    fields=(Field("name", required=True), Field("type", choices=("a", "b")), Field("token", secret=True)),
    identities=(("name",),),
    listing=Listing("/things"),
    create=("POST", "/things"),
    update=("PUT", "/things/{name}"),
    delete=("DELETE", "/things/{name}"),
    direct={"name": "/things/{name}"},
)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"required": True, "default": "x"}, "is required and has a default"),
        ({"secret": True, "immutable": True}, "is secret"),
        ({"keyed_by": "name"}, "is compared by a key, but is no list"),
        ({"unordered": True}, "has no order, but is no list"),
        ({"whole": True}, "replaces a mapping, but is none"),
        ({"type": "list"}, "is a list of nothing"),
        ({"choices": ("a",), "default": "b"}, "has a default that is no choice"),
        ({"type": "dict", "options": {"login": {"type": "dict", "options": {"pin": {"no_log": True}}}}}, "holds a secret, but is none"),
    ],
)
def test_a_field_that_contradicts_itself_is_refused(field, words):
    with pytest.raises(ValueError, match=words):
        Field("thing", **field)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"identities": (("title",),)}, "no field is called title"),
        ({"identities": ()}, "nothing tells its objects apart"),
        ({"identities": (("token",),)}, "an identity is secret"),
        ({"direct": {"name": "/things/{uid}"}}, "does not name the identity"),
        ({"direct": {}, "listing": Listing("/things", complete=False)}, "its list is incomplete"),
        ({"variants": {"a": (Field("x"),)}}, "come together"),
        ({"variant_by": "type"}, "come together"),
        ({"variant_by": "type", "variants": {"c": (Field("x"),)}}, "a variant is no choice"),
        ({"variant_by": "type", "variants": {"a": (Field("name"),)}}, "share a name"),
        ({"variant_by": "type", "variants": {"a": (Field("x", aliases=("type",)),)}}, "share a name"),
        ({"fields": (Field("name"), Field("name"))}, "share a name"),
        ({"server_only": ("name",)}, "the server's own"),
        ({"variant_by": "type", "variants": {"a": (Field("x", at="id"),)}, "server_only": ("id",)}, "the server's own"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(row, words):
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(GOOD, **row)


def test_variants_may_share_a_name_with_each_other():
    row = dataclasses.replace(GOOD, variant_by="type", variants={"a": (Field("url"),), "b": (Field("url"),)})
    assert set(row.argument_spec()) == {"name", "type", "token", "url"}


def test_options_that_are_secret_are_not_logged_and_others_that_look_so_are_declared():
    spec = dataclasses.replace(GOOD, fields=(*GOOD.fields, Field("token_name"))).argument_spec()
    assert (spec["token"]["no_log"], spec["token_name"]["no_log"]) == (True, False)


def test_a_path_takes_the_name_that_is_there_before_the_wanted_one_and_quotes_it():
    assert fill("/things/{name}", {"name": "a/ü b"}, {"name": "other"}) == "/things/a%2F%C3%BC%20b"
    assert fill("/things/{name}", {"name": None}, {"name": "{name}"}) == "/things/%7Bname%7D"


@pytest.mark.parametrize("empty", [{}, {"name": ""}, {"name": None}])
def test_a_path_without_the_name_is_an_error_and_not_the_path_of_all(empty):
    with pytest.raises(Failure, match="Nobody said the name"):
        fill("/things/{name}", empty)


def test_the_secret_of_a_variant_is_not_among_the_options_that_are_read():
    row = dataclasses.replace(GOOD, variant_by="type", variants={"a": (Field("url"), Field("pin", secret=True))})
    assert row.options_form({"name": "n", "type": "a", "url": "u", "pin": "1234"}) == {"name": "n", "type": "a", "url": "u"}
