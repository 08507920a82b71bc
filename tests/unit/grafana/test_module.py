# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every module for Grafana has in common: the organization it works in, and the form of its result."""

from __future__ import annotations

import json

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

LOGIN = ("admin", "admin")


def folders(grafana, org):
    answer = requests.get(grafana.url + "/api/folders", auth=LOGIN, headers={"X-Grafana-Org-Id": str(org)}, timeout=5)
    return [one["title"] for one in answer.json()]


def made(grafana, name):
    answer = requests.post(grafana.url + "/api/orgs", json={"name": name}, auth=LOGIN, timeout=5)
    return answer.json()["orgId"]


def test_the_organization_is_the_named_one_and_else_the_first_whichever_the_account_works_in(grafana):
    other = made(grafana, "Other")
    requests.post(f"{grafana.url}/api/user/using/{other}", auth=LOGIN, timeout=5)
    run_module("grafana_folder", grafana.url, title="In the first")
    run_module("grafana_folder", grafana.url, title="By name", org_name="Other")
    run_module("grafana_folder", grafana.url, title="By number", org_id=other)
    assert folders(grafana, 1) == ["In the first"]
    assert sorted(folders(grafana, other)) == ["By name", "By number"]
    assert requests.get(grafana.url + "/api/org", auth=LOGIN, timeout=5).json()["id"] == other, "the account's own was switched"


def test_an_organization_that_an_earlier_task_would_make_is_empty_in_check_mode(grafana):
    options = {"title": "Platform", "org_name": "Warehouse"}
    foreseen = run_module("grafana_folder", grafana.url, check=True, **options)
    assert (foreseen["changed"], foreseen["action"]) == (True, "created")
    assert "'Warehouse'" in foreseen.warned[0]
    assert not run_module("grafana_folder", grafana.url, check=True, state="absent", **options)["changed"]
    assert "There is no organization called 'Warehouse'" in run_module("grafana_folder", grafana.url, **options)["msg"]


def test_the_difference_of_one_object_is_a_mapping_and_that_of_several_a_list(grafana):
    one = json.loads(run_module("grafana_folder", grafana.url, title="One").output)
    assert one["diff"]["after"] == {"title": "One"}
    several = json.loads(run_module("grafana_folder", grafana.url, items=[{"title": "Two"}, {"title": "Three"}]).output)
    assert [row["after"] for row in several["diff"]] == [{"title": "Two"}, {"title": "Three"}]


@pytest.mark.parametrize(
    ("module", "options", "identity"),
    [
        ("grafana_folder", {"title": "Shop", "uid": "shop"}, "uid"),
        ("grafana_datasource", {"name": "Metrics", "uid": "metrics", "ds_type": "prometheus", "ds_url": "http://metrics:9090"}, "uid"),
        ("grafana_library_panel", {"name": "Orders", "uid": "orders", "model": {"type": "text", "title": "Orders"}}, "uid"),
        ("grafana_team", {"name": "Platform"}, "uid"),
        ("grafana_playlist", {"name": "Wall"}, "uid"),
        ("grafana_service_account", {"name": "deploy", "role": "viewer"}, "id"),
        ("grafana_organization", {"name": "Other"}, "id"),
        ("grafana_user", {"login": "anna", "password": "long enough"}, "id"),
    ],
)
def test_a_removal_needs_no_more_than_what_tells_the_object_apart(grafana, module, options, identity):
    made = run_module(module, grafana.url, **options)
    found = next(one for one in made.values() if isinstance(one, dict) and identity in one)
    name = {identity: found[identity]}
    gone = converge(module, grafana.url, state="absent", **name)
    assert gone["changed"], gone
    assert "None" not in str(run_module(module, grafana.url, state="absent", **name).get("msg", ""))
    several = run_module(module, grafana.url, state="absent", items=[name, {identity: name[identity] * 2}])
    assert not several["changed"], several


def test_a_removal_of_nobody_knows_what_is_refused(grafana):
    assert run_module("grafana_folder", grafana.url, state="absent", parent_uid="shop")["msg"] == "the folder needs title."
    assert "number 2: the folder needs title" in run_module("grafana_folder", grafana.url, state="absent", items=[{"uid": "a"}, {}])["msg"]
