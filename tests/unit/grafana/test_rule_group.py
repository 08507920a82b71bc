# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups of rules: compared as a whole, in normal forms, only in folders that are there."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.grafana.rule_group import RULE_GROUP, RuleGroups

from tests.unit.grafana.running import converge, run_module

ADMIN = ("admin", "admin")
API = "/api/v1/provisioning"
GROUP = f"{API}/folder/f1/rule-groups/g"


def run(grafana, **options):
    return run_module("grafana_rule_group", grafana.url, **options)


def done(grafana, **options):
    return converge("grafana_rule_group", grafana.url, **options)


def call(grafana, verb, path, **options):
    answer = requests.request(verb, grafana.url + path, auth=ADMIN, timeout=5, **options)
    return answer.json() if answer.content else None


@pytest.fixture
def folder(grafana):
    call(grafana, "POST", "/api/folders", json={"uid": "f1", "title": "Földer"})
    return {"folder_uid": "f1", "name": "g"}


def rule(title="up", **more):
    query = {"refId": "A", "datasourceUid": "__expr__", "model": {"refId": "A", "type": "math", "expression": "1 == 1"}}
    return {"title": title, "condition": "A", "data": [query], **more}


def test_a_group_is_made_changed_and_removed(grafana, folder):
    made = done(grafana, **folder, rules=[rule(uid="r1"), rule("down ☃")])
    assert made["action"] == "created" and made["rule_group"]["interval"] == 60
    assert all(one["uid"] for one in made["rule_group"]["rules"])
    uids = [one["uid"] for one in made["rule_group"]["rules"]]
    changed = done(grafana, **folder, interval="2m", rules=[rule("rënamed", uid="r1", **{"for": "90s"}), rule("down ☃", labels={"team": "a"})])
    assert [one["uid"] for one in changed["rule_group"]["rules"]] == uids
    assert (changed["rule_group"]["interval"], changed["rule_group"]["rules"][0]["for"]) == (120, "1m30s")
    before, after = changed.before_and_after[0]
    assert (before["rules"][0]["title"], after["rules"][0]["title"], after["interval"]) == ("up", "rënamed", "2m")
    done(grafana, **folder, rules=[rule("rënamed", uid="r1")])
    assert [one["uid"] for one in call(grafana, "GET", GROUP)["rules"]] == ["r1"]
    assert done(grafana, **folder, state="absent")["action"] == "deleted"
    assert call(grafana, "GET", f"{API}/alert-rules") == []


def test_a_second_run_asks_once_and_writes_nothing(grafana, folder):
    run(grafana, **folder, rules=[rule()])
    del grafana.requests[:]
    assert not run(grafana, **folder, rules=[rule()])["changed"]
    assert grafana.requests == [("GET", GROUP)]


@pytest.mark.parametrize(
    "more",
    [
        {"for": "120s"},
        {"for": 300},
        {"keep_firing_for": "1h30m"},
        {"labels": {"severity": 1, "paged": True}},
        {"notification_settings": {"receiver": "grafana-default-email", "group_wait": "90s"}},
        {"is_paused": True, "no_data_state": "OK", "exec_err_state": "Alerting"},
        {"missing_series_evals_to_resolve": 3},
    ],
)
def test_what_is_written_differently_and_means_the_same_is_no_change(grafana, folder, more):
    done(grafana, **folder, interval=120, rules=[rule(**more)])
    assert not run(grafana, **folder, interval="2m", rules=[rule(**more)])["changed"]


def test_labels_and_queries_are_replaced_and_the_rest_is_kept(grafana, folder):
    run(grafana, **folder, rules=[rule(labels={"a": "1", "b": "2"}, annotations={"summary": "s"}, **{"for": "5m"})])
    changed = done(grafana, **folder, rules=[rule(labels={"a": "1"})])
    there = changed["rule_group"]["rules"][0]
    assert (there["labels"], there["annotations"], there["for"]) == ({"a": "1"}, {"summary": "s"}, "5m")
    slimmer = rule()
    slimmer["data"][0]["model"] = {"refId": "A", "type": "math", "expression": "2 == 2"}
    done(grafana, **folder, rules=[slimmer])


def test_names_of_the_api_and_snake_case_are_taken(grafana, folder):
    query = {"ref_id": "A", "datasource_uid": "__expr__", "relative_time_range": {"from": 600, "to": 0}, "model": {"type": "math", "expression": "1"}}
    done(grafana, **folder, rules=[{"name": "up", "condition": "A", "noDataState": "OK", "execErrState": "OK", "isPaused": True, "data": [query]}])
    there = call(grafana, "GET", GROUP)["rules"][0]
    assert (there["noDataState"], there["isPaused"], there["data"][0]["datasourceUid"]) == ("OK", True, "__expr__")


def test_a_recording_rule_has_no_condition(grafana, folder):
    record = {"metric": "m_total", "from": "A", "target_datasource_uid": "prom"}
    done(grafana, **folder, rules=[rule(record=record, no_data_state="OK", **{"for": "5m"}), rule("alert")])
    assert call(grafana, "GET", GROUP)["rules"][0]["record"] == record


def test_the_order_of_the_rules_counts(grafana, folder):
    run(grafana, **folder, rules=[rule("a"), rule("b")])
    assert done(grafana, **folder, rules=[rule("b"), rule("a")])["changed"]
    assert [one["title"] for one in call(grafana, "GET", GROUP)["rules"]] == ["b", "a"]


def test_a_rule_of_another_group_moves_with_all_it_has(grafana, folder):
    run(grafana, folder_uid="f1", name="old", rules=[rule("a", uid="r1", labels={"kept": "yes"}), rule("b")])
    done(grafana, **folder, rules=[rule("a", uid="r1")])
    assert call(grafana, "GET", GROUP)["rules"][0]["labels"] == {"kept": "yes"}
    assert [one["title"] for one in call(grafana, "GET", f"{API}/folder/f1/rule-groups/old")["rules"]] == ["b"]


def test_a_folder_is_named_by_its_titles(grafana, folder):
    done(grafana, folder="Földer", name="g", rules=[rule()])
    assert call(grafana, "GET", GROUP)["title"] == "g"


@pytest.mark.parametrize("check", [True, False])
def test_a_folder_that_is_not_there_is_an_error_before_anything_is_written(grafana, check):
    ran = run(grafana, check=check, folder_uid="nosuch", name="g", rules=[rule()])
    assert "there is no folder whose uid is 'nosuch'" in ran["msg"]
    assert all(verb == "GET" for verb, _path in grafana.requests)
    assert call(grafana, "GET", f"{API}/alert-rules") == []


def test_groups_are_purged_in_their_scope_and_those_of_files_stay(grafana, folder):
    call(grafana, "POST", "/api/folders", json={"uid": "f2", "title": "Other"})
    for uid, name in (("f1", "a"), ("f1", "b"), ("f2", "a")):
        run(grafana, folder_uid=uid, name=name, rules=[rule()])
    purged = done(grafana, items=[{"folder_uid": "f1", "name": "a", "rules": [rule()]}], purge=True, scope=["f1"])
    assert [(one["action"], one["object"]) for one in purged["results"]][1:] == [("deleted", "rule group f1 / b")]
    assert {(one["folderUID"], one["ruleGroup"]) for one in call(grafana, "GET", f"{API}/alert-rules")} == {("f1", "a"), ("f2", "a")}


def test_many_groups_cost_one_request_each(grafana, folder):
    items = [{"folder_uid": "f1", "name": f"g{number}", "rules": [rule()]} for number in range(20)]
    done(grafana, items=items)
    del grafana.requests[:]
    assert not run(grafana, items=items)["changed"]
    assert len(grafana.requests) == 20


def test_a_server_that_cannot_remove_a_group_loses_its_rules_one_by_one(grafana, folder):
    run(grafana, **folder, rules=[rule("a"), rule("b")])
    grafana.faults.add(GROUP, method="DELETE", status=404, times=1)
    assert run(grafana, **folder, state="absent")["changed"]
    assert call(grafana, "GET", f"{API}/alert-rules") == []


def test_rules_can_be_left_editable(grafana, folder):
    run(grafana, **folder, rules=[rule(uid="r1")], provisioning=False)
    assert "provenance" not in call(grafana, "GET", f"{API}/alert-rules/r1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rules": []}, "one rule at least"),
        ({}, "one rule at least"),
        ({"interval": "7s", "rules": [rule()]}, "no multiple of 10 seconds"),
        ({"rules": [rule(**{"for": "soon"})]}, "'soon', which is no duration"),
        ({"rules": [rule(condition="Z")]}, "has a condition of 'Z', but its data are A"),
        ({"rules": [{"title": "x", "condition": "A"}]}, "needs data"),
        ({"rules": [rule(), rule()]}, "two rules are called 'up'"),
        ({"rules": [rule(notification_settings={"receiver": "nosuch"})]}, "There is no contact point called 'nosuch'"),
        ({"folder": "Földer", "rules": [rule()]}, "one of them"),
        ({"rules": [rule(uid="a" * 41)]}, "longer than 40"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(grafana, folder, options, words):
    ran = run(grafana, **folder, **options)
    assert ran["failed"] and words in ran["msg"], ran["msg"]


def test_an_export_is_taken_back_without_a_change(grafana, folder):
    record = {"metric": "m", "from": "A", "target_datasource_uid": "prom"}
    run(grafana, **folder, interval="10m", rules=[rule(labels={"a": "b"}, **{"for": "5m"}), rule("rec", record=record)])

    class Reader:
        def get(self, path, params=None):
            return call(grafana, "GET", path, params=params)

    items = RuleGroups(RULE_GROUP).export(Reader())
    assert [(one["name"], one["interval"]) for one in items] == [("g", "10m")]
    assert not run(grafana, items=items)["changed"]


def test_a_folder_of_many_groups_is_looked_up_once(grafana, folder):
    items = [{"folder": "Földer", "name": f"g{number}", "rules": [rule()]} for number in range(10)]
    done(grafana, items=items)
    del grafana.requests[:]
    assert not run(grafana, items=items)["changed"]
    assert len(grafana.requests) == 11
