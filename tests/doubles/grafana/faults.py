# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults on order: a status, a delay, a cut connection or a page in place of the answer of a path."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

DATABASE_LOCKED = '{"message":"database is locked","traceID":""}'
PROXY_PAGE = "<html><head><title>Sign in</title></head><body>Please sign in to the company's proxy.</body></html>"


@dataclass
class Fault:
    """What happens to the requests that match `method` and `path` (a regular expression), `times` times.

    `status` and `body` replace the answer, and the request does nothing. Without a status the request is carried out.
    `delay` seconds pass first. `reset` cuts the connection after half of the answer; `html` sends a page with status 200.
    """

    path: str = ""
    method: str = ""
    times: int = 1_000_000
    after: int = 0
    status: int = 0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    reset: bool = False
    html: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Tell whether the fault is for this request; the first `after` of them pass."""
        if self.times < 1 or self.method not in ("", method) or not re.search(self.path, path):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


class Faults:
    """The faults that are ordered. The first one that matches happens."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def add(self, path: str = "", **how: Any) -> Fault:
        """Order a fault; see `Fault` for its fields."""
        self.orders.append(Fault(path=path, **how))
        return self.orders[-1]

    def too_many(self, path: str = "", seconds: int = 1, **how: Any) -> Fault:
        """Order 429 with Retry-After."""
        return self.add(path, status=429, headers={"Retry-After": str(seconds)}, body='{"message":"Too many requests"}', **how)

    def locked(self, path: str = "", **how: Any) -> Fault:
        """Order what SQLite makes of two writers."""
        return self.add(path, status=500, body=DATABASE_LOCKED, **how)

    def page(self, path: str = "", **how: Any) -> Fault:
        """Order a page of HTML in place of JSON."""
        return self.add(path, html=True, body=PROXY_PAGE, **how)

    def clear(self) -> None:
        """Order nothing any more."""
        self.orders.clear()

    def pick(self, method: str, path: str) -> Fault | None:
        """Return the fault of a request."""
        return next((fault for fault in self.orders if fault.matches(method, path)), None)

    def listing(self) -> list[dict[str, Any]]:
        """Return the orders as data."""
        return [asdict(fault) for fault in self.orders]
