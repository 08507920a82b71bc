# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the tests: python -m tests.run [STAGE...]   (--list shows the stages).

TEST_BUDGET_MIN limits the whole run to so many minutes.
"""

from __future__ import annotations

import math
import os
import sys
import time

from tests.run.history import History
from tests.run.results import FAILED, summary
from tests.run.runner import Runner
from tests.run.stages import Stage, all_stages
from tools.cache import cache_dir


def means(name: str, stage: Stage) -> bool:
    """Say whether `name` asks for `stage`: its name, or that of its family."""
    return stage.name == name or stage.name.startswith(f"{name}-")


def chosen(names: list[str]) -> list[Stage]:
    """Return the stages that `names` mean; without names all of them. "molecule" means every scenario."""
    stages = all_stages()
    unknown = [name for name in names if not any(means(name, stage) for stage in stages)]
    if unknown:
        known = ", ".join(stage.name for stage in stages)
        sys.exit(f"tests.run: no stage is called {', '.join(unknown)}. There are: {known}.")
    return [stage for stage in stages if any(means(name, stage) for name in names) or not names]


def budget() -> float:
    """Return the seconds that TEST_BUDGET_MIN allows, without it no limit."""
    minutes = os.environ.get("TEST_BUDGET_MIN", "")
    return float(minutes) * 60 if minutes else math.inf


def main(arguments: list[str]) -> int:
    """Run what `arguments` ask for; return 1 when anything failed."""
    if "--list" in arguments:
        for stage in all_stages():
            print(f"{stage.name:28} {stage.minutes:4.1f} min  {stage.about}")
        return 0
    remembered = cache_dir() / "test-stages.json"
    history = History.load(remembered)
    started = time.monotonic()
    runner = Runner(history, budget())
    results = runner.run(chosen(arguments))
    history.save(remembered)
    print(summary(results, [job.row() for job in runner.jobs.values()], time.monotonic() - started), flush=True)
    return int(any(result.outcome == FAILED for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
