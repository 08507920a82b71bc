# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Queries as loki_query's parameters describe them, once or until their condition holds."""

from __future__ import annotations

from typing import Any

from ..engine.errors import ClientError, Failure
from ..engine.wait import wait_until
from ..prometheus.ask import REFUSED
from ..prometheus.condition import compare, unmet
from .api import Loki

LAST_HOUR = "-1h"


def ask(server: Loki, params: dict[str, Any]) -> dict[str, Any]:
    """{result_type, results, lines} of the query."""
    start = params["start"]
    if start is None and params["time"] is None and asks_for_lines(params["query"]):
        start = LAST_HOUR  # Loki gives lines of a range only
    if start is None:
        return server.query(params["query"], params["time"], params["limit"])
    return server.query_range(params["query"], start, params["end"], params["limit"], params["direction"], params["step"])


def asks_for_lines(query: str) -> bool:
    """Whether a query asks for lines: it begins with a stream selector, and one for values with a function or a bracket."""
    return query.lstrip().startswith("{")


def ask_until(server: Loki, params: dict[str, Any]) -> dict[str, Any]:
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


def judge(condition: dict[str, Any], answer: dict[str, Any]) -> str | None:
    """None when the answer satisfies the condition, else the reason as part of a sentence. Pure."""
    if answer["result_type"] != "streams":
        if condition["min_lines"] is not None or condition["max_lines"] is not None:
            return "the query asks for values, and lines are waited for"
        return unmet(condition, answer["results"])
    if any(condition[name] is not None for name in ("value", "min_results", "max_results")):
        return "the query asks for lines, and values are waited for"
    least, most, count = condition["min_lines"], condition["max_lines"], len(answer["lines"])
    if least is None:
        least = 0 if most is not None else 1
    if count < least:
        return f"{_lines(count)}, at least {least} wanted"
    if most is not None and count > most:
        return f"{_lines(count)}, at most {most} wanted ({answer['lines'][0]['line'][:120]})"
    return None


def _lines(count: int) -> str:
    return {0: "no line", 1: "1 line"}.get(count, f"{count} lines")


def _look(server: Loki, params: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = ask(server, params)
    except ClientError as error:
        if error.status in REFUSED:
            raise
        return {"unmet": str(error), "answer": None}
    return {"unmet": judge(params["wait_for"], answer), "answer": answer}
