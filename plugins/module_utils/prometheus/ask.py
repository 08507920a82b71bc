# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Queries as prometheus_query's parameters describe them, once or until their condition holds."""

from __future__ import annotations

from typing import Any

from ..engine.errors import ClientError, Failure
from ..engine.wait import wait_until
from .api import Prometheus
from .condition import compare, unmet

# What the server says about the query itself does not get better by waiting.
REFUSED = frozenset({400, 401, 403, 404, 405, 422})


def ask(server: Prometheus, params: dict[str, Any]) -> dict[str, Any]:
    """{result_type, results} of the instant or range query."""
    if params["start"]:
        return server.query_range(params["query"], params["start"], params["end"], params["step"])
    return server.query(params["query"], params["time"])


def ask_until(server: Prometheus, params: dict[str, Any]) -> dict[str, Any]:
    """The first answer that satisfies ``wait_for``; Failure with what came last when none does in time."""
    condition = params["wait_for"]
    if condition["value"]:
        compare(condition["value"], 0)  # a mistake in the condition shows at once, not after the wait
    waited = wait_until(lambda: _look(server, params), lambda seen: seen["unmet"] is None, condition["timeout"], condition["interval"])
    if not waited.ok:
        raise Failure(
            f"The answer to '{params['query']}' was not as expected within {condition['timeout']:g} s "
            f"(asked {waited.attempts} times). Last: {waited.last['unmet'].rstrip('.')}."
        )
    return {**waited.last["answer"], "waited": waited.seconds, "attempts": waited.attempts}


def _look(server: Prometheus, params: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = ask(server, params)
    except ClientError as error:
        if error.status in REFUSED:
            raise
        return {"unmet": str(error), "answer": None}
    return {"unmet": unmet(params["wait_for"], answer["results"]), "answer": answer}
