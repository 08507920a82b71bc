# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may do what with a folder or a dashboard: 1 is View, 2 Edit, 4 Admin.

A list belongs to an item; what lies inside has the rights of what it lies in as well.
"""

from __future__ import annotations

from typing import Any

from .identity import RANK, Caller, denied
from .wire import Request

NAMES = {1: "View", 2: "Edit", 4: "Admin"}
LEVELS = {name: level for level, name in NAMES.items()}


def entries(store: Any, org: int, kind: str, uid: str) -> list[dict[str, Any]]:
    """Return the rights that were given on one item."""
    return list(store.table("acl", org).get(f"{kind}/{uid}", []))


def give(store: Any, org: int, kind: str, uid: str, rights: list[dict[str, Any]]) -> None:
    """Replace the rights on one item; levels that do not exist give nothing."""
    store.table("acl", org).put(f"{kind}/{uid}", [right for right in rights if right["level"] in NAMES])


def start(request: Request, kind: str, uid: str, inside: str) -> None:
    """Give a new item its first rights: at the root everyone gets the usual ones, deeper they come from above."""
    if inside:
        return
    maker = [{"user": request.who.id, "level": 4}] if request.who.kind == "user" else []
    give(request.store, request.org, kind, uid, [*maker, {"role": "Editor", "level": 2}, {"role": "Viewer", "level": 1}])


def level(store: Any, who: Caller, kind: str, uid: str, inside: str) -> int:
    """Return the highest right of a caller on an item that lies in the folder `inside`."""
    if who.role == "Admin":
        return 4
    folders, best = store.table("folders", who.org), 0
    chain = [(kind, uid)]
    while inside and inside in folders and ("folders", inside) not in chain:
        chain.append(("folders", inside))
        inside = folders[inside]["parent"]
    for place, name in chain:
        best = max([best, *(right["level"] for right in entries(store, who.org, place, name) if concerns(store, who, right))])
    return best


def concerns(store: Any, who: Caller, right: dict[str, Any]) -> bool:
    """Tell whether a right was given to a caller."""
    if "role" in right:
        return RANK[who.role] >= RANK[right["role"]]
    if "team" in right:
        team = store.table("teams", who.org).get(right["team"])
        return team is not None and str(who.id) in team["members"]
    return bool(right["user"] == who.id)


def require(request: Request, least: int, needs: str, kind: str, document: dict[str, Any]) -> None:
    """Refuse a caller who has less than a level on a folder or a dashboard."""
    inside = document["parent"] if kind == "folders" else document["folder"]
    if level(request.store, request.who, kind, document["uid"], inside) < least:
        raise denied(needs)


def can(request: Request, kind: str, uid: str, inside: str) -> dict[str, bool]:
    """Return the flags that tell what the caller may do."""
    have = level(request.store, request.who, kind, uid, inside)
    return {"canSave": have >= 2, "canEdit": have >= 2, "canAdmin": have >= 4, "canDelete": have >= 2}
