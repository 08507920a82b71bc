# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Annotations: found by their time, changed, removed."""

from __future__ import annotations

import requests

from tests.unit.grafana.running import converge, run_module

NOON = "2026-05-01T12:00:00Z"
NOON_MS = 1777636800000


def notes(grafana):
    """Return the texts of all annotations with their times."""
    rows = requests.get(grafana.url + "/api/annotations", auth=("admin", "admin"), timeout=5).json()
    return sorted((one["text"], one["time"], one["timeEnd"]) for one in rows)


def test_one_with_a_time_is_made_once_and_changed_by_it(grafana):
    made = converge("grafana_annotation", grafana.url, text="Umzug", tags=["b", "a"], time=NOON, time_end="2026-05-01T15:00:00+02:00")
    assert notes(grafana) == [("Umzug", NOON_MS, NOON_MS + 3600_000)]
    converge("grafana_annotation", grafana.url, text="Umzug", tags=["a", "b"], time=str(NOON_MS))
    changed = converge("grafana_annotation", grafana.url, text="Umzug beendet", time=NOON)
    assert changed["action"] == "updated"
    converge("grafana_annotation", grafana.url, id=made["annotation"]["id"], tags=["c"])
    assert notes(grafana) == [("Umzug beendet", NOON_MS, NOON_MS + 3600_000)]
    converge("grafana_annotation", grafana.url, time=NOON, state="absent")
    assert notes(grafana) == []


def test_each_run_without_a_time_makes_one(grafana):
    for _run in range(2):
        assert run_module("grafana_annotation", grafana.url, text="Version 1", tags=["deployment"])["action"] == "created"
    assert run_module("grafana_annotation", grafana.url, check=True, text="Version 1")["changed"]
    assert len(notes(grafana)) == 2


def test_one_moment_on_several_dashboards(grafana):
    run_module("grafana_dashboard", grafana.url, items=[{"dashboard": {"uid": uid, "title": uid}} for uid in ("a", "b")])
    for board in ("a", "b"):
        converge("grafana_annotation", grafana.url, text="Same", time=NOON, dashboard_uid=board, panel_id=2)
    converge("grafana_annotation", grafana.url, text="Same", time=NOON)
    assert len(notes(grafana)) == 3
    converge("grafana_annotation", grafana.url, time=NOON, dashboard_uid="a", panel_id=2, state="absent")
    assert len(notes(grafana)) == 2


def test_many_are_read_at_once(grafana):
    items = [{"text": f"N {number}", "time": str(NOON_MS + number)} for number in range(300)]
    converge("grafana_annotation", grafana.url, items=items)
    del grafana.requests[:]
    run_module("grafana_annotation", grafana.url, items=items)
    assert grafana.requests == [("GET", "/api/annotations")]


def test_what_cannot_be_meant_is_refused_before_anything_is_asked(grafana):
    for options, words in (
        ({"text": "x", "time": "yesterday"}, "'yesterday' is no time"),
        ({"text": "x", "time": NOON, "time_end": "2026-05-01T11:00:00Z"}, "ends before it begins"),
        ({"text": "x", "state": "absent"}, "Which annotation is to go?"),
    ):
        assert words in run_module("grafana_annotation", grafana.url, **options)["msg"]
    assert [one for one in grafana.requests if one[0] != "GET"] == []
    assert "no annotation with the id 99" in run_module("grafana_annotation", grafana.url, id=99, text="x")["msg"]
    assert "needs a text" in run_module("grafana_annotation", grafana.url, time=NOON)["msg"]
