# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import ClientError, Failure
from ansible_collections.observability.stack.plugins.module_utils.prometheus.ask import ask_until
from ansible_collections.observability.stack.plugins.module_utils.prometheus.condition import compare, unmet


def series(*values):
    return [{"labels": {"n": str(number)}, "value": value} for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("condition", "values", "reason"),
    [
        ({}, [], "no series, at least 1 wanted"),
        ({}, [0], None),
        ({"min_results": 2}, [1], "1 series, at least 2 wanted"),
        ({"min_results": 0}, [], None),
        ({"max_results": 0}, [], None),
        ({"max_results": 0}, [1], '1 series, at most 0 wanted ({n="0"} is 1)'),
        ({"max_results": 1, "value": "> 0"}, [], "no series, at least 1 wanted"),
        ({"value": "> 0"}, [1, 2], None),
        ({"value": "> 0"}, [1, 0], '1 of 2 series not > 0 ({n="1"} is 0)'),
        ({"value": "> 0", "match": "any"}, [1, 0], None),
        ({"value": "> 0", "match": "any"}, [0, 0], '2 of 2 series not > 0 ({n="0"} is 0; {n="1"} is 0)'),
        ({"value": "== 1"}, ["NaN"], '1 of 1 series not == 1 ({n="0"} is nan)'),
        ({"value": "> 5"}, ["+Inf"], None),
        ({"value": "== 0"}, [1, 2, 3, 4], "; ..."),
    ],
)
def test_conditions(condition, values, reason):
    found = unmet(condition, series(*values))
    assert found == reason or (reason == "; ..." and found.endswith("; ...)"))


def test_of_a_range_the_newest_sample_counts():
    result = [{"labels": {}, "values": [{"value": 5.0}, {"value": 0.0}]}]
    assert unmet({"value": "== 0"}, result) is None
    assert unmet({"value": "== 5"}, result) is not None


@pytest.mark.parametrize(
    ("comparison", "value", "holds"),
    [("> 0", 1, True), (">0", 0, False), (">= 0", 0, True), ("!= 1", 1, False), ("<= 0.5", 0.5, True), ("< -1", -2, True)],
)
def test_comparisons(comparison, value, holds):
    assert compare(comparison, value) is holds


@pytest.mark.parametrize("comparison", ["", "0", "=> 1", "> a", "> 1 and < 2", "= 1"])
def test_what_is_no_comparison_is_refused_in_a_sentence(comparison):
    with pytest.raises(Failure, match="is not a comparison; write for instance"):
        compare(comparison, 1)


class Server:
    """Answers a query with rows given beforehand; an exception is raised."""

    def __init__(self, *rows):
        self.rows = list(rows)

    def query(self, query, at):
        row = self.rows.pop(0) if len(self.rows) > 1 else self.rows[0]
        if isinstance(row, Exception):
            raise row
        return {"result_type": "vector", "results": series(*row)}


def params(**wait_for):
    defaults = {"min_results": None, "max_results": None, "value": None, "match": "all", "timeout": 0.2, "interval": 0.05}
    return {"query": "up", "time": None, "start": None, "wait_for": {**defaults, **wait_for}}


def refusal(status):
    return ClientError("GET", "http://x", status, "no")


def test_waiting_ends_when_the_condition_holds():
    answer = ask_until(Server([], [0], [1]), params(value="> 0"))
    assert answer["attempts"] == 3
    assert [item["value"] for item in answer["results"]] == [1]


def test_a_server_that_does_not_answer_yet_is_waited_for():
    assert ask_until(Server(refusal(None), refusal(503), [1]), params())["attempts"] == 3


def test_a_refused_query_fails_at_once():
    rows = Server(refusal(400), [1])
    with pytest.raises(ClientError):
        ask_until(rows, params())
    assert rows.rows == [[1]]


def test_a_mistaken_comparison_fails_before_anything_is_asked():
    rows = Server([1], [2])
    with pytest.raises(Failure, match="is not a comparison"):
        ask_until(rows, params(value="much"))
    assert len(rows.rows) == 2


def test_the_failure_says_what_came_last():
    with pytest.raises(Failure, match=r"The answer to 'up' was not as expected within 0.2 s \(asked \d+ times\). Last: no series, at least 1 wanted\."):
        ask_until(Server([]), params())
    with pytest.raises(Failure, match=r"Last: GET http://x failed with status 503: no\."):
        ask_until(Server(refusal(503)), params())
