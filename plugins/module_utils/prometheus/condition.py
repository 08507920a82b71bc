# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions on the result of a query, and sentences that say why one does not hold. No I/O."""

from __future__ import annotations

import operator
import re
from typing import Any

from ..engine.errors import Failure

OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
COMPARISON = re.compile(r"\s*(==|!=|>=|<=|>|<)\s*(\S+)\s*")


def unmet(condition: dict[str, Any], results: list[dict[str, Any]]) -> str | None:
    """None when the results satisfy the condition, else the reason as part of a sentence.

    The condition has min_results, max_results, value (a comparison such as "> 0"; None = not asked) and
    match: whether ``all`` series or ``any`` must satisfy the comparison. A comparison asks for at least one series.
    """
    least, most, comparison = condition.get("min_results"), condition.get("max_results"), condition.get("value")
    if least is None:
        least = 0 if most is not None and comparison is None else 1
    if len(results) < least:
        return f"{_count(results)}, at least {least} wanted"
    if most is not None and len(results) > most:
        return f"{_count(results)}, at most {most} wanted ({_first(results)})"
    return _values(comparison, condition.get("match") or "all", results) if comparison else None


def compare(comparison: str, value: Any) -> bool:
    """Whether a sample satisfies "> 0", "== 1", ...; Failure for anything that is no comparison."""
    parsed = COMPARISON.fullmatch(comparison)
    try:
        return bool(OPERATORS[parsed.group(1)](float(value), float(parsed.group(2))))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise Failure(f"'{comparison}' is not a comparison; write for instance '> 0', '== 1' or '<= 0.5'.") from None


def _values(comparison: str, match: str, results: list[dict[str, Any]]) -> str | None:
    failing = [item for item in results if not compare(comparison, latest(item))]
    if not failing or (match == "any" and len(failing) < len(results)):
        return None
    return f"{len(failing)} of {len(results)} series not {comparison.strip()} ({_first(failing)})"


def latest(series: dict[str, Any]) -> Any:
    """The newest sample of a series; NaN for one that holds histograms only."""
    return series["values"][-1]["value"] if series.get("values") else series.get("value", "NaN")


def _first(results: list[dict[str, Any]]) -> str:
    shown = [f"{_labels(item)} is {float(latest(item)):g}" for item in results[:3]]
    return "; ".join(shown) + ("; ..." if len(results) > 3 else "")


def _labels(series: dict[str, Any]) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(series["labels"].items())) + "}"


def _count(results: list[dict[str, Any]]) -> str:
    return {0: "no series", 1: "1 series"}.get(len(results), f"{len(results)} series")
