# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders: made, renamed, moved, removed, one or many."""

from __future__ import annotations

import requests

from tests.unit.grafana.running import converge, run_module


def titles(grafana):
    """Return {title: uid of the folder around it} of every folder."""
    answer = requests.get(grafana.url + "/api/search", params={"type": "dash-folder"}, auth=("admin", "admin"), timeout=5)
    return {one["title"]: one.get("folderUid") for one in answer.json()}


def test_a_folder_is_made_renamed_and_removed(grafana):
    made = converge("grafana_folder", grafana.url, title="Platform", uid="platform")
    assert (made["action"], made["folder"]["uid"]) == ("created", "platform")
    renamed = converge("grafana_folder", grafana.url, title="Plattform", uid="platform")
    assert renamed.before_and_after == [({"title": "Platform", "uid": "platform"}, {"title": "Plattform", "uid": "platform"})]
    converge("grafana_folder", grafana.url, title="Plattform", state="absent")
    assert titles(grafana) == {}


def test_a_second_run_asks_once_and_writes_nothing(grafana):
    run_module("grafana_folder", grafana.url, title="Platform", uid="platform")
    del grafana.requests[:]
    assert not run_module("grafana_folder", grafana.url, title="Platform", uid="platform")["changed"]
    assert grafana.requests == [("GET", "/api/folders/platform")]


def test_many_are_read_at_once(grafana):
    items = [{"title": f"Team {number}", "uid": f"team-{number}"} for number in range(30)]
    assert [one["action"] for one in converge("grafana_folder", grafana.url, items=items)["results"]] == ["created"] * 30
    del grafana.requests[:]
    run_module("grafana_folder", grafana.url, items=items)
    assert grafana.requests == [("GET", "/api/search")]
    purged = converge("grafana_folder", grafana.url, items=items[1:], purge=True, scope=["Team *"])
    assert [one["action"] for one in purged["results"] if one["action"] != "unchanged"] == ["deleted"]
    assert "Team 0" not in titles(grafana)
