# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tree of notification policies: whole, in Grafana's normal form, and brought back to the first one."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.grafana.notification_policy import NOTIFICATION_POLICY, NotificationPolicies

from tests.unit.grafana.running import converge, run_module

ADMIN = ("admin", "admin")
PATH = "/api/v1/provisioning/policies"
FACTORY = {"receiver": "grafana-default-email", "group_by": ["grafana_folder", "alertname"]}


def run(grafana, **options):
    return run_module("grafana_notification_policy", grafana.url, **options)


def done(grafana, **options):
    return converge("grafana_notification_policy", grafana.url, **options)


def tree(grafana):
    """Return the tree without the mark of who wrote it."""
    found = requests.get(grafana.url + PATH, auth=ADMIN, timeout=5).json()
    return {key: value for key, value in found.items() if key != "provenance"}


@pytest.fixture
def points(grafana):
    """Make the contact points and the timing that the trees name."""
    for name in ("pa", "pb ☃"):
        run_module("grafana_contact_point", grafana.url, name=name, type="email", email_addresses=["a@example.com"])
    body = {"name": "pm", "time_intervals": [{"weekdays": ["sunday"]}]}
    requests.post(grafana.url + "/api/v1/provisioning/mute-timings", json=body, auth=ADMIN, timeout=5)


def test_a_tree_is_written_and_brought_back(grafana, points):
    routes = [
        {"receiver": "pa", "object_matchers": ["team=a"], "mute_time_intervals": ["pm"], "continue": True, "group_wait": "10s"},
        {"receiver": "pb ☃", "matchers": ['severity="critical"'], "repeat_interval": "120m", "routes": [{"object_matchers": [["x", "=~", "y.*"]]}]},
    ]
    written = done(grafana, receiver="pa", group_by=["alertname"], group_wait="90s", routes=routes)
    assert written["action"] == "updated" and written.before_and_after[0][0] == FACTORY
    assert tree(grafana) == {
        "receiver": "pa",
        "group_by": ["alertname"],
        "group_wait": "1m30s",
        "routes": [
            {"receiver": "pa", "object_matchers": [["team", "=", "a"]], "mute_time_intervals": ["pm"], "continue": True, "group_wait": "10s"},
            {"receiver": "pb ☃", "matchers": ['severity="critical"'], "repeat_interval": "2h", "routes": [{"object_matchers": [["x", "=~", "y.*"]]}]},
        ],
    }
    assert done(grafana, state="absent")["action"] == "deleted"
    assert tree(grafana) == FACTORY


def test_a_second_run_asks_once_and_writes_nothing(grafana, points):
    options = {"receiver": "pa", "routes": [{"receiver": "pa", "object_matchers": ["b=2", ["a", "!=", "1"]], "continue": False, "group_wait": "60s"}]}
    done(grafana, **options)
    del grafana.requests[:]
    other = {"receiver": "pa", "object_matchers": [["a", "!=", "1"], 'b = "2"'], "group_wait": "1m", "mute_time_intervals": []}
    assert not run(grafana, receiver="pa", routes=[other])["changed"]
    assert grafana.requests == [("GET", PATH)]


def test_of_the_root_what_is_not_said_stays_and_routes_are_whole(grafana, points):
    run(grafana, receiver="pa", group_wait="10s", routes=[{"receiver": "pa", "object_matchers": ["a=1"], "group_wait": "5s"}])
    done(grafana, routes=[{"receiver": "pa", "object_matchers": ["a=1"]}])
    assert tree(grafana) == {**FACTORY, "receiver": "pa", "group_wait": "10s", "routes": [{"receiver": "pa", "object_matchers": [["a", "=", "1"]]}]}
    done(grafana, routes=[])
    assert "routes" not in tree(grafana)


def test_a_contact_point_that_is_not_there_is_named(grafana):
    ran = run(grafana, receiver="nosuch")
    assert "There is no contact point called 'nosuch'" in ran["msg"] and ran["http_status"] == 400
    ran = run(grafana, routes=[{"receiver": "grafana-default-email", "mute_time_intervals": ["nosuch"], "object_matchers": ["a=b"]}])
    assert "There is no mute timing called 'nosuch'" in ran["msg"]
    foreseen = run(grafana, check=True, receiver="nosuch")
    assert foreseen["changed"] and "contact point 'nosuch'" in str(foreseen.warned)


def test_a_provisioned_tree_does_not_become_editable_until_it_is_reset(grafana, points):
    run(grafana, receiver="pa")
    refused = run(grafana, receiver="pb ☃", provisioning=False)
    assert "never makes such an object editable again" in refused["msg"]
    run(grafana, state="absent")
    done(grafana, receiver="pb ☃", provisioning=False)
    done(grafana, receiver="pa", provisioning=False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"routes": [{"reciever": "pa"}]}, "route 1 has 'reciever', which is no part of a policy. Did you mean 'receiver'?"),
        ({"routes": [{}, {"routes": [{"group_wait": "xx"}]}]}, "route 2.1 has a group_wait of 'xx', which is no duration"),
        ({"routes": [{"object_matchers": [["a", "bogus", "b"]]}]}, "is no matcher such as"),
        ({"group_by": ["...", "x"]}, "'...' stands alone"),
        ({"items": [{"receiver": "a"}, {"receiver": "b"}]}, "described twice"),
    ],
)
def test_what_grafana_would_refuse_without_a_reason_is_said_in_a_sentence(grafana, options, words):
    ran = run(grafana, **options)
    assert ran["failed"] and words in ran["msg"], ran["msg"]
    assert all(verb == "GET" for verb, _path in grafana.requests)


def test_an_export_is_taken_back_without_a_change(grafana, points):
    run(grafana, receiver="pa", group_interval="10m", routes=[{"receiver": "pa", "object_matchers": ["a=1"]}])

    class Reader:
        def get(self, path, params=None):
            return requests.get(grafana.url + path, params=params, auth=ADMIN, timeout=5).json()

    items = NotificationPolicies(NOTIFICATION_POLICY).export(Reader())
    assert not run(grafana, items=items)["changed"]
