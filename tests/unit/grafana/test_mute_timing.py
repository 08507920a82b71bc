# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mute timings: compared in Grafana's normal form, and nothing that is in use removed."""

from __future__ import annotations

import pytest
import requests

from tests.unit.grafana.running import converge, run_module

ADMIN = ("admin", "admin")
LIST = "/api/v1/provisioning/mute-timings"
WEEKEND = {"weekdays": ["saturday", "sunday"]}


def run(grafana, **options):
    return run_module("grafana_mute_timing", grafana.url, **options)


def done(grafana, **options):
    return converge("grafana_mute_timing", grafana.url, **options)


def stored(grafana):
    return {one["name"]: one["time_intervals"] for one in requests.get(grafana.url + LIST, auth=ADMIN, timeout=5).json()}


def test_a_timing_is_made_changed_and_removed(grafana):
    hours = {"times": [{"start_time": "08:00", "end_time": "17:00"}], "weekdays": ["Monday:Friday"], "days_of_month": ["1:5", "-1"]}
    made = done(grafana, name="Öffice ☃", time_intervals=[{**hours, "months": ["january:march", "12"], "years": ["2026"], "location": "Europe/Paris"}])
    assert made["action"] == "created"
    kept = {**hours, "weekdays": ["monday:friday"], "months": ["1:3", "12"], "years": ["2026"], "location": "Europe/Paris"}
    assert stored(grafana) == {"Öffice ☃": [kept]}
    changed = done(grafana, name="Öffice ☃", time_intervals=[WEEKEND])
    assert changed.before_and_after[0][0]["time_intervals"] == [kept]
    done(grafana, name="Öffice ☃", state="absent")
    assert stored(grafana) == {}


def test_what_is_written_differently_and_means_the_same_is_no_change(grafana):
    done(grafana, name="x", time_intervals=[{"months": ["january:march"], "days_of_month": [1]}])
    again = run(grafana, name="x", time_intervals=[{"months": ["1:3"], "days_of_month": ["01"], "years": [], "location": ""}])
    assert not again["changed"]


def test_less_than_what_is_there_is_a_change(grafana):
    run(grafana, name="x", time_intervals=[{**WEEKEND, "location": "Europe/Paris"}])
    assert done(grafana, name="x", time_intervals=[WEEKEND])["changed"]
    assert stored(grafana) == {"x": [WEEKEND]}
    done(grafana, name="x", time_intervals=[])
    assert stored(grafana) == {"x": []}


def test_a_second_run_asks_once_and_many_are_read_at_once(grafana):
    items = [{"name": f"t{number}", "time_intervals": [WEEKEND]} for number in range(30)]
    done(grafana, items=items)
    del grafana.requests[:]
    run(grafana, items=items)
    run(grafana, **items[0])
    assert grafana.requests == [("GET", LIST), ("GET", f"{LIST}/t0")]
    purged = done(grafana, items=items[1:], purge=True, scope=["t*"])
    assert [one["object"] for one in purged["results"] if one["action"] == "deleted"] == ["mute timing t0"]


def test_what_is_in_use_stays(grafana):
    run(grafana, name="x", time_intervals=[WEEKEND])
    tree = {"receiver": "grafana-default-email", "routes": [{"object_matchers": [["a", "=", "b"]], "mute_time_intervals": ["x"]}]}
    requests.put(grafana.url + "/api/v1/provisioning/policies", json=tree, auth=ADMIN, timeout=5)
    refused = run(grafana, name="x", state="absent")
    assert "A notification policy or a rule uses it" in refused["msg"] and refused["http_status"] == 409


def test_a_provisioned_timing_does_not_become_editable(grafana):
    run(grafana, name="x", time_intervals=[WEEKEND])
    assert "never makes such an object editable again" in run(grafana, check=True, name="x", time_intervals=[], provisioning=False)["msg"]
    done(grafana, name="y", time_intervals=[WEEKEND], provisioning=False)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ({"weekdays": ["moonday"]}, "Did you mean 'monday'?"),
        ({"months": ["smarch"]}, "Did you mean 'march'?"),
        ({"times": [{"start_time": "8am", "end_time": "17:00"}]}, "is no time such as"),
        ({"years": ["soon"]}, "none of the days, months and years"),
        ({"weekday": ["monday"]}, "Unsupported parameters"),
    ],
)
def test_what_grafana_would_refuse_without_a_reason_is_said_in_a_sentence(grafana, interval, words):
    ran = run(grafana, name="x", time_intervals=[interval])
    assert ran["failed"] and words in ran["msg"], ran["msg"]


def test_a_new_timing_needs_its_intervals(grafana):
    assert "needs time_intervals" in run(grafana, name="x")["msg"]
