# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs as a table for the terminal, and as the sentence that a failed run ends with."""

from __future__ import annotations

from collections import Counter
from typing import Any

MARKS = {True: "ok", False: "FAILED", None: "-"}
# With more proofs than this, those that hold are counted instead of listed.
LONGEST_LIST = 60
WIDEST = 60


def count(proofs: list[dict[str, Any]]) -> dict[str, int]:
    """{total, passed, failed, not_tried}."""
    counts = Counter(proof["ok"] for proof in proofs)
    return {"total": len(proofs), "passed": counts[True], "failed": counts[False], "not_tried": counts[None]}


def sentence(proofs: list[dict[str, Any]]) -> str:
    """For instance "12 proofs: 11 hold, 1 failed"."""
    counts = count(proofs)
    parts = [f"{counts['passed']} hold", f"{counts['failed']} failed"]
    parts += [f"{counts['not_tried']} not tried"] if counts["not_tried"] else []
    return f"{counts['total']} proof{'' if counts['total'] == 1 else 's'}: {', '.join(parts)}"


def table(proofs: list[dict[str, Any]]) -> str:
    """The proofs in columns, what failed with its hint below."""
    rows = [_row(proof) for proof in _listed(proofs)]
    widths = [min(max([len(row[column]) for row, _hint in rows] + [0]), WIDEST) for column in range(4)]
    lines = []
    for row, hint in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[4]]).rstrip())
        lines += [f"{'':{widths[0]}}  -> {hint}"] if hint else []
    return "\n".join([*lines, "", sentence(proofs) + "."])


def failures(proofs: list[dict[str, Any]]) -> str:
    """What failed, one line each: "node_exporter on web1: target is up (from mon1): down: connection refused."."""
    failed = [proof for proof in proofs if proof["ok"] is False]
    lines = [f"{proof['service']} on {proof['host']}: {title(proof)}: {proof['detail'].rstrip('.')}." for proof in failed]
    return "\n".join(lines)


def title(proof: dict[str, Any]) -> str:
    """The name of a proof with its subject."""
    return f"{proof['name']} ({proof['subject']})" if proof["subject"] else proof["name"]


def _listed(proofs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All proofs; of many, those that hold as one line for each kind."""
    if len(proofs) <= LONGEST_LIST:
        return proofs
    kinds = Counter((proof["service"], proof["name"]) for proof in proofs if proof["ok"])
    summed = [
        {"service": service, "name": name, "host": "", "subject": "", "ok": True, "detail": f"{number} times", "seconds": None, "hint": ""}
        for (service, name), number in kinds.items()
    ]
    return summed + [proof for proof in proofs if not proof["ok"]]


def _row(proof: dict[str, Any]) -> tuple[list[str], str]:
    seconds = f" ({proof['seconds']:.1f} s)" if proof["seconds"] is not None else ""
    return [MARKS[proof["ok"]], proof["service"], proof["host"], title(proof), f"{proof['detail']}{seconds}"], proof["hint"]
