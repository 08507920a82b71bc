# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is in an organisation: let in, given another role, sent out."""

from __future__ import annotations

import pytest

from tests.unit.grafana.accounts import call, make_token, make_user
from tests.unit.grafana.running import converge, run_module


@pytest.fixture
def crew(grafana):
    """Two users, and an organisation of number 2 in which only the administrator is."""
    make_user(grafana, "jane", "jane.doe@example.com")
    make_user(grafana, "jörg", "joerg@example.com")
    call(grafana, "POST", "/api/orgs", {"name": "Other Org."})
    return grafana


def roles(grafana, org=1):
    return {one["login"]: one["role"] for one in call(grafana, "GET", f"/api/orgs/{org}/users")}


def test_a_user_comes_is_promoted_and_goes(crew):
    came = converge("grafana_organization_user", crew.url, org_id=2, login="jörg")
    assert (came["state"], came["user"]["orgId"], came["user"]["role"], came["user"]["email"]) == ("present", 2, "Viewer", "joerg@example.com")
    promoted = converge("grafana_organization_user", crew.url, org_name="Other Org.", login="jörg", role="editor")
    assert (promoted["user"]["role"], roles(crew, 2)["jörg"]) == ("Editor", "Editor")
    assert promoted.before_and_after == [({"login": "jörg", "role": "viewer"}, {"login": "jörg", "role": "editor"})]
    assert converge("grafana_organization_user", crew.url, org_id=2, login="jörg", state="absent")["state"] == "absent"
    assert roles(crew, 2) == {"admin": "Admin"}


def test_the_first_organization_is_meant_by_default_wherever_the_account_works(crew):
    call(crew, "POST", "/api/user/using/2")
    converge("grafana_organization_user", crew.url, login="jane", role="editor")
    assert roles(crew)["jane"] == "Editor"


def test_who_is_sent_out_of_the_last_one_stays_a_user(crew):
    converge("grafana_organization_user", crew.url, login="jane", state="absent")
    assert call(crew, "GET", "/api/users/lookup?loginOrEmail=jane")["login"] == "jane"


def test_an_address_names_a_member_too(crew):
    changed = converge("grafana_organization_user", crew.url, login="Jane.Doe@example.com", role="none")
    assert (changed["user"]["login"], roles(crew)["jane"]) == ("jane", "None")


def test_a_user_who_does_not_exist(crew):
    refused = run_module("grafana_organization_user", crew.url, login="nobody")
    assert "failed with status 404: User not found" in refused["msg"]
    assert "make one with grafana_user first" in refused["msg"]
    foreseen = run_module("grafana_organization_user", crew.url, check=True, login="nobody")
    assert (foreseen["changed"], foreseen["user"]) == (True, {"login": "nobody", "role": "Viewer"}), "a task before may make the user"


def test_the_last_administrator_stays(crew):
    for options in ({"state": "absent"}, {"role": "editor"}):
        refused = run_module("grafana_organization_user", crew.url, org_id=2, login="admin", **options)
        assert "failed with status 400: Cannot " in refused["msg"]
    assert roles(crew, 2) == {"admin": "Admin"}


def test_a_purge_passes_over_who_asks(crew):
    items = [{"login": "joerg@example.com", "role": "admin"}]
    done = converge("grafana_organization_user", crew.url, items=items, purge=True, scope=["*"])
    assert [(one["action"], one["object"]) for one in done["results"]] == [("updated", "member joerg@example.com"), ("deleted", "member jane")]
    assert roles(crew) == {"admin": "Admin", "jörg": "Admin"}


def test_two_names_of_one_member_are_told(crew):
    refused = run_module("grafana_organization_user", crew.url, items=[{"login": "jane"}, {"login": "jane.doe@example.com"}])
    assert "are the same object" in refused["msg"]


def test_any_number_is_read_with_one_request(crew):
    run_module("grafana_organization_user", crew.url, login="jane")
    run_module("grafana_organization_user", crew.url, items=[{"login": "jane"}, {"login": "jörg"}])
    assert [path for _verb, path in crew.requests if path.startswith("/api/orgs/1/users")] == ["/api/orgs/1/users"] * 2


def test_a_token_cannot_and_is_told_so(crew):
    refused = run_module("grafana_organization_user", crew.url, token=make_token(crew), login="jane")
    assert "Tokens of service accounts cannot do this" in refused["msg"]


def test_an_organization_that_does_not_exist(crew):
    assert "There is no organization called 'Nowhere'" in run_module("grafana_organization_user", crew.url, org_name="Nowhere", login="jane")["msg"]
