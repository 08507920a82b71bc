# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What will happen to one dashboard, from what is wanted and what is there. Pure."""

from __future__ import annotations

from typing import Any, Mapping

from ..engine.errors import Failure
from ..engine.plan import CREATE, DELETE, NOTHING, UPDATE, Change
from .dashboard_compare import differences, same_dashboard, settled, summary
from .dashboard_document import OLD, owner_of, with_mark
from .dashboard_found import OWNER_NOTE


def called(one: Mapping[str, Any]) -> str:
    """What people call a dashboard."""
    title, uid = one.get("title"), one.get("uid")
    return f"dashboard {title} ({uid})" if title and uid else f"dashboard {title or uid}"


def body_of(wanted: Mapping[str, Any], found: Mapping[str, Any] | None, noted: bool) -> dict[str, Any]:
    """What is sent, before it is put into the form of one of the interfaces.

    :param noted: whether the owner stands in an annotation; otherwise it stands among the tags.
    """
    spec, owner = wanted["dashboard"], wanted.get("owner")
    if owner:
        spec = with_mark(spec, None if noted else owner)
    elif found and owner_of(found["dashboard"]):
        spec = with_mark(spec, owner_of(found["dashboard"]))  # another task's mark, about which this one says nothing
    had = found or {"folder_uid": "", "uid": wanted.get("uid")}
    return {
        "uid": had["uid"],
        "title": wanted["title"],
        "dashboard": spec,
        "api": wanted.get("api", OLD),
        "owner": owner,
        "folder_uid": wanted.get("folder_uid", had["folder_uid"]),
        "message": wanted.get("commit_message"),
        "overwrite": wanted.get("overwrite"),
    }


def plan_dashboard(wanted: dict[str, Any], found: dict[str, Any] | None, body: dict[str, Any], noted: bool) -> Change:
    """Compare a dashboard with the one that is there."""
    label = called({"title": wanted["title"], "uid": body["uid"]})
    place = body["folder_uid"]
    if found is None:
        after = summary(body["dashboard"], uid=wanted.get("uid") or None, folder=place, owner=wanted.get("owner"))
        return Change(CREATE, label, wanted, None, body, None, after, ["it is not there"])
    marked = (found.get("notes") or {}).get(OWNER_NOTE) if noted else found["owner"]
    differs = {
        "dashboard": found["api"] != body["api"] or not same_dashboard(body["dashboard"], found["dashboard"]),
        "folder_uid": found["folder_uid"] != body["folder_uid"],
        "owner": bool(body["owner"]) and marked != body["owner"],
    }
    reasons = [name for name, true in differs.items() if true]
    if not reasons:
        return Change(NOTHING, label, wanted, found)
    before, after = _sides(found, body)
    if differs["folder_uid"]:
        before["folder"], after["folder"] = found["folder_uid"], place
    if differs["owner"]:
        before["owner"], after["owner"] = found["owner"], body["owner"]
    return Change(UPDATE, label, wanted, found, body, before, after, reasons)


def _sides(found: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two sides of the difference: what differs, and nothing else."""
    mine, theirs = settled(body["dashboard"], found["dashboard"])
    if found["api"] != body["api"]:
        return summary(theirs, version=found["api"]), summary(mine, version=body["api"])
    return differences(theirs, mine)


def plan_removal(wanted: dict[str, Any], found: dict[str, Any] | None, reason: str) -> Change:
    """Remove a dashboard if it is there."""
    if found is None:
        return Change(NOTHING, called(wanted), wanted)
    if found.get("file"):
        raise Failure(f"The {called(found)} was made by the file {found['file']} on the server and cannot be removed here. Remove the file.")
    before = summary(found.get("dashboard") or {"title": found["title"]}, uid=found["uid"], folder=found["folder_uid"], owner=found["owner"])
    return Change(DELETE, called(found), wanted, found, None, before, None, [reason])
