# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the user wants a kind's objects to be brought about, and the error of one that could not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

from .errors import Failure
from .plan import Change


@dataclass
class Orders:
    """How the user wants it done, besides the objects themselves.

    :ivar state: ``present`` or ``absent``; options: the module's further options.
    :ivar purge: whether objects that nobody describes go; may_go tells of each (as options) whether it is in the scope.
    :ivar warnings: sentences for the user about what is done nevertheless; a kind adds to them.
    :ivar hidden: the task says no_log, so that nobody is shown its result.
    """

    state: str = "present"
    update_secrets: str = "on_create"
    purge: bool = False
    may_go: Callable[[dict[str, Any]], bool] = lambda _found: False
    options: Mapping[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    hidden: bool = False


class ApplyError(Failure):
    """A change that could not be carried out, the reason, and how many could before."""

    def __init__(self, change: Change, error: Failure, written: int, planned: int) -> None:
        self.status, self.change = getattr(error, "status", None), change
        self.reason, self.written = str(error), written
        far = f" {written} of {planned} changes were made before; run again to go on." if planned > 1 else ""
        super().__init__(f"Could not {change.action} the {change.label}: {error}{far}")
