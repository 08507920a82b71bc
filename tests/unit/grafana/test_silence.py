# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Silences: one and the same when they silence the same, whatever the clock says."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure
from ansible_collections.observability.stack.plugins.module_utils.grafana.silence_times import length, matcher, moment, written

from tests.unit.grafana.running import converge, run_module

ADMIN = ("admin", "admin")
LIST = "/api/alertmanager/grafana/api/v2/silences"
WHAT = {"comment": "Wärtung ☃", "matchers": [{"name": "team", "value": "a", "isRegex": False, "isEqual": True}, "severity=~x|y"]}
LATER = {"starts_at": "2129-07-29T08:45:45.000Z", "ends_at": "2129-07-29T08:55:45.000Z"}


def run(grafana, **options):
    return run_module("grafana_silence", grafana.url, **options)


def done(grafana, **options):
    return converge("grafana_silence", grafana.url, **options)


def living(grafana):
    found = requests.get(grafana.url + LIST, auth=ADMIN, timeout=5).json()
    return [one for one in found if one["status"]["state"] != "expired"]


def test_a_silence_is_made_once_and_ended(grafana):
    made = done(grafana, **WHAT, duration="2h", created_by="me")
    assert made["action"] == "created" and made["silence"]["id"] and made["silence"]["createdBy"] == "me"
    again = run(grafana, comment=WHAT["comment"], matchers=["severity=~x|y", "team=a"], duration="3h")
    assert (again["changed"], len(living(grafana))) == (False, 1) and made["silence"]["id"] in again["msg"]
    ended = done(grafana, **WHAT, state="absent")
    assert (ended["action"], ended["silence"]["id"], living(grafana)) == ("deleted", made["silence"]["id"], [])
    assert run(grafana, **WHAT, state="absent")["msg"] == "Silence does not exist"


def test_an_ended_one_does_not_count(grafana):
    run(grafana, **WHAT, duration="1h")
    run(grafana, **WHAT, state="absent")
    assert done(grafana, **WHAT, duration="1h")["changed"]
    grafana.clock.advance(3700)
    assert run(grafana, **WHAT, duration="5h")["changed"]


def test_a_second_run_asks_once_and_writes_nothing(grafana):
    run(grafana, **WHAT, **LATER)
    del grafana.requests[:]
    assert not run(grafana, **WHAT, **LATER)["changed"]
    assert grafana.requests == [("GET", LIST)]


def test_another_end_moves_the_silence_and_another_window_is_another_silence(grafana):
    first = run(grafana, **WHAT, **LATER)["silence"]["id"]
    moved = done(grafana, **WHAT, **{**LATER, "ends_at": "2129-07-29 12:00:00+02:00"})
    assert (moved["action"], moved["silence"]["id"], moved["silence"]["endsAt"]) == ("updated", first, "2129-07-29T10:00:00.000Z")
    done(grafana, **WHAT, starts_at="2129-08-01T00:00:00Z", duration="PT2H")
    assert len(living(grafana)) == 2
    done(grafana, **WHAT, **LATER, state="absent")
    assert [one["startsAt"] for one in living(grafana)] == ["2129-08-01T00:00:00.000Z"]


def test_one_that_has_begun_keeps_its_beginning_and_its_id(grafana):
    first = run(grafana, **WHAT, duration="1h")["silence"]
    moved = run(grafana, **WHAT, ends_at="2129-01-01T00:00:00Z")["silence"]
    assert (moved["id"], moved["startsAt"]) == (first["id"], first["startsAt"])


def test_one_that_was_made_twice_ends_wholly(grafana):
    body = {"matchers": [{"name": "team", "value": "a"}, {"name": "severity", "value": "x|y", "isRegex": True}], "createdBy": "x"}
    for _time in range(2):
        times = {"startsAt": LATER["starts_at"], "endsAt": LATER["ends_at"]}
        requests.post(grafana.url + LIST, json={**body, **times, "comment": WHAT["comment"]}, auth=ADMIN, timeout=5)
    done(grafana, **WHAT, state="absent")
    assert living(grafana) == []


def test_a_window_that_has_passed_is_a_warning(grafana):
    ran = run(grafana, **WHAT, starts_at="2020-01-01T00:00:00Z", ends_at="2020-01-02T00:00:00Z")
    assert not ran["changed"] and "has passed" in str(ran.warned)


def test_many_are_read_at_once_and_purged_by_their_comments(grafana):
    items = [{"comment": f"c{number}", "matchers": [f"n={number}"], "duration": "1h"} for number in range(12)]
    done(grafana, items=items)
    del grafana.requests[:]
    run(grafana, items=items)
    assert grafana.requests == [("GET", LIST)]
    run(grafana, comment="other", matchers=["a=b"], duration="1h")
    done(grafana, items=items[1:], purge=True, scope=["c*"])
    assert sorted(one["comment"] for one in living(grafana)) == sorted(["other", *(one["comment"] for one in items[1:])])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"comment": "x"}, "both are needed"),
        ({"comment": "x", "matchers": ["a=b"]}, "needs ends_at or duration"),
        ({"comment": "x", "matchers": ["a=b"], "duration": "1h", "ends_at": "2129-01-01T00:00:00Z"}, "not both"),
        ({"comment": "x", "matchers": ["a=b"], "duration": "soon"}, "is no duration such as"),
        ({"comment": "x", "matchers": ["a=b"], "ends_at": "tomorrow"}, "is no time such as"),
        ({"comment": "x", "matchers": ["nonsense"], "duration": "1h"}, "is no matcher such as"),
        ({"comment": "x", "matchers": [{"name": "a", "vlaue": "b"}], "duration": "1h"}, "is no matcher such as"),
        ({"comment": "x", "matchers": ["a=b"], "starts_at": "2129-01-02T00:00:00Z", "ends_at": "2129-01-01T00:00:00Z"}, "before it begins"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(grafana, options, words):
    ran = run(grafana, **options)
    assert ran["failed"] and words in ran["msg"], ran["msg"]
    assert living(grafana) == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2h", 7200), ("1d12h", 129600), ("90", 90), ("PT17D21H256M387S", 17 * 86400 + 21 * 3600 + 256 * 60 + 387), ("P1W", 604800), ("P1DT1M", 86460)],
)
def test_durations_are_read_in_every_form(text, seconds):
    assert length(text) == timedelta(seconds=seconds)


def test_times_and_matchers_are_read_in_every_form():
    assert written(moment("2026-07-29T10:45:00.1239+02:00")) == written(moment("2026-07-29 08:45:00.123")) == "2026-07-29T08:45:00.123Z"
    assert matcher('a !~ "b c"') == matcher({"name": "a", "value": "b c", "is_regex": True, "isEqual": "false"})
    for wrong in ("2026-13-01T00:00:00Z", "", None):
        with pytest.raises(Failure):
            moment(wrong)
