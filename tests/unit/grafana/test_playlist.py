# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Playlists: made, reordered, renamed, removed."""

from __future__ import annotations

import requests

from tests.unit.grafana.running import converge, run_module

ENTRIES = [{"type": "dashboard_by_uid", "value": "a"}, {"type": "dashboard_by_tag", "value": "tëam"}]


def test_a_playlist_is_made_changed_renamed_and_removed(grafana):
    made = converge("grafana_playlist", grafana.url, name="Wand", entries=ENTRIES)
    assert made["playlist"]["interval"] == "5m"
    turned = converge("grafana_playlist", grafana.url, name="Wand", entries=ENTRIES[::-1])
    assert turned.before_and_after[0][1]["entries"] == ENTRIES[::-1]
    renamed = converge("grafana_playlist", grafana.url, uid=made["playlist"]["uid"], name="Wall", interval="30s")
    assert renamed["playlist"]["items"] == ENTRIES[::-1]
    converge("grafana_playlist", grafana.url, name="Wall", state="absent")
    assert requests.get(grafana.url + "/api/playlists", auth=("admin", "admin"), timeout=5).json() == []


def test_a_new_one_takes_a_uid_where_the_server_does(grafana):
    options = {"name": "Wall", "uid": "mine", "entries": ENTRIES}
    if grafana.app.settings.generation == 10:
        assert "This Grafana chooses uids itself" in run_module("grafana_playlist", grafana.url, **options)["msg"]
    else:
        assert converge("grafana_playlist", grafana.url, **options)["playlist"]["uid"] == "mine"


def test_an_entry_by_number_is_refused(grafana):
    assert "entries" in run_module("grafana_playlist", grafana.url, name="Wall", entries=[{"type": "dashboard_by_id", "value": "1"}])["msg"]


def test_a_second_run_asks_for_the_list_and_the_one(grafana):
    run_module("grafana_playlist", grafana.url, name="Wall", entries=ENTRIES)
    del grafana.requests[:]
    assert not run_module("grafana_playlist", grafana.url, name="Wall", entries=ENTRIES)["changed"]
    assert len(grafana.requests) == 2


def test_what_nobody_describes_goes_inside_the_scope(grafana):
    run_module("grafana_playlist", grafana.url, items=[{"name": "a 1", "entries": ENTRIES}, {"name": "b", "entries": ENTRIES}])
    done = converge("grafana_playlist", grafana.url, items=[{"name": "a 2", "entries": ENTRIES}], purge=True, scope=["a *"])
    assert [one["object"] for one in done["results"] if one["action"] == "deleted"] == ["playlist a 1"]
