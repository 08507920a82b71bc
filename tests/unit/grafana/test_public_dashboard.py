# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public dashboards: shown, hidden, private again."""

from __future__ import annotations

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def boards(grafana):
    """A server with three dashboards."""
    run_module("grafana_dashboard", grafana.url, items=[{"dashboard": {"uid": uid, "title": uid}} for uid in ("a", "b", "c")])
    return grafana


def seen(grafana, token):
    """Return whether everybody sees a dashboard."""
    return requests.get(f"{grafana.url}/api/public/dashboards/{token}", timeout=5).status_code == 200


def test_a_dashboard_is_shown_hidden_and_private_again(boards):
    made = converge("grafana_public_dashboard", boards.url, dashboard_uid="a")
    token = made["public_dashboard"]["accessToken"]
    assert seen(boards, token)
    converge("grafana_public_dashboard", boards.url, dashboard_uid="a", time_selection_enabled=True)
    hidden = converge("grafana_public_dashboard", boards.url, dashboard_uid="a", enabled=False)
    assert hidden.before_and_after[0][1]["enabled"] is False
    assert not seen(boards, token)
    converge("grafana_public_dashboard", boards.url, dashboard_uid="a", state="absent")
    assert converge("grafana_public_dashboard", boards.url, dashboard_uid="a")["action"] == "created"


def test_the_link_can_be_chosen_but_not_changed(boards):
    converge("grafana_public_dashboard", boards.url, dashboard_uid="a", uid="mine", access_token=TOKEN)
    assert seen(boards, TOKEN)
    ran = run_module("grafana_public_dashboard", boards.url, dashboard_uid="a", access_token=TOKEN[::-1])
    assert "access_token is" in ran["msg"]
    assert "cannot become" in ran["msg"]


def test_a_dashboard_that_is_not_there(boards):
    assert "So there is no dashboard with the uid 'nosuch'" in run_module("grafana_public_dashboard", boards.url, dashboard_uid="nosuch")["msg"]
    assert not run_module("grafana_public_dashboard", boards.url, dashboard_uid="nosuch", state="absent")["changed"]


def test_those_that_nobody_describes_become_private(boards):
    items = [{"dashboard_uid": uid} for uid in ("a", "b", "c")]
    converge("grafana_public_dashboard", boards.url, items=items)
    done = converge("grafana_public_dashboard", boards.url, items=items[1:], purge=True, scope=["*"])
    assert [one["object"] for one in done["results"] if one["action"] == "deleted"] == ["public dashboard a"]


def test_one_is_asked_for_once(boards):
    run_module("grafana_public_dashboard", boards.url, dashboard_uid="a")
    del boards.requests[:]
    assert not run_module("grafana_public_dashboard", boards.url, dashboard_uid="a", enabled=True)["changed"]
    assert boards.requests == [("GET", "/api/dashboards/uid/a/public-dashboards")]
