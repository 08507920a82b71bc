# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of planning, over objects that nobody thought of."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.compare import covers, equal, merged, overlay, same_set
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure
from ansible_collections.observability.stack.plugins.module_utils.engine.plan import CREATE, NOTHING, UPDATE, plan_present
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import MASK, Field, Listing, Resource
from hypothesis import given
from hypothesis import strategies as some

from tests.unit.engine.fake_api import ADDED, as_kept

SECRET = "s3cr3t-value"
ROW = Resource(
    kind="thing",
    words="thing",
    fields=(
        Field("name", required=True),
        Field("size", "int", at="spec.size"),
        Field("on", "bool"),
        Field("every", at="spec.every", normalise=lambda text: text.strip().lower() if isinstance(text, str) else text),
        Field("data", "dict", at="spec.data"),
        Field("exact", "dict", whole=True),
        Field("tags", "list", elements="str", unordered=True),
        Field("matchers", "list", elements="dict", unordered=True),
        Field("people", "list", elements="dict", keyed_by="login"),
        Field("steps", "list", elements="dict"),
        Field("password", secret=True, at="secure.password"),
        Field("note", write_only=True),
        Field("origin", immutable=True),
    ),
    identities=(("name",),),
    listing=Listing("/things"),
    create=("POST", "/things"),
    update=("PUT", "/things/{name}"),
    delete=("DELETE", "/things/{name}"),
    server_only=("id", "version"),
)
BY_NAME = {one.name: one for one in ROW.fields}

texts = some.text(alphabet="aB ü-", max_size=4)
plain = some.one_of(some.booleans(), some.integers(-2, 3), texts)
keys = some.sampled_from(["a", "b", "c"])
values = some.recursive(plain, lambda inner: some.one_of(some.lists(inner, max_size=3), some.dictionaries(keys, inner, max_size=3)), max_leaves=8)
wishes = some.recursive(  # a key that is wanted to be None is to go
    some.one_of(plain, some.none()), lambda inner: some.one_of(some.lists(values, max_size=3), some.dictionaries(keys, inner, max_size=3)), max_leaves=8
)
rows = some.dictionaries(keys, values, max_size=3)
things = some.fixed_dictionaries(
    {"name": some.just("ü/1")},
    optional={
        "size": some.integers(0, 3),
        "on": some.booleans(),
        "every": texts,
        "data": some.dictionaries(keys, wishes, max_size=3),
        "exact": rows,
        "tags": some.lists(texts, max_size=3),
        "matchers": some.lists(rows, max_size=3),
        "people": some.lists(some.tuples(some.sampled_from("xyz"), rows), max_size=3, unique_by=lambda one: one[0]).map(
            lambda people: [{**row, "login": login} for login, row in people]
        ),
        "steps": some.lists(rows, max_size=3),
        "password": some.just(SECRET),
        "note": texts,
    },
)


def kept(change, version=1):
    """Return what the server tells after a change was carried out."""
    if change.action == NOTHING:
        return change.found
    return {**as_kept(ROW, change.body), "id": 7, "version": version}


@given(things)
def test_planning_after_a_creation_gives_nothing(wanted):
    change = plan_present(ROW, wanted, None)
    assert change.action == CREATE
    again = plan_present(ROW, wanted, kept(change))
    assert (again.action, again.reasons) == (NOTHING, [])


@given(things, things)
def test_planning_after_an_update_gives_nothing(first, second):
    there = kept(plan_present(ROW, first, None))
    change = plan_present(ROW, second, there)
    again = plan_present(ROW, second, kept(change))
    assert (again.action, again.reasons) == (NOTHING, []), change.body


@given(things, things)
def test_planning_changes_neither_what_is_wanted_nor_what_is_there(first, second):
    there = kept(plan_present(ROW, first, None))
    before = copy.deepcopy((second, there))
    plan_present(ROW, second, there)
    assert (second, there) == before


@given(things, things)
def test_what_the_user_did_not_say_stays(first, second):
    there = kept(plan_present(ROW, first, None))
    change = plan_present(ROW, second, there)
    if change.action != UPDATE:
        return
    assert change.body[ADDED] == there[ADDED]
    assert not {"id", "version"} & set(change.body)
    had, sent = ROW.options_form(there), ROW.options_form(change.body)
    for name in set(had) - set(second):
        assert sent[name] == had[name], name
    for key in set(had.get("data", {})) - set(second.get("data", {})):
        assert sent["data"][key] == had["data"][key]
    for person in had.get("people", []):
        for after in sent["people"]:
            if after["login"] == person["login"]:
                assert after[ADDED] == person[ADDED]


@given(things, things)
def test_what_is_as_wanted_is_sent_as_it_was_and_does_not_show_in_the_diff(first, second):
    there = kept(plan_present(ROW, first, None))
    change = plan_present(ROW, second, there)
    if change.action != UPDATE:
        return
    had, sent = ROW.options_form(there), ROW.options_form(change.body)
    for name in set(second) - set(change.reasons):
        if BY_NAME[name].compared:
            # What an API leaves out because it is empty is said all the same.
            assert sent.get(name) == had.get(name) or name not in had
            assert change.before.get(name) == change.after.get(name) or name not in had
    assert change.before != change.after


@given(things, things, some.sampled_from(["always", "on_create"]))
def test_no_secret_shows(first, second, update_secrets):
    created = plan_present(ROW, first, None)
    updated = plan_present(ROW, second, kept(created), update_secrets)
    for change in (created, updated):
        assert SECRET not in repr((change.before, change.after, change.label, change.reasons))
    if "password" in second and update_secrets == "always":
        assert (updated.action, updated.after["password"]) == (UPDATE, "changed")


@given(things, things)
def test_the_prediction_is_what_is_found_later(first, second):
    there = kept(plan_present(ROW, first, None))
    change = plan_present(ROW, second, there)
    if change.action != UPDATE:
        return
    later = ROW.options_form(kept(change))
    for name, value in change.after.items():
        if value != MASK:
            assert equal(BY_NAME[name], value, later.get(name)), name


@given(some.dictionaries(keys, values), some.dictionaries(keys, wishes))
def test_an_overlay_covers_what_is_wanted_and_keeps_the_rest(had, wanted):
    result = overlay(had, wanted)
    assert covers(result, wanted)
    assert overlay(result, wanted) == result
    assert {key: result[key] for key in had if key not in wanted} == {key: had[key] for key in had if key not in wanted}


@given(some.sampled_from([one for one in ROW.fields if one.compared]), some.data())
def test_a_merged_value_is_as_wanted_and_merging_ends(one, data):
    one_of_these = things.filter(lambda thing: one.name in thing) if one.name != "origin" else some.just({"origin": "here"})
    wanted, had = data.draw(one_of_these)[one.name], data.draw(one_of_these)[one.name]
    result = merged(one, wanted, had)
    assert equal(one, wanted, result)
    assert merged(one, wanted, result) == result


@given(some.lists(rows, max_size=4), some.randoms(use_true_random=False))
def test_a_list_without_order_is_the_same_in_any_order(wanted, chance):
    had = [{**row, ADDED: 1} for row in wanted]
    chance.shuffle(had)
    assert same_set(had, wanted)
    assert not same_set(had[1:], wanted) or not wanted


def test_rows_of_a_list_without_order_give_way_to_each_other():
    wanted = [{"a": 1}, {"a": 1, "b": 2}]
    assert same_set([{"a": 1, "b": 2}, {"a": 1, "c": 3}], wanted)
    assert not same_set([{"a": 1, "c": 2}, {"a": 1, "c": 3}], wanted)


@pytest.mark.parametrize(
    ("name", "wanted", "had"),
    [
        ("size", 2, 3),
        ("on", True, None),
        ("every", "2h", "1h"),
        ("data", {"a": {"b": 1}}, {"a": {"b": 2}}),
        ("data", {"a": None}, {"a": 1}),
        ("data", {"a": [1]}, {"a": [1, 2]}),
        ("exact", {"a": 1}, {"a": 1, "b": 2}),
        ("tags", ["a", "a", "b"], ["a", "b", "b"]),
        ("people", [{"login": "x"}], [{"login": "x"}, {"login": "y"}]),
        ("people", [{"login": "x", "role": 1}], [{"login": "x", "role": 2}]),
        ("steps", [{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}]),
    ],
)
def test_a_difference_is_seen(name, wanted, had):
    there = {"name": "n"} if had is None else ROW.prepare(plan_present(ROW, {"name": "n", name: had}, None).body, {}, None)
    assert plan_present(ROW, {"name": "n", name: wanted}, there).reasons == [name]


def test_what_cannot_change_is_refused_before_anything_is_written():
    with pytest.raises(Failure, match="thing n: origin is 'here' and cannot become 'there'"):
        plan_present(ROW, {"name": "n", "origin": "there"}, {"name": "n", "origin": "here"})


def test_the_options_of_a_variant_count_although_only_the_server_tells_which_it_is():
    row = Resource(
        **{one: getattr(ROW, one) for one in ("kind", "words", "identities", "listing", "create", "update", "delete")},
        fields=(Field("name"), Field("type")),
        variant_by="type",
        variants={"mail": (Field("address", at="settings.address"),)},
    )
    change = plan_present(row, {"name": "n", "address": "b@x"}, {"name": "n", "type": "mail", "settings": {"address": "a@x"}})
    assert (change.reasons, change.body["settings"]) == (["address"], {"address": "b@x"})
