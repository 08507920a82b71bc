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


def test_folders_of_one_title_are_told_apart_by_their_parent(grafana):
    run_module("grafana_folder", grafana.url, title="Platform", uid="platform")
    if grafana.generation < 12:
        failed = run_module("grafana_folder", grafana.url, title="Inner", parent_uid="platform")
        assert "has no folders below folders" in failed["msg"]
        assert titles(grafana) == {"Platform": None}
        return
    inner = converge("grafana_folder", grafana.url, title="Platform", parent_uid="platform")
    assert inner["folder"]["parentUid"] == "platform"
    deeper = converge("grafana_folder", grafana.url, title="Production", parent="Platform/Platform")
    assert deeper["folder"]["parentUid"] == inner["folder"]["uid"]
    moved = converge("grafana_folder", grafana.url, title="Production", uid=deeper["folder"]["uid"], parent_uid="general")
    assert moved.before_and_after[0][1]["parent_uid"] == ""
    assert titles(grafana)["Production"] is None
    converge("grafana_folder", grafana.url, title="Platform", parent_uid="platform", state="absent")
    assert "Platform" in titles(grafana)


def test_below_a_parent_that_is_not_there(grafana):
    """In check mode the parent may be made by an earlier task; and nothing can be in it."""
    options = {"title": "Inner", "parent_uid": "missing"}
    assert run_module("grafana_folder", grafana.url, check=True, **options)["action"] == "created"
    gone = run_module("grafana_folder", grafana.url, state="absent", **options)
    assert (gone["changed"], gone["message"]) == (False, "No folder found")
    failed = run_module("grafana_folder", grafana.url, uid="inner", **options)
    assert failed["failed"] and failed["msg"].startswith("Could not create the folder inner: ")
    assert titles(grafana) == {}
