# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.path import receiver_tasks
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import prove

from tests.unit.verify import world

BOTH = dict.fromkeys(("rule", "api"))


def path(**options):
    (found,) = world.plan(**options)["paths"]
    return found


def test_the_whole_inventory():
    plan = world.plan()
    assert [server["url"] for server in plan["prometheus"]] == ["http://10.0.0.1:9090"]
    assert [server["config"] for server in plan["alertmanager"]] == ["/etc/alertmanager/alertmanager.yml"] * 2
    assert plan["mesh"] == {"default": ["mon1", "mon2"]}
    steps = {kind: [{name: item[name] for name in item if name != "login"} for item in items] for kind, items in plan["steps"].items()}
    assert steps == {
        "receivers": [{"key": "mon1", "port": 19099, "linger": 27}, {"key": "mon2", "port": 19099, "linger": 27}],
        "metrics": [{"key": "default", "host": "mon1", "path": "/var/lib/node_exporter/observability_verify.prom", "run": "R-rule"}],
        "posts": [{"key": "mon1", "urls": ["http://10.0.0.1:9093", "http://10.0.0.2:9093"], "run": "R-api"}],
        "rulers": [{"key": "mon1", "url": "http://10.0.0.1:9090", "run": "R-rule"}],
    }


def test_variables_of_the_hosts_are_followed():
    mine = {
        "prometheus_config_dir": "/srv/p",
        "prometheus_web_external_url": "https://x/prom",
        "prometheus_web_listen_address": "0.0.0.0:9999",
        "node_exporter_textfile_dir": "/srv/text",
    }
    plan = world.plan(variables={"mon1": mine})
    assert plan["prometheus"][0]["config"] == "/srv/p/prometheus.yml"
    assert plan["prometheus"][0]["url"] == "http://10.0.0.1:9999/prom"
    assert plan["steps"]["metrics"][0]["path"] == "/srv/text/observability_verify.prom"


def test_in_check_mode_nothing_is_sent_and_the_report_says_so():
    plan = world.plan(check_mode=True)
    assert not any(plan["steps"].values())
    assert set(path(check_mode=True)["skipped"]) == set(BOTH)
    skipped = [record for record in prove(plan, world.seen()) if record["ok"] is None]
    assert [(record["name"], record["detail"]) for record in skipped] == [
        ("alert by rule arrives", "in check mode verify only reads"),
        ("alert by API arrives", "in check mode verify only reads"),
    ]


@pytest.mark.parametrize(
    ("variables", "ways", "skipped"),
    [
        ({}, ["rule", "api"], {}),
        ({"mon1": {"prometheus_verify_rule": False}}, ["rule", "api"], {"rule": "prometheus_verify_rule is off"}),
        ({"mon1": {"prometheus_agent_mode": "true"}}, ["api"], {"rule": "prometheus_verify_rule is off"}),
        (
            {host: {"alertmanager_verify_receiver": "no"} for host in ("mon1", "mon2")},
            ["rule", "api"],
            dict.fromkeys(("rule", "api"), "alertmanager_verify_receiver is off"),
        ),
        (
            {host: {"node_exporter_textfile_dir": ""} for host in ("mon1", "mon2", "web1")},
            ["rule", "api"],
            {"rule": "no node_exporter with a textfile directory is in this run"},
        ),
    ],
)
def test_ways_that_are_switched_off(variables, ways, skipped):
    found = path(variables=variables)
    assert (found["ways"], found["skipped"]) == (ways, skipped)


def test_a_limit_proves_its_hosts_and_touches_no_other():
    plan = world.plan(limit=["web1"])
    assert plan["alertmanager"] == []
    assert plan["paths"] == []
    assert not any(plan["steps"].values())
    records = prove(plan, world.seen())
    assert [(record["service"], record["host"], record["name"]) for record in records] == [("node_exporter", "web1", "target is up")]


def test_a_limit_to_an_alertmanager_posts_and_listens_there_only():
    plan = world.plan(limit=["mon2"])
    assert [item["key"] for item in plan["steps"]["receivers"]] == ["mon2"]
    assert plan["steps"]["posts"][0]["urls"] == ["http://10.0.0.2:9093"]
    assert plan["steps"]["metrics"][0]["host"] == "mon2"
    assert plan["mesh"] == {"default": ["mon1", "mon2"]}
    assert {record["host"] for record in prove(plan, world.seen())} == {"mon1", "mon2"}


def test_what_is_not_in_the_inventory_is_not_listed():
    groups = {"all": ["mon1"], "nodes": ["mon1"], "prometheus": ["mon1"]}
    plan = world.plan(groups=groups, variables={"mon1": {"observability_probes": []}})
    seen = {**{kind: {} for kind in world.seen()}, "prometheus": {"mon1": world.prometheus()}}
    services = {record["service"] for record in prove(plan, seen)}
    assert services == {"prometheus", "node_exporter"}
    assert plan["paths"] == []


def test_an_alertmanager_of_somebody_else_must_be_known_but_nothing_is_read_from_its_host():
    given = [{"service": "alertmanager", "url": "https://alerts.example/am"}]
    plan = world.plan(variables={"mon1": {"observability_external_endpoints": given}})
    (theirs,) = [server for server in plan["alertmanager"] if not server["managed"]]
    assert theirs["url"] == "https://alerts.example:443/am"
    assert "alerts.example" not in str(plan["steps"])
    seen = world.seen()
    seen["alertmanager"]["alerts.example"] = world.member(3)
    assert set(world.failed(plan, seen)) == {
        ("prometheus", "mon1", "sends alerts to Alertmanager", "alerts.example"),
        ("alertmanager", "alerts.example", "target is up", "from mon1"),
    }


def test_stacks_are_kept_apart():
    other = {"web1": {"observability_stack": "berlin"}}
    groups = {**world.GROUPS, "alertmanager": ["mon1", "mon2", "web1"]}
    plan = world.plan(groups=groups, variables=other)
    assert plan["mesh"] == {"berlin": ["web1"], "default": ["mon1", "mon2"]}
    assert [(item["key"], item["urls"]) for item in plan["steps"]["posts"]] == [
        ("web1", ["http://10.0.0.3:9093"]),
        ("mon1", ["http://10.0.0.1:9093", "http://10.0.0.2:9093"]),
    ]
    assert ("node_exporter", "web1", "target is up", "from mon1") not in world.failed(plan, world.seen())


def test_probes_go_through_the_exporters_that_they_name():
    groups = {**world.GROUPS, "blackbox_exporter": ["mon1", "mon2"]}
    probes = [{"name": "a", "targets": ["x", "y"]}, {"name": "b", "targets": ["z"], "exporters": ["mon2"], "module": "icmp"}]
    (server,) = world.plan(groups=groups, variables={"mon1": {"observability_probes": probes}})["prometheus"]
    assert [(probe["name"], probe["target"], probe["exporter"], probe["module"]) for probe in server["probes"]] == [
        ("a", "x", "mon1", "http_2xx"),
        ("a", "x", "mon2", "http_2xx"),
        ("a", "y", "mon1", "http_2xx"),
        ("a", "y", "mon2", "http_2xx"),
        ("b", "z", "mon2", "icmp"),
    ]


def test_the_member_that_notifies_first_is_read_first_and_waited_for():
    tasks = receiver_tasks(path(), "firing", world.seen())
    assert [(task["host"], task["first"]) for task in tasks] == [("mon2", True), ("mon1", False)]
    assert [wish["labels"]["run"] for wish in tasks[0]["wait_for"]] == ["R-rule", "R-api"]


def test_an_alertmanager_that_does_not_answer_is_read_last():
    seen = world.seen()
    seen["alertmanager"]["mon2"] = {"msg": "refused"}
    assert [task["host"] for task in receiver_tasks(path(), "firing", seen)] == ["mon1", "mon2"]


@pytest.mark.parametrize(
    "result",
    [None, {"changed": False, "msg": "Port 19099 is used"}, {"changed": False, "unreachable": True, "msg": "ssh: refused"}],
)
def test_where_no_receiver_listens_nobody_waits(result):
    seen = world.seen()
    seen["receivers"]["mon2"] = result
    tasks = receiver_tasks(path(), "firing", seen)
    assert [(task["host"], task["first"]) for task in tasks] == [("mon1", True)]


def test_the_end_is_awaited_only_of_what_began():
    seen = world.seen()
    seen["firing"]["mon2"]["alerts"].pop(1)
    assert [wish["labels"]["run"] for wish in receiver_tasks(path(), "resolved", seen)[0]["wait_for"]] == ["R-api"]
    seen["firing"]["mon2"]["alerts"].clear()
    assert receiver_tasks(path(), "resolved", seen) == []
