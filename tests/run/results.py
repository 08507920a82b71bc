# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Results of stages, their counts, and the summary that closes a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

PASSED, FAILED, SKIPPED, NOT_RUN = "passed", "FAILED", "skipped", "NOT RUN"


@dataclass(frozen=True)
class Counts:
    """Numbers of tests: pytest's own where it ran, otherwise one for the stage."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return the sums."""
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        """Return the closing line's plain form."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass(frozen=True)
class Result:
    """What became of a stage; `note` says why when it did not simply pass."""

    name: str
    outcome: str
    seconds: float
    counts: Counts
    note: str = ""


def junit_counts(report: Path) -> Counts:
    """Read the counts of one pytest report."""
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))

    def total(key: str) -> int:
        return sum(int(suite.get(key, 0)) for suite in suites)

    failed, skipped = total("failures") + total("errors"), total("skipped")
    return Counts(total("tests") - failed - skipped, failed, skipped)


def stage_counts(ok: bool, report: Path) -> Counts:
    """Return the counts of a stage that ran; a failure that no report shows (a crash, a collection error) still counts."""
    own = Counts(passed=1) if ok else Counts(failed=1)
    if not report.exists():
        return own
    counts = junit_counts(report)
    return counts if ok or counts.failed else counts + own


def duration(seconds: float) -> str:
    """Return seconds as 1:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def told(result: Result) -> str:
    """Return what the summary says beside a result: its counts when it ran, and its note."""
    counts = str(result.counts) if result.outcome in {PASSED, FAILED} else ""
    return " ".join(filter(None, [counts, f"({result.note})" if result.note else ""]))


def summary(results: list[Result], jobs: list[tuple[str, float, str]], elapsed: float) -> str:
    """Return the closing table (where the time went) and, alone on the last line, the counts."""
    rows = [(result.name, result.outcome, duration(result.seconds), told(result)) for result in results]
    rows += [(f"{name} (background)", outcome, duration(seconds), "") for name, seconds, outcome in jobs]
    rows = [("stage", "result", "time", "tests"), *rows, ("in all", "", duration(elapsed), "")]
    width = max(len(row[0]) for row in rows)
    lines = ["", "where the time went", *(f"  {name:{width}}  {outcome:8} {time:>6}  {tests}".rstrip() for name, outcome, time, tests in rows)]
    lines += ["", str(sum((result.counts for result in results), Counts()))]
    return "\n".join(lines)
