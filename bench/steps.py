# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""node_exporter, alertmanager and prometheus on one host: this collection's roles beside ordinary tasks."""

from __future__ import annotations

from pathlib import Path

from bench.report import median, table
from tests.lab import lab
from tests.lab.playbook import PlayResult

HERE = Path(__file__).resolve().parent
WAYS = {
    "ordinary tasks": [str(HERE / "plain_tasks" / "play.yml"), "-e", f"@{HERE / 'plain_tasks' / 'services.yml'}"],
    "observability.stack": [str(HERE / "ours.yml")],
}
ROUNDS, REPEATS = 2, 2


def _times(place: lab.Lab, way: str) -> tuple[PlayResult, list[PlayResult]]:
    place.renew("one")
    first = place.playbook(*WAYS[way]).expect_success()
    return first, [place.playbook(*WAYS[way]).expect_success() for _each in range(REPEATS)]


def measure() -> str:
    """Return the section: seconds and ratios of first and repeated runs, the ways taking turns."""
    place = lab.up("bench-steps", {"one": "bookworm"}, groups={name: ["one"] for name in ("nodes", "alertmanager", "prometheus")})
    firsts: dict[str, list[float]] = {way: [] for way in WAYS}
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    results: dict[str, tuple[int, int, int]] = {}
    try:
        for _round in range(ROUNDS):
            for way in WAYS:
                first, again = _times(place, way)
                firsts[way].append(first.seconds)
                seconds[way] += [run.seconds for run in again]
                results[way] = (len(first.tasks), len(again[-1].tasks), again[-1].changed)
    finally:
        lab.down("bench-steps")
    return _section(firsts, seconds, results)


def _section(firsts: dict, seconds: dict, results: dict) -> str:
    rows = [
        [way, f"{median(firsts[way]):.1f} s", str(results[way][0]), f"{median(seconds[way]):.1f} s", str(results[way][1]), str(results[way][2])]
        for way in WAYS
    ]
    plain, ours = WAYS
    faster = [median(times[plain]) / median(times[ours]) for times in (firsts, seconds)]
    ratio = f"**First run {faster[0]:.1f} times faster, second run {faster[1]:.1f} times.**"
    head = ["way", "first run", "task results", "second run", "task results", "changed"]
    return f"""## One host: node_exporter, alertmanager, prometheus

Medians of {ROUNDS} first runs on a fresh host and {ROUNDS * REPEATS} runs on a converged one, the two ways taking turns; the same mirror, ssh with pipelining.

{table(head, rows)}

{ratio} The yardstick is `bench/plain_tasks/`: one task for each step, as such roles are usually written."""
