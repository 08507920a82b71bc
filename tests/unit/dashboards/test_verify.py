# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which dashboards verify asks of which Prometheus."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_files import shipped_dashboards
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.dashboards import panels_to_ask

from tests.unit.verify import world

ALWAYS = {"stack-overview", "nodes-overview", "node-detail", "prometheus", "alertmanager"}
WITH_GRAFANA = {**world.GROUPS, "grafana": ["mon1"]}


def asked(plan, wanted=None, seen=None):
    return panels_to_ask(plan, seen or {"prometheus": {"mon1": world.prometheus()}}, shipped_dashboards(), wanted)


def names(task):
    return {item["uid"].removeprefix("observability-") for item in task["dashboards"]}


def claims(task):
    return any(not panel["may_be_empty"] for item in task["dashboards"] for panel in item["panels"])


def test_a_stack_with_a_grafana_is_asked_for_all_that_it_has():
    (task,) = asked(world.plan(groups=WITH_GRAFANA))
    assert names(task) == {*ALWAYS, "blackbox", "grafana"}
    assert (task["key"], task["url"], task["scrape_interval"]) == ("mon1", "http://10.0.0.1:9090", "15s")
    assert claims(task)


def test_a_jaeger_that_is_scraped_brings_its_dashboard():
    assert "jaeger" in names(asked(world.plan(groups={**WITH_GRAFANA, "jaeger": ["mon2"]}))[0])
    by_hand = {"observability_external_endpoints": [{"service": "jaeger", "url": "http://traces.example.org"}]}
    assert "jaeger" not in names(asked(world.plan(groups=WITH_GRAFANA, variables={"mon1": by_hand}))[0])


def test_without_a_grafana_nobody_looks_at_dashboards_unless_somebody_says_so():
    assert asked(world.plan()) == []
    assert names(asked(world.plan(), wanted=True)[0]) == {*ALWAYS, "blackbox"}
    assert asked(world.plan(groups=WITH_GRAFANA), wanted=False) == []


def test_dashboards_of_what_the_stack_does_not_have_are_left_out():
    few = {name: hosts for name, hosts in WITH_GRAFANA.items() if name not in ("alertmanager", "nodes")}
    assert names(asked(world.plan(groups=few))[0]) == {"stack-overview", "prometheus", "blackbox", "grafana"}
    no_probes = world.plan(groups=WITH_GRAFANA, variables={"mon1": {"observability_probes": []}})
    assert names(asked(no_probes)[0]) == {*ALWAYS, "grafana"}


@pytest.mark.parametrize("values", [{"prometheus_shards": 2}, {"prometheus_scrape_inventory": False}])
def test_a_server_that_need_not_have_all_data_only_has_to_take_the_queries(values):
    (task,) = asked(world.plan(groups=WITH_GRAFANA, variables={"mon1": values}))
    assert task["dashboards"]
    assert not claims(task)


def test_agents_other_hosts_servers_and_silent_ones_are_not_asked():
    assert asked(world.plan(groups=WITH_GRAFANA, variables={"mon1": {"prometheus_agent_mode": True}})) == []
    assert asked(world.plan(groups=WITH_GRAFANA, limit=["web1"])) == []
    assert asked(world.plan(groups=WITH_GRAFANA), seen={"prometheus": {"mon1": {"msg": "refused"}}}) == []
