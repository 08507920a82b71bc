# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every dashboard that we ship keeps to, so that Grafana takes it and people find their way."""

from __future__ import annotations

import re
from collections import Counter

from tests.unit.dashboards.shipped import DASHBOARDS, FILES, each_dashboard, panels, strings
from tools.dashboards.__main__ import main, stale, texts

# Panel types that Grafana has from 10.4 to 13; graph, singlestat and table-old are gone.
TYPES = {"row", "stat", "timeseries", "state-timeline", "table"}
# Grafana's own: $__range and the like are in queries, ${__value.raw} and the like in links.
OWN = re.compile(r"__(all|interval|rate_interval|range|from|to|value|data|field|url_time_range)\b")
VARIABLE = re.compile(r"\$\{?(\w+)")


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_the_files_are_what_their_sources_say():
    assert stale(texts()) == []


def test_a_file_that_was_edited_by_hand_is_noticed(tmp_path, capsys):
    for path in FILES:
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "grafana.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "forgotten.json").write_text("{}\n", encoding="utf-8")
    assert stale(texts(), tmp_path) == ["forgotten.json", "grafana.json"]
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_every_part_of_the_stack_has_a_dashboard():
    assert set(DASHBOARDS) == {"stack-overview", "nodes-overview", "node-detail", "prometheus", "alertmanager", "blackbox", "loki", "jaeger", "grafana"}


def test_uids_and_titles_are_unique():
    assert [dashboard["uid"] for dashboard in DASHBOARDS.values()] == [f"observability-{name}" for name in DASHBOARDS]
    assert repeated(dashboard["title"] for dashboard in DASHBOARDS.values()) == []


@each_dashboard
def test_panels_are_told_apart(dashboard):
    assert repeated(panel["id"] for panel in dashboard["panels"]) == []
    # Errors are reported by title.
    assert repeated(panel["title"] for panel in panels(dashboard)) == []
    assert [panel["title"] for panel in panels(dashboard) if repeated(target["refId"] for target in panel["targets"])] == []


@each_dashboard
def test_no_panel_lies_upon_another_or_beyond_the_grid(dashboard):
    taken = {}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])):
            assert taken.setdefault(cell, panel["title"]) == panel["title"], cell


@each_dashboard
def test_every_panel_says_what_it_shows_and_in_which_unit(dashboard):
    for panel in panels(dashboard):
        assert panel["type"] in TYPES, panel["title"]
        assert len(panel["description"]) > 40, panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["value"] is None, panel["title"]
        assert panel["targets"], panel["title"]


@each_dashboard
def test_steps_of_thresholds_rise(dashboard):
    for panel in panels(dashboard):
        found = [panel["fieldConfig"]["defaults"]["thresholds"]]
        found += [item["value"] for override in panel["fieldConfig"]["overrides"] for item in override["properties"] if item["id"] == "thresholds"]
        for thresholds in found:
            values = [step["value"] for step in thresholds["steps"][1:]]
            assert values == sorted(values), panel["title"]


@each_dashboard
def test_variables_are_defined_before_they_are_used(dashboard):
    defined = set()
    for variable in dashboard["templating"]["list"]:
        used = {name for text in strings(variable) for name in VARIABLE.findall(text) if not OWN.match(name)}
        assert used <= defined, variable["name"]
        defined.add(variable["name"])
    used = {name for text in strings(dashboard["panels"]) + strings(dashboard["annotations"]) for name in VARIABLE.findall(text)}
    assert {name for name in used if not OWN.match(name)} <= defined
    assert {"datasource", "filters"} <= defined


@each_dashboard
def test_links_lead_to_dashboards_of_ours_and_set_variables_that_these_have(dashboard):
    by_uid = {other["uid"]: other for other in DASHBOARDS.values()}
    for text in strings(dashboard):
        for uid, arguments in re.findall(r"/d/([\w-]+)\?(\S*)", text):
            theirs = {variable["name"] for variable in by_uid[uid]["templating"]["list"]}
            assert set(re.findall(r"var-(\w+)=", arguments)) <= theirs, uid
    for link in dashboard["links"]:
        assert all(set(link["tags"]) <= set(other["tags"]) for other in DASHBOARDS.values())


@each_dashboard
def test_every_query_goes_to_the_chosen_data_source(dashboard):
    for part in [*panels(dashboard), *(target for panel in panels(dashboard) for target in panel["targets"])]:
        assert part["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@each_dashboard
def test_a_table_has_one_column_for_each_query(dashboard):
    for panel in panels(dashboard):
        if panel["type"] != "table":
            continue
        names = panel["transformations"][-1]["options"]["renameByName"]
        assert repeated(names.values()) == [], panel["title"]
        wanted = {"Value"} if len(panel["targets"]) == 1 else {f"Value #{target['refId']}" for target in panel["targets"]}
        assert {name for name in names if name.startswith("Value")} == wanted, panel["title"]
        matched = {override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]}
        assert matched <= set(names.values()), panel["title"]
