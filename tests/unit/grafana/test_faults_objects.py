# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects that are difficult in themselves: of a file on the server, with names full of signs, by the thousand."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from tests.doubles.grafana import Grafana
from tests.unit.grafana.accounts import call, writes
from tests.unit.grafana.minimal import CASES, content, run_case
from tests.unit.grafana.running import run_module

FILES = Path(__file__).resolve().parents[2] / "fixtures/grafana-contract/initial-state/provisioning"
ODD = "Ö/ä? #1 %20 'q\" <é> + 監視 🙂"
RULE = {**CASES["grafana_rule_group"].options["rules"][0], "uid": "prov-rule", "for": "10m"}
OF_FILES = {
    "grafana_datasource": {"name": "prov-testdata", "uid": "prov-testdata", "ds_type": "grafana-testdata-datasource", "access": "direct"},
    "grafana_contact_point": {"name": "prov-cp", "uid": "prov-cp-1", "type": "webhook", "webhook_url": "http://other"},
    "grafana_mute_timing": {"name": "prov-mute", "time_intervals": [{"weekdays": ["monday"]}]},
    "grafana_rule_group": {"name": "prov-group", "folder": "ProvAlerts", "interval": "5m", "rules": [RULE]},
}
# The option that people name an object by, where they may choose it.
NAMES = {
    "grafana_contact_point": "name", "grafana_datasource": "name", "grafana_folder": "title", "grafana_library_panel": "name",
    "grafana_message_template": "name", "grafana_mute_timing": "name", "grafana_organization": "name", "grafana_playlist": "name",
    "grafana_rule_group": "name", "grafana_service_account": "name", "grafana_silence": "comment", "grafana_team": "name",
    "grafana_user": "login",
}  # fmt: skip


@pytest.mark.parametrize("generation", [12, 13])
@pytest.mark.parametrize("module", sorted(OF_FILES))
def test_what_a_file_describes_is_neither_changed_nor_removed(module, generation):
    with Grafana(generation=generation, provisioning=FILES) as grafana:
        before = content(grafana)
        for more in ({}, {"state": "absent"}):
            said = [run_module(module, grafana.url, check=check, **OF_FILES[module], **more)["msg"] for check in (True, False)]
            assert said[0] == said[1], "check mode knows it"
            assert "Change that file." in said[0] or "Change it there" in said[0]
        assert (content(grafana), writes(grafana)) == (before, [])


@pytest.mark.parametrize("module", sorted(NAMES))
def test_a_name_may_hold_any_sign(server, module):
    named = {NAMES[module]: ODD.replace("/", "") if module == "grafana_mute_timing" else ODD}
    made = run_case(server, module, **named)
    assert not made.get("failed"), made
    assert made["changed"]
    again = run_case(server, module, **named)
    assert (again.get("failed"), again["changed"]) == (None, False), again
    for changed in (True, False):
        gone = run_case(server, module, state="absent", **named)
        assert (gone.get("failed"), gone["changed"]) == (None, changed), gone


@pytest.fixture
def crowded():
    """A server with five thousand folders, one below the other half of them."""
    with Grafana(generation=13) as grafana:
        call(grafana, "POST", "/api/folders", {"uid": "f0", "title": "Ordner 0"})
        table = grafana.app.store.table("folders", 1)
        for number in range(1, 5000):
            mine = {"id": number + 1, "legacy_id": number + 1, "uid": f"f{number}", "title": f"Ordner {number}", "object_uid": f"o{number}"}
            table.put(f"f{number}", {**copy.deepcopy(table["f0"]), **mine, "parent": "" if number % 2 else "f0"})
        del grafana.requests[:]
        yield grafana


def test_five_thousand_folders_are_read_in_a_few_pages(crowded):
    items = [{"title": f"Ordner {number}", "uid": f"f{number}"} for number in range(5000)]
    ran = run_module("grafana_folder", crowded.url, items=items)
    assert (ran.get("failed"), ran["changed"], len(ran["results"])) == (None, False, 5000)
    assert len(crowded.requests) <= 2
    changed = run_module("grafana_folder", crowded.url, items=[*items[:4321], {"title": "Neu", "uid": "f4321"}, *items[4322:]])
    assert [one["object"] for one in changed["results"] if one["action"] != "unchanged"] == ["folder f4321"]


def test_one_of_five_thousand_folders_is_found_by_its_title(crowded):
    assert not run_module("grafana_folder", crowded.url, title="Ordner 4999")["changed"]
    assert len(crowded.requests) <= 5
    below = run_module("grafana_folder", crowded.url, title="Ordner 4998", parent_uid="f0")
    assert (below.get("failed"), below["changed"]) == (None, False)


def test_five_thousand_folders_are_told(crowded):
    ran = run_module("grafana_info", crowded.url, gather_subset=["folders"])
    assert len(ran["objects"]["folders"]) == 5000
    assert len(crowded.requests) <= 8
