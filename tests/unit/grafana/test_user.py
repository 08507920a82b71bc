# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users: made, renamed, given rights, shut out, removed; their passwords are sent only when that is wanted."""

from __future__ import annotations

import pytest
import requests

from tests.unit.grafana.accounts import call, make_token, make_user, writes
from tests.unit.grafana.running import converge, run_module

SECRET = "Zu gröt für alle"
OTHER = "another-secret-of-theirs"


def may_log_in(grafana, login, password):
    auth = (login.encode(), password.encode())
    return requests.get(grafana.url + "/api/user", auth=auth, timeout=5).status_code == 200


def test_a_user_is_made_changed_and_removed(grafana):
    made = converge("grafana_user", grafana.url, login="jörg+x", name="Jörg", email="joerg@example.com", password=SECRET)
    assert (made["user"]["login"], made["user"]["isGrafanaAdmin"], may_log_in(grafana, "jörg+x", SECRET)) == ("jörg+x", False, True)
    assert SECRET not in made.output
    changed = converge("grafana_user", grafana.url, login="jörg+x", name="Jörg M.", email="m@example.com", password=SECRET, is_admin=True)
    assert {name: changed["user"][name] for name in ("name", "email", "isGrafanaAdmin")} == {
        "name": "Jörg M.", "email": "m@example.com", "isGrafanaAdmin": True,
    }  # fmt: skip
    assert call(grafana, "GET", f"/api/users/{changed['user']['id']}")["isGrafanaAdmin"], "as it is told, it is"
    gone = converge("grafana_user", grafana.url, login="jörg+x", state="absent")
    assert gone["message"] == "User deleted"
    assert run_module("grafana_user", grafana.url, login="jörg+x", state="absent")["message"] == "No user found, nothing to do"


def test_a_number_renames(grafana):
    number = make_user(grafana, "jane")
    renamed = converge("grafana_user", grafana.url, id=number, login="jane.doe")
    assert renamed.before_and_after == [({"id": number, "login": "jane"}, {"id": number, "login": "jane.doe"})]
    assert call(grafana, "GET", f"/api/users/{number}")["email"] == "jane@example.com", "what was not said stays"
    refused = run_module("grafana_user", grafana.url, id=999, login="somebody", password=SECRET)
    assert refused["msg"].startswith("There is no user with the number 999.")


def test_a_new_user_needs_a_password_but_a_prediction_does_not(grafana):
    refused = run_module("grafana_user", grafana.url, login="jane", email="jane@example.com")
    assert (refused["failed"], refused["msg"]) == (True, "missing required arguments: password")
    foreseen = run_module("grafana_user", grafana.url, check=True, login="jane", email="jane@example.com")
    assert foreseen["changed"]
    assert "The user jane does not exist; to make them, a password is needed." in foreseen.output


def test_a_short_password_is_refused_in_the_servers_words(grafana):
    refused = run_module("grafana_user", grafana.url, login="jane", password="#1")
    assert refused["msg"].startswith("Could not create the user jane: POST ")
    assert refused["msg"].endswith("/users failed with status 400: New password is too short.")


def test_the_password_of_an_existing_user_is_left_alone(grafana):
    make_user(grafana, "jane", password=OTHER)
    changed = converge("grafana_user", grafana.url, login="jane", name="Jane", password=SECRET)
    assert changed.before_and_after[0][1] == {"login": "jane", "name": "Jane"}
    assert may_log_in(grafana, "jane", OTHER)


def test_a_password_is_set_every_time_when_that_is_wanted(grafana):
    make_user(grafana, "jane", password=OTHER)
    first, second = (run_module("grafana_user", grafana.url, login="jane", password=SECRET, update_secrets="always") for _ in range(2))
    assert (first["changed"], second["changed"], may_log_in(grafana, "jane", SECRET)) == (True, True, True)
    assert first.before_and_after[0][1]["password"] == "changed"
    assert SECRET not in first.output


def test_a_password_is_tried_when_that_is_wanted(grafana):
    make_user(grafana, "jane", password=OTHER)
    changed = converge("grafana_user", grafana.url, login="jane", password=SECRET, check_password=True)
    assert may_log_in(grafana, "jane", SECRET)
    assert (SECRET not in changed.output, OTHER not in changed.output) == (True, True)


def test_who_is_shut_out_cannot_be_tried(grafana):
    make_user(grafana, "jane", password=OTHER)
    converge("grafana_user", grafana.url, login="jane", is_disabled=True)
    assert not run_module("grafana_user", grafana.url, login="jane", password=SECRET, check_password=True)["changed"]
    assert not may_log_in(grafana, "jane", OTHER)
    converge("grafana_user", grafana.url, login="jane", is_disabled=False)
    assert may_log_in(grafana, "jane", OTHER)


def test_case_makes_no_difference(grafana):
    make_user(grafana, "jane", "jane@example.com")
    assert not run_module("grafana_user", grafana.url, login="Jane", email="Jane@Example.com")["changed"]
    assert not run_module("grafana_user", grafana.url, items=[{"login": "Jane", "email": "Jane@Example.com"}])["changed"]


def test_an_address_is_no_login(grafana):
    make_user(grafana, "jane", "doe@example.com")
    refused = run_module("grafana_user", grafana.url, login="doe@example.com", password=SECRET)
    assert "is no login, but the address of the user 'jane'" in refused["msg"]


@pytest.mark.parametrize("options", [{"state": "absent"}, {"is_admin": False}, {"is_disabled": True}])
def test_the_administrator_in_use_keeps_everything(grafana, options):
    for name in ("admin", "ADMIN"):
        refused = run_module("grafana_user", grafana.url, url_username="admin", url_password="admin", login=name, **options)
        assert "is the account that this task uses" in refused["msg"]
    assert writes(grafana) == []


def test_a_purge_passes_over_the_administrator_in_use(grafana):
    for login in ("temp-1", "temp-2"):
        make_user(grafana, login)
    done = converge("grafana_user", grafana.url, items=[{"login": "temp-1"}], purge=True, scope=["*"])
    assert [(one["action"], one["object"]) for one in done["results"]] == [("unchanged", "user temp-1"), ("deleted", "user temp-2")]
    assert [one["login"] for one in call(grafana, "GET", "/api/users")] == ["admin", "temp-1"]


def test_many_are_read_with_one_request(grafana):
    items = [{"login": f"user-{number}", "email": f"user-{number}@example.com", "password": SECRET} for number in range(20)]
    made = converge("grafana_user", grafana.url, items=items)
    assert SECRET not in made.output
    del grafana.requests[:]
    run_module("grafana_user", grafana.url, items=items)
    assert [path for _verb, path in grafana.requests] == ["/api/users"]
    del grafana.requests[:]
    run_module("grafana_user", grafana.url, **items[0])
    assert len(grafana.requests) == 1


def test_more_users_than_a_page_holds(grafana):
    admin = dict(grafana.app.store.table("users")[1])
    for number in range(2, 1103):
        grafana.app.store.table("users").put(number, {**admin, "id": number, "login": f"user-{number:04}", "email": f"{number}@example.com"})
    assert not run_module("grafana_user", grafana.url, items=[{"login": f"user-{number:04}"} for number in range(2, 1103)])["changed"]
    assert len(grafana.requests) == 2


def test_a_token_cannot_and_is_told_so(grafana):
    refused = run_module("grafana_user", grafana.url, token=make_token(grafana), login="jane", password=SECRET)
    assert "Tokens of service accounts cannot do this, whatever their role: give url_username and url_password" in refused["msg"]
    assert refused["http_status"] == 403


def test_a_user_begins_in_the_organization_that_is_named(grafana):
    org = call(grafana, "POST", "/api/orgs", {"name": "Other Org."})["orgId"]
    made = converge("grafana_user", grafana.url, login="jane", password=SECRET, org_name="Other Org.")
    assert made["user"]["orgId"] == org


def test_what_was_made_half_is_finished_by_the_next_run(grafana):
    grafana.faults.add("/permissions", status=500, body='{"message":"Failed to update user permissions"}', times=1)
    wanted = {"login": "jane", "password": SECRET, "is_admin": True}
    failed = run_module("grafana_user", grafana.url, **wanted)
    assert "/permissions failed with status 500: Failed to update user permissions" in failed["msg"]
    assert converge("grafana_user", grafana.url, **wanted)["user"]["isGrafanaAdmin"]
