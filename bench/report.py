# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page docs/benchmarks.md: one marked section for each bench, replaced when the bench is run."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Made by `make bench` on one machine; each table comes from one run. The ratios are what counts: seconds differ from machine to machine.
"""


def median(values: list[float]) -> float:
    """Return the median of seconds."""
    return statistics.median(values)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def write(name: str, text: str) -> None:
    """Replace one section of the page."""
    page = PAGE.read_text() if PAGE.exists() else HEAD
    section = f"<!-- {name} -->\n{text.strip()}\n<!-- end of {name} -->"
    found = re.compile(rf"<!-- {name} -->.*?<!-- end of {name} -->", re.S)
    page = found.sub(lambda _match: section, page) if found.search(page) else f"{page.rstrip()}\n\n{section}"
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page.rstrip() + "\n")
