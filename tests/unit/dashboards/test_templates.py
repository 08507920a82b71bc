# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Variables in queries, as Grafana's data source for Prometheus puts them in."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.prometheus.templates import in_query, narrowed, render, times

SINGLE = {"several": False, "everything": ""}
SEVERAL = {"several": True, "everything": ""}
ALL = {"several": True, "everything": ".+"}


@pytest.mark.parametrize(
    ("variable", "values", "text"),
    [
        (SINGLE, ["web1:9100"], "web1:9100"),
        (SINGLE, ["a.b"], "a.b"),
        (SINGLE, ['a"b\\c'], 'a\\"b\\\\c'),
        (SINGLE, [], ""),
        (SEVERAL, ["a.b"], "a\\\\.b"),
        (SEVERAL, ["a", "b|c"], "(a|b\\\\|c)"),
        (SEVERAL, [], "()"),
        (ALL, ["a", "b"], ".+"),
    ],
)
def test_how_values_stand_in_a_query(variable, values, text):
    assert in_query(variable, values) == text


def test_a_repeated_panel_has_one_value_at_a_time():
    assert in_query(ALL, ["a", "b"], first_only=True) == "a"


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ('up{job=~"$job"}', 'up{job=~"(a|b)"}'),
        ('up{job=~"${job}"}', 'up{job=~"(a|b)"}'),
        ('up{job=~"[[job]]"}', 'up{job=~"(a|b)"}'),
        ('up{job=~"${job:regex}"}', 'up{job=~"(a|b)"}'),
        ('up{job=~"${job:pipe}"}', 'up{job=~"a|b"}'),
        ('up{job="${job:csv}"}', 'up{job="a,b"}'),
        ("rate(x[$__rate_interval])", "rate(x[60s])"),
        ("$jobs $unknown ${unknown}", "$jobs $unknown ${unknown}"),
        ('label_replace(up, "x", "$1", "y", "(.*)")', 'label_replace(up, "x", "$1", "y", "(.*)")'),
    ],
)
def test_names_are_replaced_and_unknown_ones_stay(text, rendered):
    assert render(text, {"job": "(a|b)", **times(15, 900, 1e9)}, {"job": ["a", "b"]}) == rendered


def test_grafanas_own_variables():
    assert times(15, 3600, 1_000_000) == {
        "__interval": "60s",
        "__interval_ms": "60000",
        "__rate_interval": "75s",
        "__range": "3600s",
        "__range_s": "3600",
        "__range_ms": "3600000",
        "__from": "996400000",
        "__to": "1000000000",
    }
    assert times(0.5, 15, 0)["__rate_interval"] == "2s"
    assert times(0.5, 15, 0)["__interval"] == "500ms"


@pytest.mark.parametrize(
    ("pattern", "values"), [("", ["web1:9100", "db1:9100"]), ("/web.*/", ["web1:9100"]), ("/(.*):.*/", ["db1", "web1"]), ("^db", ["db1:9100"])]
)
def test_a_variables_pattern_narrows_its_values(pattern, values):
    assert narrowed(["web1:9100", "db1:9100"], pattern) == values
