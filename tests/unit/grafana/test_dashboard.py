# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One dashboard: made, changed, moved, removed, exported."""

from __future__ import annotations

import json

import requests

from tests.unit.grafana.running import converge, run_module

AUTH = ("admin", "admin")


def panel(number, title, unit="s"):
    """Return a panel."""
    return {"id": number, "title": title, "type": "timeseries", "fieldConfig": {"defaults": {"unit": unit}}, "targets": [{"refId": "A", "expr": "up"}]}


def board(**more):
    """Return a dashboard as a file has it, with another server's id and version."""
    return {"id": 11, "version": 7, "title": "Orders", "uid": "orders", "panels": [panel(1, "CPU"), panel(2, "Memory")], **more}


def stored(grafana, uid="orders"):
    """Return what the server keeps: (dashboard, meta)."""
    answer = requests.get(f"{grafana.url}/api/dashboards/uid/{uid}", auth=AUTH, timeout=5).json()
    return answer["dashboard"], answer["meta"]


def folder(grafana, uid, title, **more):
    """Make a folder."""
    requests.post(grafana.url + "/api/folders", json={"uid": uid, "title": title, **more}, auth=AUTH, timeout=5).raise_for_status()


def writes(grafana):
    """Return the requests that were not GET."""
    return [one for one in grafana.requests if one[0] != "GET"]


def test_a_dashboard_is_made_changed_and_removed(grafana):
    made = converge("grafana_dashboard", grafana.url, dashboard=board())
    assert (made["uid"], made["msg"], made["action"]) == ("orders", "Dashboard Orders created", "created")
    changed = converge("grafana_dashboard", grafana.url, dashboard=board(panels=[panel(1, "CPU", "ms"), panel(2, "Memory")]))
    place = "panels / CPU (1) / fieldConfig / defaults / unit"
    assert changed.before_and_after == [({place: "s"}, {place: "ms"})]
    assert stored(grafana)[0]["panels"][0]["fieldConfig"]["defaults"]["unit"] == "ms"
    going = run_module("grafana_dashboard", grafana.url, check=True, uid="orders", state="absent")
    assert going["msg"] == "Dashboard orders will be deleted"
    gone = converge("grafana_dashboard", grafana.url, uid="orders", state="absent")
    assert gone["msg"] == "Dashboard orders deleted"
    assert run_module("grafana_dashboard", grafana.url, uid="orders", state="absent")["msg"] == "Dashboard orders does not exist."


def test_a_removal_by_uid_does_not_need_the_folder_any_more(grafana):
    gone = run_module("grafana_dashboard", grafana.url, uid="orders", folder="Gone before", state="absent")
    assert (gone["changed"], gone["msg"]) == (False, "Dashboard orders does not exist.")


def test_a_removal_takes_the_name_from_the_dashboard_itself(grafana, tmp_path):
    folder(grafana, "shop", "Shop")
    path = tmp_path / "orders.json"
    nameless = {key: value for key, value in board().items() if key != "uid"}
    for source in ({"dashboard": {"dashboard": board(), "message": "as for the API"}}, {"path": str(path)}):
        path.write_text(json.dumps(board()))
        run_module("grafana_dashboard", grafana.url, folder="Shop", **source)
        gone = converge("grafana_dashboard", grafana.url, state="absent", **source)
        assert (gone["changed"], gone["msg"]) == (True, "Dashboard orders deleted")
    for place in ("", "shop"):
        run_module("grafana_dashboard", grafana.url, dashboard=nameless, folder_uid=place)
    converge("grafana_dashboard", grafana.url, state="absent", dashboard={"dashboard": nameless, "folderUid": "shop"})
    left = requests.get(grafana.url + "/api/search?type=dash-db", auth=AUTH, timeout=5).json()
    assert [one.get("folderUid", "") for one in left] == [""]


def test_a_second_run_asks_once_and_writes_nothing(grafana):
    run_module("grafana_dashboard", grafana.url, dashboard=board())
    version = stored(grafana)[0]["version"]
    del grafana.requests[:]
    assert run_module("grafana_dashboard", grafana.url, dashboard=board())["msg"] == "Dashboard Orders unchanged."
    assert grafana.requests == [("GET", "/api/dashboards/uid/orders")]
    assert stored(grafana)[0]["version"] == version


def test_what_the_server_writes_otherwise_is_no_change(grafana):
    odd = board(title="  Orders ", refreshes=1.0, big=9007199254740993, empty=None, tags=["b", "a", "a"])
    converge("grafana_dashboard", grafana.url, dashboard=json.dumps(odd))
    assert stored(grafana)[0]["title"] == "Orders"


def test_true_is_not_one(grafana):
    run_module("grafana_dashboard", grafana.url, dashboard=board(flag=1))
    assert converge("grafana_dashboard", grafana.url, dashboard=board(flag=True))["changed"]


def test_it_moves_between_folders_and_stays_when_nobody_says_where(grafana):
    folder(grafana, "shop", "Shop")
    folder(grafana, "old", "Alt für Ünicode")
    converge("grafana_dashboard", grafana.url, dashboard=board(), folder="Alt für Ünicode")
    moved = converge("grafana_dashboard", grafana.url, dashboard=board(), folder_uid="shop")
    assert moved.before_and_after == [({"folder": "old"}, {"folder": "shop"})]
    converge("grafana_dashboard", grafana.url, dashboard=board(tags=["x"]))
    assert stored(grafana)[1]["folderUid"] == "shop"
    converge("grafana_dashboard", grafana.url, dashboard=board(), folder="General")
    assert stored(grafana)[1]["folderUid"] == ""


def test_a_dashboard_without_uid_is_the_one_of_its_title_in_its_folder(grafana):
    folder(grafana, "shop", "Shop")
    plain = {key: value for key, value in board().items() if key != "uid"}
    first = converge("grafana_dashboard", grafana.url, dashboard=plain)
    second = converge("grafana_dashboard", grafana.url, dashboard=plain, folder="Shop")
    assert first["uid"] != second["uid"]
    converge("grafana_dashboard", grafana.url, title="Orders", folder="Shop", state="absent")
    assert stored(grafana, first["uid"])[0]["title"] == "Orders"


def test_a_folder_that_is_not_there_is_named(grafana):
    ran = run_module("grafana_dashboard", grafana.url, dashboard=board(), folder="inexistent")
    assert (ran["failed"], ran["msg"]) == (True, "error : Dashboard folder 'inexistent' does not exist.")
    assert "nosuch" in run_module("grafana_dashboard", grafana.url, dashboard=board(), folder_uid="nosuch")["msg"]


def test_an_export_is_a_file_that_can_be_imported(grafana, tmp_path):
    path = str(tmp_path / "out.json")
    run_module("grafana_dashboard", grafana.url, dashboard=board())
    done = converge("grafana_dashboard", grafana.url, state="export", uid="orders", path=path)
    assert done["msg"] == f"Dashboard orders exported to {path}"
    requests.delete(grafana.url + "/api/dashboards/uid/orders", auth=AUTH, timeout=5)
    assert converge("grafana_dashboard", grafana.url, path=path)["msg"] == "Dashboard Orders created"
    missing = run_module("grafana_dashboard", grafana.url, state="export", uid="nosuch", path=path)
    assert (missing["changed"], missing["msg"]) == (False, "Dashboard nosuch does not exist.")


def test_check_mode_tells_no_uid_of_one_that_is_not_there(grafana):
    foreseen = run_module("grafana_dashboard", grafana.url, check=True, dashboard=board())
    assert "uid" not in foreseen
    assert foreseen["msg"] == "Dashboard Orders will be created"
    assert foreseen["diff"][0]["after"]["panels"] == ["CPU", "Memory"]


def test_many_at_once_in_a_few_requests(grafana):
    items = [{"dashboard": board(uid=f"b{number}", title=f"Board {number}")} for number in range(30)]
    assert {one["action"] for one in converge("grafana_dashboard", grafana.url, items=items)["results"]} == {"created"}
    del grafana.requests[:]
    run_module("grafana_dashboard", grafana.url, items=items)
    assert not writes(grafana)
    assert len(grafana.requests) <= (35 if grafana.app.settings.generation == 10 else 5)
    purged = converge("grafana_dashboard", grafana.url, items=items[1:], purge=True, scope=["Board *"])
    assert [one["object"] for one in purged["results"] if one["action"] == "deleted"] == ["dashboard Board 0 (b0)"]
