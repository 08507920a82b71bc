# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify says of the Jaegers: that their API answers, and that a trace that was sent is found."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import prove

from tests.unit.verify.world import GROUPS, failed, plan, seen, target

WITH_JAEGER = {**GROUPS, "jaeger": ["mon2"]}
SHARED = {"jaeger_storage_type": "opensearch"}


def the_plan(groups=WITH_JAEGER, **options):
    return plan(groups=groups, **options)


def observed(**over):
    healthy = seen()
    healthy["jaeger"] = {"mon2": {"services": ["shop"], "traces": []}}
    healthy["traces_sent"] = {"mon2": {"trace_id": "ab", "span_count": 3}}
    healthy["traces_found"] = {"mon2": {"traces": [{}], "waited": 1.2}}
    targets = healthy["prometheus"]["mon1"]["targets"]["active"]
    targets += [target("jaeger", "mon2", "10.0.0.2:8888"), target("jaeger-spanmetrics", "mon2", "10.0.0.2:8889")]
    return {**healthy, **over}


def about_jaeger(observation, **options):
    return {key[2]: detail for key, detail in failed(the_plan(**options), observation).items() if key[0].startswith("jaeger")}


def test_a_healthy_jaeger_fails_nothing():
    assert about_jaeger(observed()) == {}
    (found,) = [one for one in prove(the_plan(), observed()) if one["name"] == "a trace that is sent is found"]
    assert found["ok"] and found["seconds"] == 1.2 and found["detail"] == "3 spans, asked at http://10.0.0.2:16686"


@pytest.mark.parametrize(
    ("broken", "name", "why"),
    [
        ({"jaeger": {}}, "API answers", "nothing was observed"),
        ({"jaeger": {"mon2": {"msg": "GET ... failed: connection refused"}}}, "API answers", "connection refused"),
        ({"traces_sent": {"mon2": {"msg": "refused 3 of the spans"}}}, "a trace that is sent is found", "refused 3"),
        ({"traces_found": {"mon2": {"msg": "not as expected within 120 s"}}}, "a trace that is sent is found", "within 120 s"),
        ({"traces_found": {}}, "a trace that is sent is found", "nothing was observed"),
    ],
)
def test_what_is_wrong_is_named(broken, name, why):
    found = about_jaeger(observed(**broken))
    assert why in found.pop(name)
    assert found == {}


def test_its_metrics_and_those_of_its_spans_are_targets():
    observation = observed()
    del observation["prometheus"]["mon1"]["targets"]["active"][-2:]
    found = {key[0] for key in failed(the_plan(), observation)}
    assert {service for service in found if service.startswith("jaeger")} == {"jaeger_metrics", "jaeger_spanmetrics"}


def test_check_mode_sends_no_trace():
    the = the_plan(check_mode=True)
    assert [one["skipped"] for one in the["jaeger_receivers"]] == ["in check mode verify only reads"]
    assert [one["ok"] for one in prove(the, observed()) if one["name"] == "a trace that is sent is found"] == [None]


def test_what_a_collector_receives_is_asked_of_a_query():
    roles = {"mon1": {"jaeger_role": "query", **SHARED}, "mon2": {"jaeger_role": "collector", **SHARED}}
    the = the_plan({**GROUPS, "jaeger": ["mon1", "mon2"]}, variables=roles)
    assert [one["host"] for one in the["jaeger"]] == ["mon1"]
    assert [(one["host"], one["ask"]["url"]) for one in the["jaeger_receivers"]] == [("mon2", "http://10.0.0.1:16686")]


def test_without_a_query_there_is_nobody_to_ask():
    the = the_plan(variables={"mon2": {"jaeger_role": "collector", **SHARED}})
    assert "no Jaeger of this stack has a query API" in the["jaeger_receivers"][0]["skipped"]


def test_each_run_and_receiver_has_a_trace_of_its_own():
    groups = {**GROUPS, "jaeger": ["mon1", "mon2"]}
    ids = [one["trace_id"] for run in ("R", "S") for one in the_plan(groups, run=run)["jaeger_receivers"]]
    assert len(set(ids)) == 4 and all(len(one) == 32 and int(one, 16) for one in ids)
