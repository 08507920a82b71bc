# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What earlier runs tell the next one: how long each stage took, and which stages did not fit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.run.results import FAILED, NOT_RUN, PASSED, Result
from tests.run.stages import Stage


@dataclass
class History:
    """Seconds of each stage's last run, and the names of the stages that were postponed."""

    seconds: dict[str, float] = field(default_factory=dict)
    postponed: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> History:
        """Read the history at `path`; a missing or damaged file is an empty history."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def save(self, path: Path) -> None:
        """Write the history to `path`."""
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")

    def estimate(self, stage: Stage) -> float:
        """Return the seconds that `stage` will probably take."""
        return self.seconds.get(stage.name, stage.minutes * 60)

    def order(self, stages: Iterable[Stage]) -> list[Stage]:
        """Return the stages with those first that the last run postponed, otherwise as given."""
        return sorted(stages, key=lambda stage: stage.name not in self.postponed)

    def remember(self, results: Iterable[Result]) -> None:
        """Take over a run: its times, and what it postponed (stages that it was not asked for stay postponed)."""
        for result in results:
            if result.outcome == PASSED:
                self.seconds[result.name] = result.seconds
            elif result.outcome == FAILED:  # it may have ended early
                self.seconds[result.name] = max(result.seconds, self.seconds.get(result.name, 0))
            if result.outcome == NOT_RUN and result.name not in self.postponed:
                self.postponed.append(result.name)
            elif result.outcome != NOT_RUN and result.name in self.postponed:
                self.postponed.remove(result.name)
