# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What servers newer than the recording do otherwise, and large ones; where that is known from is told in docs/grafana-contract.md."""

from __future__ import annotations

import json

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.grafana.dashboard_found import from_api, from_hit, from_item
from ansible_collections.observability.stack.plugins.module_utils.grafana.folder import parent_in_place

from tests.doubles.grafana import Grafana
from tests.unit.grafana.running import converge, run_module

AUTH = ("admin", "admin")


def titles(grafana, **query):
    """Return the titles of folders or dashboards."""
    return sorted(one["title"] for one in requests.get(grafana.url + "/api/search", params=query, auth=AUTH, timeout=5).json())


def test_the_top_is_the_same_with_a_name_and_without():
    notes = {"annotations": {"grafana.app/folder": "general"}}
    assert from_item({"metadata": {"name": "a", **notes}, "spec": {"title": "A"}})["folder_uid"] == ""
    assert from_api({"meta": {"folderUid": "general"}, "dashboard": {"uid": "a"}})["folder_uid"] == ""
    assert from_hit({"uid": "a", "title": "A", "folderUid": "general"})["folder_uid"] == ""
    assert parent_in_place({"uid": "a", "folderUid": "general"}) == {"uid": "a", "parentUid": ""}


def test_a_query_that_does_not_find_a_title_makes_no_second_dashboard(grafana):
    run_module("grafana_dashboard", grafana.url, dashboard={"title": "CPU * load"})
    grafana.faults.add("/api/search", status=200, body="[]", times=1)  # a star is a wildcard there
    assert not run_module("grafana_dashboard", grafana.url, dashboard={"title": "CPU * load"})["changed"]


@pytest.mark.parametrize("items", [False, True])
def test_a_list_that_lags_makes_no_second_folder(grafana, items):
    if grafana.app.settings.generation == 10:
        return  # its lists are never late
    run_module("grafana_folder", grafana.url, title="Shop")
    run_module("grafana_folder", grafana.url, title="Other", uid="other")
    grafana.faults.add("/api/search|/api/folders$", method="GET", status=200, body="[]")
    options = {"items": [{"title": "Shop"}, {"title": "Other", "uid": "other"}]} if items else {"title": "Shop"}
    assert not run_module("grafana_folder", grafana.url, **options)["changed"]
    assert not run_module("grafana_dashboard", grafana.url, check=True, folder="Shop", dashboard={"title": "A", "uid": "a"}).get("failed")
    grafana.faults.clear()
    assert titles(grafana, type="dash-folder") == ["Other", "Shop"]


def test_a_conflict_that_is_told_otherwise_is_a_conflict_all_the_same(grafana):
    run_module("grafana_dashboard", grafana.url, dashboard={"title": "A", "uid": "a"})
    words = json.dumps({"message": "Dashboard already exists. Use overwrite flag to update."})
    grafana.faults.add("/api/dashboards/db", status=409, body=words, times=1)
    assert run_module("grafana_dashboard", grafana.url, dashboard={"title": "A2", "uid": "a"})["action"] == "updated"


def test_a_folder_that_is_gone_is_named_in_the_words_of_newer_servers_too(grafana):
    words = json.dumps({"message": 'folders.folder.grafana.app "gone" not found'})
    grafana.faults.add("/api/dashboards/db", status=404, body=words)
    ran = run_module("grafana_dashboard", grafana.url, dashboard={"title": "A", "uid": "a"}, folder_uid="gone")
    assert "there is no folder with the uid 'gone'. Make it first." in ran["msg"]


def test_teams_are_changed_where_lists_tell_no_numbers():
    with Grafana(generation=13, toggles=("kubernetesTeamsRedirect",)) as grafana:
        items = [{"name": "Platform", "members": ["admin"]}, {"name": "Shop"}]
        converge("grafana_team", grafana.url, items=items)
        converge("grafana_team", grafana.url, items=[{**items[0], "email": "p@example.com"}, {"name": "Store"}], purge=True, scope=["*"])
        found = requests.get(grafana.url + "/api/teams/search?name=Platform", auth=AUTH, timeout=5).json()["teams"][0]
        assert (found["email"], found["memberCount"]) == ("p@example.com", 1)
        assert run_module("grafana_team", grafana.url, name="Shop", state="absent")["changed"] is False
        assert grafana.app.mistakes == []


def test_a_mark_outlives_a_save_that_does_not_mention_it(grafana):
    converge("grafana_dashboards", grafana.url, dashboards=[{"dashboard": {"title": "A", "uid": "a"}}], owner="me")
    converge("grafana_dashboard", grafana.url, dashboard={"title": "B", "uid": "a"})
    assert run_module("grafana_dashboards", grafana.url, state="absent", owner="me")["counts"]["deleted"] == 1
