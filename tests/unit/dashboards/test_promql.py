# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prometheus' own parser reads every query of every dashboard that we ship."""

from __future__ import annotations

import yaml
from ansible_collections.observability.stack.plugins.module_utils.prometheus.templates import in_query, render, times
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_queries import dashboard_queries

from tests.unit.dashboards.shipped import each_dashboard
from tests.unit.programs import program, run


def expressions(dashboard):
    """Return every query with values for its variables, those of the variables themselves included."""
    asked = dashboard_queries(dashboard)
    chosen = {variable["name"]: ["one.two:9100", 'it\'s "two"'] for variable in asked["variables"]}
    values = {**times(15, 3600, 1e9), **{item["name"]: in_query(item, chosen[item["name"]]) for item in asked["variables"]}}
    texts = [query["expr"] for panel in asked["panels"] for query in panel["queries"]]
    texts += [variable["selector"] for variable in asked["variables"] if variable["selector"]]
    return [render(text, values, chosen) for text in texts]


@each_dashboard
def test_promtool_reads_every_query(dashboard, tmp_path):
    rules = [{"record": f"query:{number}", "expr": text} for number, text in enumerate(expressions(dashboard))]
    assert rules
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    checked = run(program("promtool", "prometheus"), "check", "rules", "--lint=none", path)
    assert checked.returncode == 0, checked.stderr
    assert f"{len(rules)} rules found" in checked.stdout
