# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Teams: made, renamed, removed; who comes, who stays, who goes."""

from __future__ import annotations

import pytest

from tests.unit.grafana.accounts import call, make_token, make_user, writes
from tests.unit.grafana.running import converge, run_module

# Ansible hides the administrator's password wherever it stands, here in admin@localhost.
ME = "********@localhost"


@pytest.fixture
def people(grafana):
    """Three users, of whom one has no address that looks like the login."""
    make_user(grafana, "john", "john+doe@example.com")
    make_user(grafana, "jane", "jane.doe@example.com")
    make_user(grafana, "jörg", "joerg@example.com")
    return grafana


def test_a_team_is_made_changed_and_removed(grafana):
    made = converge("grafana_team", grafana.url, name="grafana working group", email="group@example.com")
    team = made["team"]
    assert (made["action"], team["name"], team["email"]) == ("created", "grafana working group", "group@example.com")
    assert (team["memberCount"], team["admins"]) == (1, [ME]), "who makes a team is in it"
    changed = converge("grafana_team", grafana.url, name="grafana working group", email="other@example.com")
    assert changed.before_and_after == [
        ({"name": "grafana working group", "email": "group@example.com"}, {"name": "grafana working group", "email": "other@example.com"})
    ]
    gone = converge("grafana_team", grafana.url, name="grafana working group", email="x@example.com", state="absent")
    assert (gone["message"], gone["team"]) == ("Team deleted", {})
    assert run_module("grafana_team", grafana.url, name="grafana working group", state="absent")["message"] == "No team found"


def test_a_uid_renames_and_cannot_be_chosen(grafana):
    uid = run_module("grafana_team", grafana.url, name="Einkauf")["team"]["uid"]
    assert converge("grafana_team", grafana.url, name="Einkauf & Verkauf", uid=uid)["team"]["name"] == "Einkauf & Verkauf"
    refused = run_module("grafana_team", grafana.url, name="Another", uid="mine")
    assert refused["msg"] == "There is no team with the uid 'mine'. Grafana chooses uids itself: leave it out to make a team."


def test_members_come_and_only_enforced_ones_go(people):
    def members(**options):
        return converge("grafana_team", people.url, name="crew", **options)["team"]["members"]

    assert members(members=["john+doe@example.com", "jane.doe@example.com"]) == [ME, "jane.doe@example.com", "john+doe@example.com"]
    assert members(members=["john+doe@example.com"]) == [ME, "jane.doe@example.com", "john+doe@example.com"]
    assert members() == [ME, "jane.doe@example.com", "john+doe@example.com"]
    assert members(enforce_members=True) == [ME, "jane.doe@example.com", "john+doe@example.com"], "nobody was named"
    assert members(members=["JOHN", "jörg"], enforce_members=True) == ["john+doe@example.com", "joerg@example.com"]
    assert members(members=[], enforce_members=True) == []


def test_the_diff_names_who_comes_and_goes(people):
    run_module("grafana_team", people.url, name="crew", members=["john"], enforce_members=True)
    changed = run_module("grafana_team", people.url, check=True, name="crew", members=["jane"], enforce_members=True)
    assert changed.before_and_after == [({"name": "crew", "members": ["john+doe@example.com"]}, {"name": "crew", "members": ["jane"]})]


def test_a_new_team_can_be_without_its_maker(people):
    made = converge("grafana_team", people.url, name="crew", members=["john", "john+doe@example.com"], enforce_members=True)
    assert made["team"]["members"] == ["john+doe@example.com"]


def test_administrators_are_made_and_made_members_again(people):
    made = converge("grafana_team", people.url, name="crew", members=["john"], admins=["jane"], enforce_members=True)
    assert (made["team"]["members"], made["team"]["admins"]) == (["jane.doe@example.com", "john+doe@example.com"], ["jane.doe@example.com"])
    stays = converge("grafana_team", people.url, name="crew", members=["jane", "john"], enforce_members=True)
    assert stays["team"]["admins"] == ["jane.doe@example.com"], "nobody said who administers it"
    swapped = converge("grafana_team", people.url, name="crew", members=["jane"], admins=["john"], enforce_members=True)
    assert swapped["team"]["admins"] == ["john+doe@example.com"]


def test_a_member_who_does_not_exist_is_told_before_anything_is_written(people):
    del people.requests[:]
    refused = run_module("grafana_team", people.url, name="crew", members=["john", "nobody@example.com"])
    assert refused["msg"].startswith("Could not create the team crew: There is no user 'nobody@example.com'")
    assert writes(people) == []


def test_a_token_manages_members_of_its_organization(people):
    made = converge("grafana_team", people.url, token=make_token(people), name="crew", members=["jane"], admins=["john"])
    assert made["team"]["members"] == ["jane.doe@example.com", "john+doe@example.com"], "an account for services is in no team"


def test_many_are_read_with_one_request_and_their_members_where_they_matter(people):
    items = [{"name": f"Web {number}"} for number in range(20)] + [{"name": "Web crew", "members": ["john"]}]
    converge("grafana_team", people.url, items=items)
    del people.requests[:]
    run_module("grafana_team", people.url, items=items)
    assert people.requests[0][1] == "/api/teams/search"
    assert len(people.requests) == 2
    del people.requests[:]
    run_module("grafana_team", people.url, name="Web crew", members=["john"])
    assert len(people.requests) == 2


def test_only_what_is_in_scope_is_purged(grafana):
    for name in ("Web old", "Data"):
        call(grafana, "POST", "/api/teams", {"name": name})
    done = converge("grafana_team", grafana.url, items=[{"name": "Web new"}], purge=True, scope=["Web *"])
    assert [(one["action"], one["object"]) for one in done["results"]] == [("created", "team Web new"), ("deleted", "team Web old")]
    assert [one["name"] for one in call(grafana, "GET", "/api/teams/search")["teams"]] == ["Data", "Web new"]


def test_a_team_of_another_organization(people):
    org = call(people, "POST", "/api/orgs", {"name": "Other Org."})["orgId"]
    by_number = converge("grafana_team", people.url, name="crew", org_id=org, members=["jane"])
    assert (by_number["team"]["orgId"], by_number["team"]["memberCount"]) == (org, 2)
    assert not run_module("grafana_team", people.url, name="crew", org_name="Other Org.", members=["jane"])["changed"]
    assert call(people, "GET", "/api/teams/search")["totalCount"] == 0, "the user's own organization stays as it was"


def test_more_teams_than_a_page_holds(grafana):
    for number in range(1001):
        grafana.app.store.table("teams", 1).put(number, {"id": number, "uid": f"u{number}", "name": f"Team {number:04}", "email": "", "members": {}})
    items = [{"name": f"Team {number:04}"} for number in range(1001)]
    assert not run_module("grafana_team", grafana.url, items=items)["changed"]
    assert len(grafana.requests) == 2
