# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for the row of every kind, on a server that adds fields, drops secrets and reorders lists.

A kind that is registered is tested here without being named.
"""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.kind import Kind
from ansible_collections.observability.stack.plugins.module_utils.engine.plan import CREATE, NOTHING, UPDATE, plan_absent, plan_present, plan_purge
from ansible_collections.observability.stack.plugins.module_utils.engine.resource import at_place
from ansible_collections.observability.stack.plugins.module_utils.grafana.registry import KINDS

from tests.unit.engine.fake_api import ADDED, as_kept
from tests.unit.grafana.samples import SECRET, plain, sample, wanted

ROWS = [(plain(kind.resource), variant) for kind in KINDS.values() for variant in (kind.resource.variants or {"": ()})]
each_row = pytest.mark.parametrize(("row", "variant"), ROWS, ids=[f"{row.kind}-{variant}" if variant else row.kind for row, variant in ROWS])


def told(row, body):
    """Return what the server tells of an object after this body was sent."""
    return {**dict.fromkeys(row.server_only, "the server's own"), **as_kept(row, body)}


def there(row, variant):
    """Return an object as the server tells it."""
    return told(row, plan_present(row, wanted(row, variant, 0), None).body)


@each_row
def test_the_second_run_changes_nothing(row, variant):
    first = plan_present(row, wanted(row, variant, 0), None)
    assert first.action == CREATE
    again = plan_present(row, wanted(row, variant, 0), told(row, first.body))
    assert (again.action, again.reasons) == (NOTHING, [])


@each_row
def test_each_option_is_seen_and_written_and_then_as_wanted(row, variant):
    found = there(row, variant)
    for one in row.fields_of({row.variant_by: variant}):
        if not one.compared or one.immutable or one.name == row.variant_by:
            continue
        other = {**wanted(row, variant, 0), one.name: sample(row.kind, one, 1)}
        if one.normalise(other[one.name]) == one.normalise(wanted(row, variant, 0)[one.name]):
            continue
        change = plan_present(row, other, found)
        assert (change.action, change.reasons) == (UPDATE, [one.name])
        assert plan_present(row, other, told(row, change.body)).action == NOTHING, one.name


@each_row
def test_what_the_user_did_not_say_is_kept(row, variant):
    found = there(row, variant)
    for one in row.fields_of({row.variant_by: variant}):
        names = {name: wanted(row, variant, 0)[name] for name in row.identities[0]}
        if not one.compared or one.immutable or one.name in names:
            continue
        change = plan_present(row, {**names, one.name: sample(row.kind, one, 1)}, found)
        if change.action == NOTHING or one.name == row.variant_by:
            continue
        sent = told(row, change.body)
        assert sent[ADDED] == found[ADDED]
        touching = {two.name for two in row.fields if two.place[: len(one.place)] == one.place or one.place[: len(two.place)] == two.place} | {one.name}
        had, has = Kind(row).exported(found), Kind(row).exported(sent)
        assert {name: has.get(name) for name in had if name not in touching} == {name: had[name] for name in had if name not in touching}


@each_row
def test_no_secret_is_shown(row, variant):
    first = plan_present(row, wanted(row, variant, 0), None)
    second = plan_present(row, wanted(row, variant, 1), told(row, first.body)) if not any(one.immutable for one in row.fields) else first
    gone = [plan_absent(row, wanted(row, variant, 0), told(row, first.body)), *plan_purge(row, [told(row, first.body)])]
    for change in (first, second, *gone):
        assert SECRET not in repr((change.before, change.after, change.label, change.reasons))
    spec = row.argument_spec()
    assert all(spec[one.name]["no_log"] is True for one in row.fields_of({row.variant_by: variant}) if one.secret)


@each_row
def test_the_server_is_not_sent_what_is_its_own(row, variant):
    body = plan_present(row, {**wanted(row, variant, 0)}, there(row, variant), "always").body or {}
    assert not set(row.server_only) & set(body)


@each_row
def test_every_option_that_is_compared_arrives(row, variant):
    body = plan_present(row, wanted(row, variant, 0), None).body
    assert [one.name for one in row.fields_of({row.variant_by: variant}) if one.compared and at_place(row.unprepare(dict(body)), one.place) is None] == []
