# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Preferences of the organisation, of users and of teams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dashboards import GONE, dashboards
from .routes import route
from .wire import Request, problem, said

THEMES = ("", "light", "dark", "system")
PLAIN = ("timezone", "weekStart", "theme", "language")


def own(request: Request) -> str:
    """Return the key of the caller's own preferences."""
    return f"{request.who.kind}/{request.who.id}"


def of_team(request: Request) -> str:
    """Return the key of a team's preferences."""
    from .teams import find

    return f"team/{find(request)['id']}"


def of_org(_request: Request) -> str:
    """Return the key of the organisation's preferences."""
    return "org"


def home(request: Request, body: dict[str, Any]) -> str | None:
    """Return the home dashboard that a request chooses; None when it says nothing."""
    chosen = body.get("homeDashboardUID")
    number = body.get("homeDashboardId")
    if chosen is None and number and request.app.generation.dashboard_ids:
        chosen = next((uid for uid, one in dashboards(request).items() if one["id"] == number), str(number))
    if chosen and chosen not in dashboards(request):
        raise problem(404, GONE)
    return None if chosen is None else str(chosen)


def write(request: Request, key: str, whole: bool) -> Any:
    """Write preferences: a PUT resets what it does not name, but for the home dashboard."""
    body, table = request.json(), request.store.table("preferences", request.org)
    if body.get("theme", "") not in THEMES:
        raise problem(400, "Invalid theme")
    old, chosen = table.get(key, {}), home(request, body)
    kept = {} if whole else {name: old[name] for name in PLAIN if name in old}
    new = {**kept, **{name: body[name] for name in PLAIN if body.get(name) is not None}}
    new["homeDashboardUID"] = old.get("homeDashboardUID", "") if chosen is None else chosen
    table.put(key, {name: value for name, value in new.items() if value})
    return said("Preferences updated")


def enter(path: str, key: Callable[[Request], str], scope: str, role: str) -> None:
    """Enter the three routes of one kind of preferences."""
    reading, writing = {"needs": f"{scope}:read", "role": "Viewer"}, {"needs": f"{scope}:write", "role": role}
    route(f"GET {path}", **reading)(lambda request: request.store.table("preferences", request.org).get(key(request), {}))
    route(f"PUT {path}", **writing)(lambda request: write(request, key(request), True))
    route(f"PATCH {path}", **writing)(lambda request: write(request, key(request), False))


enter("/api/org/preferences", of_org, "orgs.preferences", "Admin")
enter("/api/user/preferences", own, "preferences", "")
enter("/api/teams/:id/preferences", of_team, "teams", "Admin")
