# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines as they are sent to Loki."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure
from ansible_collections.observability.stack.plugins.module_utils.loki.lines import nanoseconds, stream_of


def test_lines_keep_their_order():
    stream = stream_of({"job": "x", "n": 1}, ["one", "two", {"line": "three", "timestamp": "5", "metadata": {"id": 7}}], 10)
    assert stream == {"stream": {"job": "x", "n": "1"}, "values": [["10", "one"], ["11", "two"], ["5000000000", "three", {"id": "7"}]]}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("1700000000", 1700000000 * 10**9),
        (1700000000.25, 1700000000250000000),
        ("1700000000123456789", 1700000000123456789),
        ("2023-11-14T22:13:20Z", 1700000000 * 10**9),
        ("2023-11-15T00:13:20.000001+02:00", 1700000000000001000),
        ("2023-11-14T22:13:20", 1700000000 * 10**9),
    ],
)
def test_times(given, meant):
    assert nanoseconds(given) == meant


@pytest.mark.parametrize(
    ("labels", "lines", "why"),
    [
        ({}, ["x"], "have no labels"),
        ({"service.name": "x"}, ["x"], "'service.name' is not the name of a label"),
        ({"a": "b"}, [{"text": "x"}], "'text' is unknown"),
        ({"a": "b"}, [{"timestamp": "1"}], "line is missing"),
        ({"a": "b"}, [{"line": "x", "timestamp": "yesterday"}], "'yesterday' is not a time"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(labels, lines, why):
    with pytest.raises(Failure, match=why):
        stream_of(labels, lines, 1)
