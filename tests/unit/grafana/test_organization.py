# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Organisations: made, renamed, removed, and never the first."""

from __future__ import annotations

from tests.unit.grafana.accounts import call, make_token, writes
from tests.unit.grafana.running import converge, run_module


def names(grafana):
    return [one["name"] for one in call(grafana, "GET", "/api/orgs")]


def test_an_organization_is_made_renamed_and_removed(grafana):
    made = converge("grafana_organization", grafana.url, name="Öl & Gas / Süd")
    assert (made["org"]["name"], made["msg"]) == ("Öl & Gas / Süd", "Organization Öl & Gas / Süd created.")
    number = made["org"]["id"]
    assert run_module("grafana_organization", grafana.url, name="Öl & Gas / Süd")["msg"] == "Organization Öl & Gas / Süd already created."
    renamed = converge("grafana_organization", grafana.url, id=number, name="Gas")
    assert renamed.before_and_after == [({"id": number, "name": "Öl & Gas / Süd"}, {"id": number, "name": "Gas"})]
    assert converge("grafana_organization", grafana.url, name="Gas", state="absent")["msg"] == "Organization deleted"
    assert run_module("grafana_organization", grafana.url, name="Gas", state="absent")["msg"] == "No org found, nothing to do"


def test_a_name_that_is_taken_is_told_in_the_servers_words(grafana):
    number = run_module("grafana_organization", grafana.url, name="Gas")["org"]["id"]
    refused = run_module("grafana_organization", grafana.url, id=number, name="Main Org.")
    assert refused["msg"].endswith(f"/api/orgs/{number} failed with status 400: Organization name taken.")
    assert names(grafana) == ["Gas", "Main Org."]


def test_the_first_one_is_never_removed(grafana):
    call(grafana, "POST", "/api/orgs", {"name": "Old"})
    assert "is not removed" in run_module("grafana_organization", grafana.url, name="Main Org.", state="absent")["msg"]
    assert "is not removed" in run_module("grafana_organization", grafana.url, id=1, name="Main Org.", state="absent")["msg"]
    converge("grafana_organization", grafana.url, items=[{"name": "New"}], purge=True, scope=["*"])
    assert names(grafana) == ["Main Org.", "New"]


def test_the_one_in_which_the_account_works_stays(grafana):
    number = run_module("grafana_organization", grafana.url, name="Gas")["org"]["id"]
    call(grafana, "POST", f"/api/user/using/{number}")
    refused = run_module("grafana_organization", grafana.url, name="Gas", state="absent")
    assert "Cannot delete your active organization" in refused["msg"]


def test_a_number_cannot_be_chosen(grafana):
    assert "There is no organization with the number 77" in run_module("grafana_organization", grafana.url, id=77, name="Gas")["msg"]
    assert writes(grafana) == []


def test_more_organizations_than_a_page_holds(grafana):
    main = dict(grafana.app.store.table("orgs")[1])
    for number in range(2, 1103):
        grafana.app.store.table("orgs").put(number, {**main, "id": number, "name": f"Customer {number:04}"})
    items = [{"name": f"Customer {number:04}"} for number in range(2, 1103)]
    assert not run_module("grafana_organization", grafana.url, items=items)["changed"]
    assert len(grafana.requests) == 2


def test_one_is_asked_for_by_its_name(grafana):
    run_module("grafana_organization", grafana.url, name="Main Org.")
    assert len(grafana.requests) == 1


def test_a_token_cannot_and_is_told_so(grafana):
    refused = run_module("grafana_organization", grafana.url, token=make_token(grafana), name="Gas")
    assert "Tokens of service accounts cannot do this" in refused["msg"]
