# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole sets of dashboards: directories and lists, folders, marks and what is pruned, requests counted."""

from __future__ import annotations

import json

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

AUTH = ("admin", "admin")


def write(root, files):
    """Write {path: dashboard} below a directory."""
    for name, board in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(board if isinstance(board, str) else json.dumps(board), encoding="utf-8")
    return str(root)


def board(uid, title="", **more):
    """Return a dashboard."""
    return {"uid": uid, "title": title or f"Board {uid}", "panels": [{"id": 1, "title": "CPU", "type": "timeseries"}], **more}


def there(grafana):
    """Return {uid: title of its folder} of every dashboard."""
    rows = requests.get(grafana.url + "/api/search", params={"type": "dash-db", "limit": 5000}, auth=AUTH, timeout=5).json()
    return {one["uid"]: one.get("folderTitle", "") for one in rows}


def change_by_hand(grafana, uid, **more):
    """Change a dashboard as the pages of its generation do: those of 13 save through the app platform, which keeps notes."""
    path = f"{grafana.url}/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards/{uid}"
    if grafana.app.settings.generation >= 13:
        found = requests.get(path, auth=AUTH, timeout=5).json()
        requests.put(path, json={**found, "spec": {**found["spec"], **more}}, auth=AUTH, timeout=5).raise_for_status()
        return
    answer = requests.get(f"{grafana.url}/api/dashboards/uid/{uid}", auth=AUTH, timeout=5).json()
    body = {"dashboard": {**answer["dashboard"], **more}, "folderUid": answer["meta"]["folderUid"], "overwrite": True}
    requests.post(grafana.url + "/api/dashboards/db", json=body, auth=AUTH, timeout=5).raise_for_status()


def test_directories_are_folders(grafana, tmp_path):
    path = write(tmp_path, {"top.json": board("top"), "Shop/orders.json": board("orders"), "Shöp 2/x.json": board("x"), ".git/no.json": board("no")})
    done = converge("grafana_dashboards", grafana.url, path=path)
    assert (done["counts"]["created"], done["folders"]) == (3, ["Shop", "Shöp 2"])
    assert there(grafana) == {"top": "", "orders": "Shop", "x": "Shöp 2"}
    write(tmp_path, {"Shop/x.json": board("x")})
    (tmp_path / "Shöp 2/x.json").unlink()
    moved = converge("grafana_dashboards", grafana.url, path=path)
    assert moved.before_and_after == [({"folder": "Shöp 2"}, {"folder": "Shop"})]


def test_directories_in_directories(grafana, tmp_path):
    path = write(tmp_path, {"Platform/Hosts/node.json": board("node"), "Platform/stack.json": board("stack")})
    if grafana.app.settings.generation == 10:
        assert "no folders below folders" in run_module("grafana_dashboards", grafana.url, path=path)["msg"]
        return
    done = converge("grafana_dashboards", grafana.url, path=path, folder="All")
    assert done["folders"] == ["All", "All/Platform", "All/Platform/Hosts"]
    assert there(grafana) == {"node": "Hosts", "stack": "Platform"}


def test_all_in_one_folder(grafana, tmp_path):
    path = write(tmp_path, {"a/b/c.json": board("c"), "d.json": board("d"), "e.txt": "no"})
    converge("grafana_dashboards", grafana.url, path=path, folders_from_files_structure=False, folder="One")
    assert there(grafana) == {"c": "One", "d": "One"}


@pytest.mark.parametrize("generation", [10, 12, 13])
def test_five_hundred_are_compared_within_the_budget_and_nothing_is_written(generation, tmp_path):
    from tests.doubles.grafana import Grafana

    path = write(tmp_path, {f"F{number % 7}/{number}.json": board(f"b{number}") for number in range(500)})
    with Grafana(generation=generation) as grafana:
        first = run_module("grafana_dashboards", grafana.url, path=path, owner="me")
        assert first["counts"]["created"] == 500, first.get("msg")
        del grafana.requests[:]
        second = run_module("grafana_dashboards", grafana.url, path=path, owner="me", prune=True)
        assert (second["changed"], second["counts"]["unchanged"]) == (False, 500)
        assert {verb for verb, _path in grafana.requests} == {"GET"}
        assert len(grafana.requests) <= (505 if generation == 10 else 10)


def test_prune_removes_what_bears_the_mark_and_nothing_else(grafana, tmp_path):
    path = write(tmp_path, {"a.json": board("a", tags=["x"]), "b.json": board("b")})
    run_module("grafana_dashboards", grafana.url, dashboards=[{"dashboard": board("foreign")}], owner="you")
    run_module("grafana_dashboard", grafana.url, dashboard=board("hand"))
    converge("grafana_dashboards", grafana.url, path=path, owner="me", prune=True)
    (tmp_path / "b.json").unlink()
    done = converge("grafana_dashboards", grafana.url, path=path, owner="me", prune=True)
    assert [one["object"] for one in done["results"] if one["action"] == "deleted"] == ["dashboard Board b (b)"]
    assert set(there(grafana)) == {"a", "foreign", "hand"}
    tags = requests.get(grafana.url + "/api/dashboards/uid/a", auth=AUTH, timeout=5).json()["dashboard"]["tags"]
    assert tags == (["x"] if grafana.app.settings.generation == 13 else ["x", "ansible:me"])
    converge("grafana_dashboards", grafana.url, state="absent", owner="me")
    assert set(there(grafana)) == {"foreign", "hand"}


def test_an_empty_set_prunes_nothing(grafana, tmp_path):
    run_module("grafana_dashboards", grafana.url, dashboards=[{"dashboard": board("a")}], owner="me")
    assert "use state: absent" in run_module("grafana_dashboards", grafana.url, path=str(tmp_path), owner="me", prune=True)["msg"]
    assert "need an owner" in run_module("grafana_dashboards", grafana.url, path=str(tmp_path), prune=True)["msg"]
    assert "There is no directory" in run_module("grafana_dashboards", grafana.url, path=str(tmp_path / "no"), owner="me", prune=True)["msg"]
    assert set(there(grafana)) == {"a"}


def test_a_mark_is_taken_from_another_owner_only_when_asked(grafana):
    given = {"dashboards": [{"dashboard": board("a")}]}
    run_module("grafana_dashboards", grafana.url, owner="you", **given)
    assert "belongs to 'you', not to 'me'" in run_module("grafana_dashboards", grafana.url, owner="me", **given)["msg"]
    done = converge("grafana_dashboards", grafana.url, owner="me", take_over=True, **given)
    assert done["diff"][0]["after"]["owner"] == "me"


def test_a_task_without_owner_leaves_the_mark(grafana):
    run_module("grafana_dashboards", grafana.url, dashboards=[{"dashboard": board("a")}], owner="me")
    converge("grafana_dashboard", grafana.url, dashboard=board("a", description="new"))
    done = run_module("grafana_dashboards", grafana.url, state="absent", owner="me")
    assert done["counts"]["deleted"] == 1


def test_bad_files_are_named_before_anything_is_asked(grafana, tmp_path):
    files = {
        "good.json": board("good"),
        "half.json": '{"title": "x",\n  "panels": [',
        "list.json": [],
        "no_title.json": {"uid": "x"},
        "nan.json": '{"title": NaN}',
    }
    ran = run_module("grafana_dashboards", grafana.url, path=write(tmp_path, files))
    assert ran["failed"]
    for words in ("half.json is not JSON: Expecting value in line 2, column 14", "list.json is no dashboard", "no_title.json is no dashboard", "NaN"):
        assert words in ran["msg"]
    assert grafana.requests == []


def test_two_files_with_one_uid_are_both_named(grafana, tmp_path):
    path = write(tmp_path, {"a.json": board("same", "One"), "sub/b.json": board("same", "Two")})
    ran = run_module("grafana_dashboards", grafana.url, path=path)
    assert f"{path}/a.json and {path}/sub/b.json have the same uid 'same'" in ran["msg"]
    nameless = [{"dashboard": {"title": "T"}, "folder": "F"}, {"dashboard": {"title": " T "}, "folder": "F"}]
    assert "the same title 'T'" in run_module("grafana_dashboards", grafana.url, dashboards=nameless)["msg"]
    assert grafana.requests == []


def test_an_interrupted_run_is_continued(grafana, tmp_path):
    path = write(tmp_path, {f"F/{number}.json": board(f"b{number}") for number in range(40)})
    where = "/apis/" if grafana.app.settings.generation == 13 else "/api/dashboards/db"
    grafana.faults.add(where, method="POST", status=400, after=10, times=100)
    ran = run_module("grafana_dashboards", grafana.url, path=path, owner="me")
    assert "of 40 changes were made before; run again to go on" in ran["msg"]
    made = len(there(grafana))
    assert 0 < made < 40
    grafana.faults.clear()
    done = run_module("grafana_dashboards", grafana.url, path=path, owner="me")
    assert (done["counts"]["created"], done["counts"]["unchanged"], done["folders"]) == (40 - made, made, [])


def test_what_people_changed_is_set_back_and_told(grafana, tmp_path):
    path = write(tmp_path, {"a.json": board("a"), "b.json": board("b")})
    run_module("grafana_dashboards", grafana.url, path=path, owner="me")
    change_by_hand(grafana, "a", title="Mine")
    done = converge("grafana_dashboards", grafana.url, path=path, owner="me")
    assert done.before_and_after == [({"title": "Mine"}, {"title": "Board a"})]


def test_few_of_very_many_are_not_looked_for_in_the_list_of_all():
    from tests.doubles.grafana import Grafana

    with Grafana(generation=12) as grafana:
        everybody = [{"dashboard": {"uid": f"o{number}", "title": f"O {number}"}} for number in range(1500)]
        assert run_module("grafana_dashboards", grafana.url, dashboards=everybody)["counts"]["created"] == 1500
        mine = [{"dashboard": board(f"m{number}")} for number in range(8)]
        del grafana.requests[:]
        assert run_module("grafana_dashboards", grafana.url, dashboards=[*mine, everybody[0]], check=True)["counts"]["created"] == 8
        assert len(grafana.requests) <= 9 + 5
