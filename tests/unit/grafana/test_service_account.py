# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service accounts: made, renamed, shut out, removed."""

from __future__ import annotations

from tests.unit.grafana.accounts import call, make_token, writes
from tests.unit.grafana.running import converge, run_module


def accounts(grafana):
    return {one["name"]: one for one in call(grafana, "GET", "/api/serviceaccounts/search")["serviceAccounts"]}


def test_an_account_is_made_changed_and_removed(grafana):
    made = converge("grafana_service_account", grafana.url, name="Überwachung", role="editor")
    assert (made["service_account"]["role"], made["service_account"]["isDisabled"]) == ("Editor", False)
    changed = converge("grafana_service_account", grafana.url, name="Überwachung", role="viewer", disabled=True)
    assert changed.before_and_after == [
        ({"name": "Überwachung", "role": "editor", "is_disabled": False}, {"name": "Überwachung", "role": "viewer", "is_disabled": True})
    ]
    assert {key: accounts(grafana)["Überwachung"][key] for key in ("role", "isDisabled")} == {"role": "Viewer", "isDisabled": True}
    assert converge("grafana_service_account", grafana.url, name="Überwachung", state="absent")["action"] == "deleted"
    assert accounts(grafana) == {}


def test_a_name_that_is_part_of_another_is_its_own(grafana):
    converge("grafana_service_account", grafana.url, name="pipeline two", role="none")
    assert converge("grafana_service_account", grafana.url, name="pipeline")["action"] == "created"


def test_a_number_renames_but_not_onto_a_name_that_is_taken(grafana):
    number = run_module("grafana_service_account", grafana.url, name="one")["service_account"]["id"]
    run_module("grafana_service_account", grafana.url, name="two")
    converge("grafana_service_account", grafana.url, id=number, name="three")
    for check in (True, False):
        refused = run_module("grafana_service_account", grafana.url, check=check, id=number, name="two")
        assert refused["msg"].startswith(f"service account {number}: another service account is called 'two' already.")
    assert set(accounts(grafana)) == {"two", "three"}
    assert "There is no service account 99" in run_module("grafana_service_account", grafana.url, id=99, name="one")["msg"]


def test_two_accounts_of_one_name_are_told(grafana):
    number = call(grafana, "POST", "/api/serviceaccounts", {"name": "one"})["id"]
    call(grafana, "POST", "/api/serviceaccounts", {"name": "two"})
    call(grafana, "PATCH", f"/api/serviceaccounts/{number}", {"name": "two"})
    refused = run_module("grafana_service_account", grafana.url, name="two", role="editor")
    assert refused["msg"].startswith("There are 2 of service account two. Say which one by id.")


def test_the_account_in_use_is_never_removed(grafana):
    token = make_token(grafana)
    refused = run_module("grafana_service_account", grafana.url, token=token, name="account for Admin", state="absent")
    assert "is the account that this task uses" in refused["msg"]
    call(grafana, "POST", "/api/serviceaccounts", {"name": "old"})
    del grafana.requests[:]
    converge("grafana_service_account", grafana.url, token=token, items=[{"name": "new"}], purge=True, scope=["*"])
    assert set(accounts(grafana)) == {"account for Admin", "new"}


def test_a_role_above_ones_own_is_refused_in_the_servers_words(grafana):
    refused = run_module("grafana_service_account", grafana.url, token=make_token(grafana, "Editor"), name="big", role="admin")
    assert "failed with status 403: You'll need additional permissions to perform this action." in refused["msg"]


def test_any_number_is_read_with_one_request(grafana):
    items = [{"name": f"robot {number}", "role": "viewer"} for number in range(20)]
    converge("grafana_service_account", grafana.url, items=items)
    del grafana.requests[:]
    run_module("grafana_service_account", grafana.url, items=items)
    run_module("grafana_service_account", grafana.url, name="robot 1")
    assert [path for _verb, path in grafana.requests] == ["/api/serviceaccounts/search"] * 2


def test_more_accounts_than_a_page_holds(grafana):
    call(grafana, "POST", "/api/serviceaccounts", {"name": "pattern"})
    table = grafana.app.store.table("service_accounts", 1)
    number, pattern = next(iter(table.items()))
    for later in range(number + 1, number + 1102):
        table.put(later, {**pattern, "id": later, "name": f"robot {later}"})
    del grafana.requests[:]
    assert not run_module("grafana_service_account", grafana.url, items=[{"name": f"robot {number + 1101}"}, {"name": "pattern"}])["changed"]
    assert (len(grafana.requests), writes(grafana)) == (2, [])
