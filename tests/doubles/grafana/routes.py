# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of routes. Handlers enter themselves with `route`; the more literal pattern wins.

    @route("GET /api/folders/:uid", needs="folders:read")
    def get_folder(request): ...

`needs` is the permission that upstream names when it refuses, `role` the least role that has it ("Server" is the
server's administrator). `since` and `until` are the first and the last generation with the route; a feature toggle
(`toggle`) brings it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

Handler = Callable[[Any], Any]


@dataclass(frozen=True)
class Route:
    """One method and path."""

    method: str
    parts: tuple[str, ...]
    handler: Handler
    needs: str = ""
    role: str = ""
    public: bool = False
    since: int = 0
    until: int = 99
    toggle: str = ""

    def match(self, parts: list[str]) -> dict[str, str] | None:
        """Return the named parts of a path, or None when it is another one."""
        found: dict[str, str] = {}
        for index, (mine, theirs) in enumerate(zip(self.parts, parts, strict=False)):
            if mine.startswith("*"):
                return {**found, mine[1:]: "/".join(unquote(part) for part in parts[index:])}
            if mine.startswith("#") and theirs.isdigit():
                found[mine[1:]] = theirs
            elif mine.startswith(":") and theirs:
                found[mine[1:]] = unquote(theirs)
            elif mine != theirs:
                return None
        return found if len(self.parts) == len(parts) else None


ROUTES: list[Route] = []


def route(pattern: str, **how: Any) -> Callable[[Handler], Handler]:
    """Enter a handler into the table: "METHOD /path/:name/#number/*rest"."""
    method, path = pattern.split(" ")

    def enter(handler: Handler) -> Handler:
        ROUTES.append(Route(method, tuple(path.strip("/").split("/")), handler, **how))
        return handler

    return enter


class Router:
    """The routes of one generation."""

    def __init__(self, generation: int, toggles: Iterable[str] = ()):
        served = [row for row in ROUTES if row.since <= generation <= row.until or (row.toggle and row.toggle in toggles)]
        self.rows: dict[tuple[str, str], list[Route]] = {}
        for row in sorted(served, key=lambda row: [part[0] in ":#*" for part in row.parts if part]):
            self.rows.setdefault((row.method, "/".join(row.parts[:2])), []).append(row)
            if row.parts[0] == "" or (len(row.parts) > 1 and row.parts[1][:1] in ":#*"):
                self.rows.setdefault((row.method, row.parts[0]), []).append(row)

    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str]]:
        """Return the route of a path, or None, and the named parts."""
        parts = path.strip("/").split("/")
        for key in ("/".join(parts[:2]), parts[0]):
            for row in self.rows.get((method, key), ()):
                found = row.match(parts)
                if found is not None:
                    return row, found
        return None, {}
