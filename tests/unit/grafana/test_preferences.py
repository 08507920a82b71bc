# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Preferences: of the organisation, of teams, of the account; one is changed and the others stay."""

from __future__ import annotations

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

NAME = "grafana_preferences"
LOGIN = ("admin", "admin")


def ask(grafana, path, **body):
    """Send a request beside the module and return the answer."""
    answer = requests.request("POST" if body else "GET", grafana.url + path, json=body or None, auth=LOGIN, timeout=5)
    assert answer.ok, answer.text
    return answer.json()


@pytest.fixture
def place(grafana):
    """A server with a dashboard and a team."""
    ask(grafana, "/api/dashboards/db", dashboard={"uid": "home", "title": "Home"})
    ask(grafana, "/api/teams", name="Team ☂")
    return grafana


@pytest.mark.parametrize(("whose", "path"), [({}, "/api/org/preferences"), ({"of": "user"}, "/api/user/preferences"), ({"team": "Team ☂"}, "")])
def test_what_nobody_names_stays(place, whose, path):
    path = path or f"/api/teams/{ask(place, '/api/teams/search')['teams'][0]['id']}/preferences"
    converge(NAME, place.url, theme="dark", home_dashboard_uid="home", week_start="monday", language="de-DE", **whose)
    changed = converge(NAME, place.url, timezone="utc", **whose)
    assert changed["preferences"] == ask(place, path)
    assert ask(place, path) == {"theme": "dark", "homeDashboardUID": "home", "weekStart": "monday", "language": "de-DE", "timezone": "utc"}
    assert changed.before_and_after[0][1]["timezone"] == "utc"
    converge(NAME, place.url, theme="", home_dashboard_uid="", **whose)
    assert ask(place, path) == {"weekStart": "monday", "language": "de-DE", "timezone": "utc"}
    converge(NAME, place.url, state="absent", **whose)
    assert ask(place, path) == {}


def test_what_is_so_already_is_one_request(place):
    run_module(NAME, place.url, theme="dark")
    del place.requests[:]
    assert not run_module(NAME, place.url, theme="dark")["changed"]
    assert place.requests == [("GET", "/api/org/preferences")]


def test_several_at_once(place):
    items = [{"theme": "dark"}, {"team": "Team ☂", "theme": "light"}, {"of": "user", "timezone": "browser"}]
    assert [one["action"] for one in converge(NAME, place.url, items=items)["results"]] == ["updated"] * 3


@pytest.mark.parametrize(("options", "words"), [
    ({"home_dashboard_uid": "nosuch"}, "There is no dashboard with the uid 'nosuch' to be the home of the organization."),
    ({"team": "nosuch", "theme": "dark"}, "There is no team 'nosuch' in this organization."),
    ({"of": "team", "theme": "dark"}, "those of a team need its name"),
    ({"of": "user", "team": "Team ☂"}, "those of a team need its name, and only those do"),
    ({"items": [{"theme": "dark"}, {"of": "organization", "theme": "light"}]}, "is described twice"),
    ({"items": [{"theme": "dark"}], "purge": True, "scope": ["*"]}, "use state: absent"),
    ({"theme": "pink"}, "value of theme must be one of"),
])  # fmt: skip
def test_what_cannot_be_is_said(place, options, words):
    failed = run_module(NAME, place.url, **options)
    assert failed["failed"]
    assert words in failed["msg"]


def test_check_mode_takes_a_team_that_is_not_there_yet_for_granted(place):
    assert run_module(NAME, place.url, check=True, team="new", theme="dark")["changed"]


def test_what_other_clients_have_set_is_sent_along(place):
    table = place.app.store.table("preferences", 1)
    table.put("org", {"theme": "light", "language": "fr-FR"})
    converge(NAME, place.url, theme="dark")
    assert ask(place, "/api/org/preferences") == {"theme": "dark", "language": "fr-FR"}
