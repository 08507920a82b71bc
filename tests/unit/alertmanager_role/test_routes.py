# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import itertools
import json

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_config import build
from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_routes import matcher, named_receivers, routes_by_label
from ansible_collections.observability.stack.plugins.plugin_utils.plain import to_yaml

from tests.unit.alertmanager_role.settings import settings
from tests.unit.programs import program, run

BY = {
    "severity": {"critical": "pager", "page": "pager", "info": "nobody"},
    "team": {"shop": "shop-chat", "ops": "pager", "both": ["shop-chat", "db-chat"]},
    "odd": {'q"uote': "db-chat", "back\\slash": "shop-chat", "a.b|c": "pager", "a-b c": "pager"},
}


def receivers_of(labels, by):
    """The rule of the documentation, told without routes."""
    named = [target for label, values in by.items() for value, target in values.items() if labels.get(label) == value]
    flat = list(itertools.chain.from_iterable([one] if isinstance(one, str) else one for one in named))
    return {"nobody"} if "nobody" in flat else set(flat) or {"ops"}


def test_values_with_one_receiver_share_a_route_and_other_ways_to_it_exclude_them():
    assert routes_by_label({"severity": {"critical": "pager", "page": "pager"}, "team": {"ops": "pager", "shop": "chat"}}) == [
        {"receiver": "pager", "matchers": ['severity=~"critical|page"'], "continue": True},
        {"receiver": "pager", "matchers": ['team="ops"', 'severity!~"critical|page"'], "continue": True},
        {"receiver": "chat", "matchers": ['team="shop"'], "continue": True},
    ]


def test_a_target_may_carry_more_of_a_route():
    by = {"team": {"shop": {"receiver": "chat", "mute_time_intervals": ["night"], "matchers": ['env="prod"'], "continue": False}}}
    assert routes_by_label(by) == [{"receiver": "chat", "matchers": ['team="shop"', 'env="prod"'], "continue": False, "mute_time_intervals": ["night"]}]
    assert by["team"]["shop"]["matchers"] == ['env="prod"']


@pytest.mark.parametrize("by", [{"team": "shop-chat"}, {"team": {"shop": None}}, {"team": {"shop": []}}, {"team": {"shop": {"x": 1}}}])
def test_a_target_of_another_form_is_refused_by_the_variables_name(by):
    with pytest.raises(ValueError, match="alertmanager_routes_by"):
        routes_by_label(by)


def test_matchers_quote():
    assert matcher("team", "=", ["a"]) == 'team="a"'
    assert matcher("dotted.label", "!=", ["a"]) == '"dotted.label"!="a"'
    assert matcher("x", "=", ["a.b", "c"]) == 'x=~"a\\\\.b|c"'


def test_receivers_of_a_tree_are_each_named_once():
    assert named_receivers({"receiver": "a", "routes": [{"receiver": "b", "routes": [{"receiver": "a"}]}, {}]}) == ["a", "b"]


def alerts():
    values = {label: [*values, None] for label, values in BY.items()}
    for combination in itertools.product(*values.values()):
        yield {label: value for label, value in zip(values, combination, strict=True) if value is not None}


def test_alertmanager_routes_each_alert_as_the_rule_says(tmp_path):
    amtool = program("amtool", "alertmanager")
    names = ["ops", "pager", "shop-chat", "db-chat"]
    config = build(settings(receivers=[{"name": name} for name in names], routes_by=BY))
    path = tmp_path / "alertmanager.yml"
    path.write_text(to_yaml(config), encoding="utf-8")
    checked = 0
    for labels in itertools.islice(alerts(), 0, None, 3):
        words = ["%s=%s" % (name, json.dumps(value)) for name, value in labels.items()]
        answer = run(amtool, "config", "routes", "test", "--config.file=%s" % path, *words)
        found = [name for name in answer.stdout.strip().split(",") if name]
        assert (sorted(found), answer.returncode) == (sorted(receivers_of(labels, BY)), 0), (labels, answer.stderr)
        checked += 1
    assert checked > 20
