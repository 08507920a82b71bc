# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Library panels: made, changed, moved, kept as long as somebody uses them."""

from __future__ import annotations

import requests

from tests.doubles.grafana import Grafana
from tests.unit.grafana.running import converge, run_module

AUTH = ("admin", "admin")
MODEL = {"title": "Requests", "type": "timeseries", "targets": [{"refId": "A", "expr": "up"}], "options": {"legend": {"show": True}}}


def folder(grafana, uid, title):
    """Make a folder."""
    requests.post(grafana.url + "/api/folders", json={"uid": uid, "title": title}, auth=AUTH, timeout=5).raise_for_status()


def test_a_panel_is_made_changed_renamed_and_removed(grafana):
    converge("grafana_library_panel", grafana.url, name="Requests", uid="r", model=MODEL)
    lean = {key: value for key, value in MODEL.items() if key != "options"}
    changed = converge("grafana_library_panel", grafana.url, name="Requests", uid="r", model=lean)
    assert changed["library_panel"]["model"] == lean
    renamed = converge("grafana_library_panel", grafana.url, name="Anfragen", uid="r")
    assert renamed["library_panel"]["model"] == lean
    converge("grafana_library_panel", grafana.url, name="Anfragen", state="absent")
    assert "without its model" in run_module("grafana_library_panel", grafana.url, name="Anfragen")["msg"]


def test_it_moves_and_stays_when_nobody_says_where(grafana):
    folder(grafana, "a", "A ä")
    folder(grafana, "b", "B")
    converge("grafana_library_panel", grafana.url, name="Requests", uid="r", model=MODEL, folder="A ä")
    moved = converge("grafana_library_panel", grafana.url, name="Requests", uid="r", folder_uid="b")
    assert moved["library_panel"]["folderUid"] == "b"
    changed = converge("grafana_library_panel", grafana.url, name="Requests", uid="r", model={**MODEL, "type": "stat"})
    assert changed["library_panel"]["folderUid"] == "b"
    assert "There is no folder 'nosuch'" in run_module("grafana_library_panel", grafana.url, name="R", model=MODEL, folder="nosuch")["msg"]


def test_one_name_in_two_folders(grafana):
    folder(grafana, "a", "A")
    for place in ("a", "general"):
        converge("grafana_library_panel", grafana.url, name="Requests", model=MODEL, folder_uid=place)
    ran = run_module("grafana_library_panel", grafana.url, name="Requests", model=MODEL)
    assert "There are 2 of library panel Requests. Say which one by uid." in ran["msg"]
    both = [{"name": "Requests", "model": MODEL, "folder_uid": place} for place in ("a", "")]
    assert not converge("grafana_library_panel", grafana.url, items=both)["changed"]


def test_a_panel_in_use_is_kept_and_its_users_are_named(grafana):
    run_module("grafana_library_panel", grafana.url, name="Requests", uid="r", model=MODEL)
    board = {"uid": "board", "title": "B", "panels": [{"id": 1, "libraryPanel": {"uid": "r", "name": "Requests"}}]}
    run_module("grafana_dashboard", grafana.url, dashboard=board)
    assert "dashboards use it: board. Take it out of them first" in run_module("grafana_library_panel", grafana.url, name="Requests", state="absent")["msg"]


def test_many_are_read_page_by_page():
    items = [{"name": f"P {number}", "model": MODEL} for number in range(510)]
    with Grafana(generation=12) as grafana:
        run_module("grafana_library_panel", grafana.url, items=items)
        del grafana.requests[:]
        assert not run_module("grafana_library_panel", grafana.url, items=items)["changed"]
        assert grafana.requests == [("GET", "/api/library-elements")] * 2
        done = run_module("grafana_library_panel", grafana.url, items=items[1:], purge=True, scope=["P *"])
        assert [one["object"] for one in done["results"] if one["action"] == "deleted"] == ["library panel P 0"]


def test_what_somebody_changed_meanwhile_is_an_error(grafana):
    run_module("grafana_library_panel", grafana.url, name="Requests", uid="r", model=MODEL)
    grafana.faults.add("/api/library-elements/r", method="PATCH", status=412, body='{"message":"the library element has been changed by someone else"}')
    ran = run_module("grafana_library_panel", grafana.url, name="Requests", uid="r", model={"type": "stat"})
    assert "changed by someone else" in ran["msg"]
