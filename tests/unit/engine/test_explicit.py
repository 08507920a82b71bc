# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where leaving a value out means something, false and empty are written; and a kind may see differences of its own."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.compare import equal, merged
from ansible_collections.observability.stack.plugins.module_utils.engine.plan import NOTHING, plan_present
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import Field, Listing, Resource

CASES = [("bool", False, None), ("dict", {"a": False}, {}), ("dict", {"a": {"b": False}}, {"a": {}}), ("dict", {"a": [{"b": ""}]}, {"a": [{}]})]


@pytest.mark.parametrize(("kind", "wanted", "had"), CASES)
def test_an_explicit_value_differs_from_none(kind, wanted, had):
    assert equal(Field("x", kind), wanted, had)
    explicit = Field("x", kind, explicit=True)
    assert not equal(explicit, wanted, had)
    assert equal(explicit, wanted, merged(explicit, wanted, had))


def test_an_explicit_key_that_is_to_be_gone_is_as_wanted_when_it_is():
    assert equal(Field("x", "dict", explicit=True), {"a": None}, {"b": 1})


def test_a_difference_that_a_kind_found_is_a_reason_to_write():
    fields = (Field("name", required=True),)
    row = Resource("thing", "thing", fields, (("name",),), Listing("/t"), create=("POST", "/t"), delete=("DELETE", "/t/{name}"))
    there = {"name": "x", "id": 1}
    assert plan_present(row, {"name": "x"}, there).action == NOTHING
    change = plan_present(row, {"name": "x"}, there, also=["links"])
    assert (change.action, change.reasons, change.body["name"]) == ("update", ["links"], "x")
