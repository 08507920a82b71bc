# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a server refuses and what goes wrong on the way: a sentence each, and nothing of somebody else's overwritten."""

from __future__ import annotations

import json

import pytest
import requests

from tests.doubles.grafana import Grafana
from tests.unit.grafana.running import converge, run_module

AUTH = ("admin", "admin")
BOARD = {"uid": "a", "title": "A", "panels": []}


def save(grafana, **board):
    """Save a dashboard as a person would."""
    requests.post(grafana.url + "/api/dashboards/db", json={"dashboard": board, "overwrite": True}, auth=AUTH, timeout=5).raise_for_status()


@pytest.fixture(params=[12, 13])
def provisioned(request, tmp_path):
    """A server with a dashboard from a file that may not be changed, and one that may."""
    for name, editable in (("fixed", "false"), ("free", "true")):
        files = tmp_path / name
        files.mkdir()
        (files / "d.json").write_text(json.dumps({"uid": name, "title": name}))
        text = f"apiVersion: 1\nproviders:\n  - name: {name}\n    allowUiUpdates: {editable}\n    options:\n      path: {files}\n"
        (tmp_path / "dashboards").mkdir(exist_ok=True)
        (tmp_path / "dashboards" / f"{name}.yaml").write_text(text)
    with Grafana(generation=request.param, provisioning=tmp_path) as server:
        yield server


@pytest.mark.parametrize("owner", [None, "me"])
def test_what_a_file_made_is_changed_only_where_the_server_allows_it(provisioned, owner):
    more = {"owner": owner} if owner else {}
    ran = run_module("grafana_dashboards", provisioned.url, dashboards=[{"dashboard": {"uid": "fixed", "title": "New"}}], **more)
    assert "was made by the file d.json on the server, which allows no other changes" in ran["msg"]
    ran = run_module("grafana_dashboard", provisioned.url, check=True, dashboard={"uid": "fixed", "title": "New"})
    assert "allowUiUpdates" in ran["msg"]
    assert "cannot be removed here" in run_module("grafana_dashboard", provisioned.url, uid="free", state="absent")["msg"]
    converge("grafana_dashboards", provisioned.url, dashboards=[{"dashboard": {"uid": "free", "title": "New"}}], **more)
    assert not run_module("grafana_dashboard", provisioned.url, dashboard={"uid": "fixed", "title": "fixed"})["changed"]


def between(monkeypatch, grafana, act):
    """Do something after the module has read and before it writes."""
    from ansible_collections.observability.stack.plugins.module_utils.grafana import dashboard

    real = dashboard.save

    def late(api, change):
        act(grafana)
        return real(api, change)

    monkeypatch.setattr(dashboard, "save", late)


@pytest.mark.parametrize("owner", [None, "me"])
def test_what_somebody_saved_meanwhile_is_not_overwritten(grafana, monkeypatch, owner):
    more = {"owner": owner} if owner else {}
    save(grafana, uid="a", title="Old")
    between(monkeypatch, grafana, lambda grafana: save(grafana, uid="a", title="Somebody's"))
    ran = run_module("grafana_dashboard", grafana.url, dashboard=BOARD, **more)
    assert "somebody else changed it after it was read" in ran["msg"]
    assert requests.get(grafana.url + "/api/dashboards/uid/a", auth=AUTH, timeout=5).json()["dashboard"]["title"] == "Somebody's"
    assert not run_module("grafana_dashboard", grafana.url, dashboard=BOARD, overwrite=True, **more).get("failed")


def test_a_save_that_changed_nothing_is_no_conflict(grafana, monkeypatch):
    save(grafana, uid="a", title="Old")
    between(monkeypatch, grafana, lambda grafana: save(grafana, uid="a", title="Old"))
    assert run_module("grafana_dashboard", grafana.url, dashboard=BOARD)["action"] == "updated"


def test_a_title_that_is_taken(grafana):
    save(grafana, uid="b", title="A")
    ran = run_module("grafana_dashboard", grafana.url, dashboard=BOARD)
    if grafana.app.settings.generation == 10:
        assert "another dashboard of the folder has the same title" in ran["msg"]
    else:
        assert ran["action"] == "created"
        nameless = run_module("grafana_dashboard", grafana.url, dashboard={"title": "A"})
        assert "There are 2 of dashboard A. Say which one by uid." in nameless["msg"]


def test_one_that_is_too_large(grafana):
    grafana.faults.add("/api/dashboards/db", method="POST", status=413, body="<html>413</html>")
    ran = run_module("grafana_dashboard", grafana.url, dashboard={**BOARD, "text": "x" * 2_000_000})
    assert "status 413" in ran["msg"]
    assert "the dashboard is too large, it has 2.0 MB" in ran["msg"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 401, "body": '{"message":"Invalid username or password"}'}, ("status 401", "Invalid username", "url_password")),
        ({"status": 403, "body": '{"message":"Access denied"}'}, ("status 403", "Access denied")),
        ({"status": 400, "body": '{"message":"bad request data"}'}, ("status 400", "bad request data")),
        ({"html": True, "body": "<html>login</html>"}, ("not JSON", "login page")),
    ],
)
def test_refusals_are_sentences(grafana, fault, words):
    for method in ("GET", "POST"):
        grafana.faults.clear()
        grafana.faults.add("/api/dashboards/", method=method, **fault)
        ran = run_module("grafana_dashboard", grafana.url, dashboard=BOARD)
        assert ran["failed"]
        for word in (*words, "/api/dashboards/"):
            assert word in ran["msg"]


def test_what_passes_is_waited_for(grafana):
    grafana.faults.locked("/api/dashboards/db", times=1)
    grafana.faults.add("/api/dashboards/db", method="POST", status=503, times=1)
    grafana.faults.too_many("/api/dashboards/uid", seconds=0, times=1)
    assert run_module("grafana_dashboard", grafana.url, dashboard=BOARD)["action"] == "created"


def test_an_answer_that_was_cut_is_no_second_save(grafana):
    grafana.faults.add("/api/dashboards/db", method="POST", reset=True, times=1)
    assert run_module("grafana_dashboard", grafana.url, dashboard=BOARD)["action"] == "created"
    versions = requests.get(grafana.url + "/api/dashboards/uid/a", auth=AUTH, timeout=5).json()["dashboard"]["version"]
    assert versions == 1


def test_a_list_that_is_refused_is_replaced_by_reading_each(grafana):
    boards = [{"dashboard": {"uid": f"u{number}", "title": f"U {number}"}} for number in range(6)]
    run_module("grafana_dashboards", grafana.url, dashboards=boards)
    grafana.faults.add("/apis/.*/dashboards$", method="GET", status=403)
    assert run_module("grafana_dashboards", grafana.url, dashboards=boards)["counts"]["unchanged"] == 6


def test_another_organisation_is_left_as_it_is(grafana):
    made = requests.post(grafana.url + "/api/orgs", json={"name": "Zwei"}, auth=AUTH, timeout=5).json()["orgId"]
    boards = [{"dashboard": {"uid": f"u{number}", "title": f"U {number}"}} for number in range(6)]
    converge("grafana_dashboards", grafana.url, dashboards=boards, org_name="Zwei", owner="me", prune=True)
    assert requests.get(grafana.url + "/api/search", auth=AUTH, timeout=5).json() == []
    inside = requests.get(grafana.url + "/api/search", auth=AUTH, headers={"X-Grafana-Org-Id": str(made)}, timeout=5).json()
    assert len(inside) == 6


def test_illegal_uids_are_refused_before_anything_is_asked(grafana):
    assert "has 41 characters" in run_module("grafana_dashboard", grafana.url, dashboard={**BOARD, "uid": "u" * 41})["msg"]
    assert "letters of the English alphabet" in run_module("grafana_dashboard", grafana.url, dashboard={**BOARD, "uid": "a b"})["msg"]
    assert grafana.requests == []
