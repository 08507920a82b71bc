# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every module for Grafana has in common: the organization it works in, and the form of its result."""

from __future__ import annotations

import json

import requests

from tests.unit.grafana.running import run_module

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
