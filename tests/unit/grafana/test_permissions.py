# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rights on folders, dashboards and data sources: given, changed, taken away; the others' left alone."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.grafana.permissions import Permissions

from tests.unit.grafana.running import converge, run_module

NAME = "grafana_permissions"
LOGIN = ("admin", "admin")


def ask(grafana, path, **body):
    """Send a request beside the module and return the answer."""
    verb = "POST" if body else "GET"
    answer = requests.request(verb, grafana.url + path, json=body or None, auth=LOGIN, timeout=5)
    assert answer.ok, answer.text
    return answer.json()


def rights(grafana, path="folders/platform"):
    """Return {holder: permission} as the server tells them."""
    rows = ask(grafana, f"/api/access-control/{path}")
    return {row.get("builtInRole") or row.get("team") or row.get("userLogin"): row["permission"] for row in rows if row["isManaged"]}


@pytest.fixture
def place(grafana):
    """A server with a folder, a dashboard in it, and somebody to have rights."""
    ask(grafana, "/api/folders", uid="platform", title="Plattform ☂")
    ask(grafana, "/api/dashboards/db", dashboard={"uid": "board", "title": "Board"}, folderUid="platform")
    ask(grafana, "/api/admin/users", login="anna", email="anna@example.com", password="some-password", name="Anna")
    ask(grafana, "/api/teams", name="Team ☂")
    ask(grafana, "/api/serviceaccounts", name="robot", role="Viewer")
    return grafana


def test_rights_are_given_changed_and_taken_away(place):
    was = rights(place)
    entries = [{"user": "anna@example.com", "permission": "Edit"}, {"team": "Team ☂", "permission": "View"}, {"service_account": "robot", "permission": "View"}]
    given = converge(NAME, place.url, folder="platform", permissions=entries)
    assert {"user anna: Edit", "team Team ☂: View"} <= set(given.before_and_after[0][1]["permissions"])
    assert rights(place) == {**was, "anna": "Edit", "Team ☂": "View", "sa-1-robot": "View"}
    converge(NAME, place.url, folder="platform", permissions=[{"user": "anna", "permission": "Admin"}])
    assert rights(place)["anna"] == "Admin"
    converge(NAME, place.url, folder="platform", permissions=[{"user": "anna"}, {"service_account": "robot"}], state="absent")
    assert rights(place) == {**was, "Team ☂": "View"}


def test_exclusive_takes_all_others_away(place):
    ran = converge(NAME, place.url, folder="Plattform ☂", exclusive=True, permissions=[{"role": "Editor", "permission": "Edit"}])
    assert rights(place) == {"Editor": "Edit"}
    assert ran["permissions"]["permissions"] == ["role Editor: Edit"]
    converge(NAME, place.url, folder="platform", state="absent")
    assert rights(place) == {}


def test_a_dashboard_is_named_by_uid_or_title(place):
    for name in ("board", "Board"):
        converge(NAME, place.url, dashboard=name, permissions=[{"team": "Team ☂", "permission": "Edit"}])
        assert rights(place, "dashboards/board") == {"Team ☂": "Edit"}


def test_a_folder_is_named_by_its_path(place):
    if place.app.generation.nested_folders:
        ask(place, "/api/folders", uid="inner", title="Inner", parentUid="platform")
        converge(NAME, place.url, folder="Plattform ☂/Inner", permissions=[{"role": "Viewer", "permission": "Edit"}])
        assert rights(place, "folders/inner") == {"Viewer": "Edit"}
    else:
        failed = run_module(NAME, place.url, folder="Plattform ☂/Inner", permissions=[{"role": "Viewer", "permission": "Edit"}])
        assert "There is no folder 'Plattform ☂/Inner'" in failed["msg"]


def test_what_is_so_already_is_one_request(place):
    entries = [{"user": "anna@example.com", "permission": "Edit"}, {"team": "Team ☂", "permission": "View"}]
    run_module(NAME, place.url, folder="platform", permissions=entries)
    del place.requests[:]
    assert not run_module(NAME, place.url, folder="platform", permissions=[{"user": "anna", "permission": "Edit"}, entries[1]])["changed"]
    assert place.requests == [("GET", "/api/access-control/folders/platform")]


def test_many_things_at_once(place):
    items = [
        {"folder": "platform", "permissions": [{"role": "Viewer", "permission": "Edit"}]},
        {"dashboard": "board", "permissions": [{"user": "anna", "permission": "View"}]},
    ]
    assert [one["action"] for one in converge(NAME, place.url, items=items)["results"]] == ["updated", "updated"]


def test_data_sources_have_rights_elsewhere_only(place):
    ask(place, "/api/datasources", name="Orders", type="loki", access="proxy", url="http://127.0.0.1:1")
    failed = run_module(NAME, place.url, datasource="Orders", permissions=[{"team": "Team ☂", "permission": "Query"}])
    assert failed["msg"].startswith("This server has no permissions of data sources: they are part of Grafana Enterprise")


@pytest.mark.parametrize(("options", "words"), [
    ({"folder": "nosuch", "permissions": [{"role": "Viewer", "permission": "View"}]}, "There is no folder 'nosuch'."),
    ({"dashboard": "nosuch", "permissions": [{"role": "Viewer", "permission": "View"}]}, "There is no dashboard 'nosuch'."),
    ({"datasource": "nosuch", "permissions": [{"role": "Viewer", "permission": "Edit"}]}, "There is no datasource 'nosuch'."),
    ({"permissions": []}, "name one thing, by folder, dashboard, datasource; 0 are named"),
    ({"folder": "a", "dashboard": "b", "permissions": []}, "2 are named"),
    ({"folder": "platform", "permissions": [{"user": "nobody", "permission": "View"}]}, "There is no user 'nobody' in this organization."),
    ({"folder": "platform", "permissions": [{"team": "nobody", "permission": "View"}]}, "There is no team 'nobody' in this organization."),
    ({"folder": "platform", "permissions": [{"service_account": "nobody", "permission": "View"}]}, "There is no service account 'nobody'"),
    ({"folder": "platform", "permissions": [{"user": "anna", "team": "Team ☂", "permission": "View"}]}, "one of them names 2"),
    ({"folder": "platform", "permissions": [{"user": "anna"}]}, "user anna needs a permission on the folder"),
    ({"folder": "platform", "permissions": [{"user": "anna", "permission": "Query"}]}, "one of View, Edit, Admin, not Query"),
    ({"folder": "platform", "permissions": [{"user": u, "permission": "View"} for u in ("anna", "anna@example.com")]}, "user anna is described twice"),
    ({"folder": "platform", "exclusive": True}, "permissions are needed"),
    ({"items": [{"folder": "platform", "permissions": []}], "purge": True, "scope": ["*"]}, "use exclusive"),
])  # fmt: skip
def test_what_cannot_be_is_said(place, options, words):
    failed = run_module(NAME, place.url, **options)
    assert failed["failed"]
    assert words in failed["msg"]


def test_what_is_gone_already_needs_no_taking_away(place):
    for options in ({"folder": "nosuch"}, {"folder": "platform", "permissions": [{"user": "nobody"}]}):
        assert run_module(NAME, place.url, state="absent", **options).get("changed") is False


def test_check_mode_takes_what_earlier_tasks_would_make_for_granted(place):
    entries = [{"user": "new-user", "permission": "View"}]
    foreseen = run_module(NAME, place.url, check=True, folder="new-folder", permissions=entries)
    assert foreseen.before_and_after[0][1]["permissions"] == ["user new-user: View"]


def test_who_may_not_is_told(place):
    entries = [{"role": "Viewer", "permission": "Admin"}]
    failed = run_module(NAME, place.url, folder="platform", permissions=entries, url_username="anna", url_password="some-password")
    assert failed["http_status"] == 403


def test_what_is_exported_is_what_is_there(place):
    entries = [{"user": "anna", "permission": "Edit"}, {"team": "Team ☂", "permission": "View"}, {"service_account": "robot", "permission": "View"}]
    run_module(NAME, place.url, folder="platform", exclusive=True, permissions=entries)
    kind = Permissions()

    class Api:
        read_only = True

        def get(self, path, params=None):
            return requests.get(place.url + path, params=params, auth=LOGIN, timeout=5).json()

    exported = kind.export(Api())
    assert [one["folder"] for one in exported] == ["platform"]
    assert not run_module(NAME, place.url, items=[{**one, "exclusive": True} for one in exported])["changed"]
