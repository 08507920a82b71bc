# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What verify says of a Grafana: its own health, and each data source that the inventory promises."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.filter.verify_password import verify_password
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import prove

from tests.unit.verify.world import GROUPS, TARGETS, failed, plan, seen, target

WITH_GRAFANA = {**GROUPS, "grafana": ["mon2"]}


def the_plan(**values):
    return plan(groups=WITH_GRAFANA, variables={"mon2": {"ansible_host": "10.0.0.2", "grafana_admin_password": "open-sesame", **values}})


def source(name, status="OK", message="works"):
    return {"name": name, "uid": name.lower(), "url": f"http://{name.lower()}", "status": status, "message": message}


def observed(**over):
    sources = [source("Prometheus"), source("Alertmanager", "UNKNOWN", "no check on the server"), source("Alertmanager mon2"), source("Shop", "ERROR")]
    healthy = seen()
    healthy["grafana"] = {"mon2": {"database": "ok", "version": "13.2.2", "datasources": sources, **over}}
    healthy["prometheus"]["mon1"]["targets"]["active"].append(target("grafana", "mon2", "10.0.0.2:3000"))
    return healthy


def about_grafana(observation, **values):
    return {key[2:]: detail for key, detail in failed(the_plan(**values), observation).items() if key[0] == "grafana"}


def test_a_healthy_grafana_fails_nothing_and_what_nobody_described_is_not_judged():
    assert TARGETS and about_grafana(observed()) == {}
    names = [
        (record["name"], record["subject"])
        for record in prove(the_plan(), observed())
        if record["service"] == "grafana" and record["name"] == "data source works"
    ]
    assert [subject for _name, subject in names] == ["Prometheus", "Alertmanager", "Alertmanager mon2"]


def test_a_data_source_that_is_missing_or_does_not_work():
    broken = observed(datasources=[source("Prometheus", "ERROR", "connection refused"), source("Alertmanager mon2")])
    assert about_grafana(broken) == {
        ("data source works", "Prometheus"): "connection refused",
        ("data source works", "Alertmanager"): "there is no such data source",
    }


def test_a_grafana_that_does_not_answer_or_lost_its_database():
    silent = observed()
    silent["grafana"]["mon2"] = {"msg": "Connection refused"}
    assert about_grafana(silent) == {("API answers", ""): "Connection refused"}
    assert about_grafana(observed(database="failing"))[("API answers", "")] == "its database: failing"


def test_without_a_password_it_is_said_that_nothing_was_tried():
    proofs = [record for record in prove(the_plan(), observed(datasources=None)) if record["name"] == "data source works"]
    assert [record["ok"] for record in proofs] == [None] and "grafana_admin_password" in proofs[0]["detail"]


def test_data_sources_that_are_not_wanted_are_not_missed():
    assert the_plan(grafana_datasources_from_inventory=False)["grafana"][0]["sources"] == []


def test_an_agent_is_no_data_source():
    values = {"mon1": {"ansible_host": "10.0.0.1", "prometheus_agent_mode": True}, "mon2": {}}
    assert "Prometheus" not in plan(groups=WITH_GRAFANA, variables=values)["grafana"][0]["sources"]


@pytest.mark.parametrize(
    "values",
    [
        {"grafana_admin_password": "open-sesame"},
        {"grafana_security": {"admin_password": "open-sesame"}},
        {"grafana_ini": {"security": {"admin_user": "admin", "admin_password": "open-sesame"}}, "grafana_basic_auth_users": {"scraper": "other"}},
    ],
)
def test_the_administrator_logs_in_and_the_plan_does_not_tell_how(values):
    made = plan(groups=WITH_GRAFANA, variables={"mon2": values})
    login = made["grafana"][0]["login"]
    assert login["user"] == "admin" and "open-sesame" not in str(made)
    assert verify_password(login, {"mon2": values}) == "open-sesame"


def test_nobody_logs_in_without_a_password():
    assert plan(groups=WITH_GRAFANA)["grafana"][0]["login"]["user"] == ""
