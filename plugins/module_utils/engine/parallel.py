# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Several requests at a time: few enough for a small server, many enough that its latency does not add up."""

from __future__ import annotations

from typing import Any, Callable, Sequence

AT_ONCE = 8


def each(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """The results of ``work`` for all items, in their order. The first error is raised when all that had begun have ended."""
    if len(items) < 2:
        return [work(one) for one in items]
    from concurrent.futures import ThreadPoolExecutor  # a module that asks once starts sooner without it

    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(items))) as pool:
        futures = [pool.submit(work, one) for one in items]
        for future in futures:
            if future.exception() is not None:
                for other in futures:
                    other.cancel()
                raise future.exception()  # type: ignore[misc]
        return [future.result() for future in futures]
