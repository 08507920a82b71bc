# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A kind against a server: one list, only the writes that are needed, and a failure that tells how far it came."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure
from ansible_collections.observability.stack.plugins.module_utils.engine.kind import ApplyError, Kind, Orders, reconcile
from ansible_collections.observability.stack.plugins.module_utils.engine.plan import DELETE
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import Field, Listing, Resource
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.unit.engine.fake_api import FakeApi

ROW = Resource(
    kind="thing",
    words="thing",
    fields=(
        Field("uid"),
        Field("title", required=True, normalise=lambda text: text.strip() if isinstance(text, str) else text),
        Field("tags", "list", elements="str", unordered=True),
        Field("data", "dict"),
        Field("password", secret=True),
    ),
    identities=(("uid",), ("title",)),
    direct={"uid": "/things/{uid}"},
    listing=Listing("/things", rows="things", paged=True, page_size=10),
    create=("POST", "/things"),
    update=("PUT", "/things/{uid}"),
    delete=("DELETE", "/things/{uid}"),
    server_only=("id",),
)


@dataclasses.dataclass
class Server:
    """A kind, and the API of a server for it."""

    kind: Kind
    api: FakeApi

    def run(self, *wanted, check=False, **orders):
        """Return what was decided; in check mode nothing may be sent."""
        self.api.read_only, self.api.asked = check, []
        try:
            return reconcile(self.kind, self.api, [dict(one) for one in wanted], Orders(**orders))[0]
        finally:
            self.api.read_only = False


class OneAfterTheOther(Kind):
    ordered = True


@pytest.fixture
def server():
    return Server(OneAfterTheOther(ROW), FakeApi(ROW))


def thing(number, **more):
    return {"uid": f"u{number}", "title": f"Thing {number}", **more}


def actions(changes):
    return [one.action for one in changes]


def test_a_thing_is_made_changed_left_alone_and_removed(server):
    assert actions(server.run(thing(1, password="x"))) == ["create"]
    assert actions(server.run(thing(1, password="x"))) == ["nothing"]
    assert server.api.asked == [("GET", "/things/u1")]
    assert actions(server.run(thing(1, tags=["a"]))) == ["update"]
    assert actions(server.run(thing(1), state="absent")) == ["delete"]
    assert actions(server.run(thing(1), state="absent")) == ["nothing"]


def test_many_are_found_by_one_list_and_written_only_where_they_differ(server):
    server.run(*[thing(number) for number in range(25)])
    changes = server.run(*[thing(number, tags=["x"] if number == 7 else []) for number in range(25)])
    assert [one.label for one in changes if one.writes] == ["thing u7"]
    assert server.api.asked == [("GET", "/things")] * 3 + [("PUT", "/things/u7")]


def test_finding_many_does_not_compare_each_with_each(server):
    named = []
    server.kind.names = lambda found: named.append(1) or {"uid": found["uid"], "title": found["title"]}
    server.api.objects = [thing(number) for number in range(1000)]
    assert {one.action for one in server.run(*[thing(number) for number in range(1000)])} == {"nothing"}
    assert len(named) <= 2 * 1000


def test_a_name_is_compared_in_its_normal_form(server):
    server.run({"title": "Thing"})
    assert actions(server.run({"title": " Thing "}, {"title": "Other"})) == ["nothing", "create"]


def test_only_what_may_go_is_purged_and_the_last_goes_first(server):
    server.run(*[thing(number) for number in range(6)])
    changes = server.run(thing(0), purge=True, may_go=lambda found: found["uid"] != "u3")
    assert sorted(one.label for one in changes if one.action == DELETE) == ["thing Thing 1", "thing Thing 2", "thing Thing 4", "thing Thing 5"]
    assert server.api.writes == [("DELETE", f"/things/u{number}") for number in (1, 2, 4, 5)]
    assert sorted(one["uid"] for one in server.api.objects) == ["u0", "u3"]


def test_a_failure_tells_what_and_how_far_and_the_next_run_goes_on(server):
    server.api.fail_after = 2
    with pytest.raises(ApplyError, match="Could not create the thing u2: .* a fault. 2 of 4 changes were made before; run again") as caught:
        server.run(*[thing(number) for number in range(4)])
    assert caught.value.change.wanted["uid"] == "u2"
    server.api.fail_after = None
    assert actions(server.run(*[thing(number) for number in range(4)])) == ["nothing", "nothing", "create", "create"]


@pytest.mark.parametrize(
    ("wanted", "words", "number"),
    [
        ([thing(1), thing(2), thing(1)], "thing u1 is described twice", 2),
        ([thing(1), {"title": "Thing 1"}], "thing Thing 1 and thing u1 are the same object", 1),
        ([thing(1), {"title": "Twin"}], "There are 2 of thing Twin. Say which one by uid", 1),
    ],
)
def test_what_is_meant_is_never_guessed(server, wanted, words, number):
    server.api.objects = [thing(1), {"uid": "a", "title": "Twin"}, {"uid": "b", "title": "Twin"}]
    with pytest.raises(Failure, match=words) as caught:
        server.run(*wanted)
    assert caught.value.number == number
    assert server.api.writes == []


def test_a_thing_without_a_name_is_refused(server):
    with pytest.raises(Failure, match="thing: name one by uid or title"):
        server.run({"tags": ["x"]})


def test_an_incomplete_list_is_completed_only_for_what_is_meant():
    row = dataclasses.replace(ROW, listing=dataclasses.replace(ROW.listing, complete=False))
    server = Server(OneAfterTheOther(row), FakeApi(row))
    server.run(*[thing(number) for number in range(5)])
    server.run(thing(1), thing(2))
    assert sorted(server.api.asked) == [("GET", "/things"), ("GET", "/things/u1"), ("GET", "/things/u2")]


def test_a_kind_that_cannot_be_updated_is_replaced():
    row = dataclasses.replace(ROW, update=None)
    server = Server(Kind(row), FakeApi(row))
    server.run(thing(1))
    server.run(thing(1, tags=["new"]))
    assert server.api.writes == [("DELETE", "/things/u1"), ("POST", "/things")]


things = some.lists(
    some.fixed_dictionaries(
        {"title": some.text(min_size=1, max_size=3).filter(str.strip)},
        optional={"tags": some.lists(some.text(max_size=2), max_size=3), "data": some.dictionaries(some.text(max_size=2), some.integers())},
    ),
    max_size=4,
).map(lambda them: [{**one, "uid": f"u{number}"} for number, one in enumerate(them)])


@given(things, things, some.booleans())
@settings(max_examples=60)
def test_check_mode_predicts_the_run_and_the_second_run_does_nothing(first, second, purge):
    server = Server(Kind(ROW), FakeApi(ROW))
    server.run(*first)
    orders = {"purge": purge, "may_go": lambda _found: True}
    foreseen = server.run(*second, check=True, **orders)
    assert server.api.writes == []
    done = server.run(*second, **orders)
    assert [(one.action, one.label, one.before, one.after) for one in foreseen] == [(one.action, one.label, one.before, one.after) for one in done]
    assert not any(one.writes for one in server.run(*second, **orders))
    if purge:
        assert len(server.api.objects) == len(second)


@given(things)
@settings(max_examples=60)
def test_what_is_exported_asks_for_no_change_and_makes_the_same_elsewhere(first):
    one, other = Server(Kind(ROW), FakeApi(ROW)), Server(Kind(ROW), FakeApi(ROW))
    one.run(*[dict(wanted, password="hidden") for wanted in first])
    exported = one.kind.export(one.api)
    assert "hidden" not in repr(exported)
    assert not any(change.writes for change in one.run(*exported))
    other.run(*exported)
    assert sorted(other.kind.export(other.api), key=str) == sorted(exported, key=str)
