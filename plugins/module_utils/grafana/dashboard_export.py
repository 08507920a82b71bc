# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A dashboard written into a file, and what is told about dashboards."""

from __future__ import annotations

import json
import os
from typing import Any, Mapping

from ..engine.errors import Failure
from ..engine.plan import CREATE, NOTHING, UPDATE, Change
from .dashboard_compare import differences
from .dashboard_found import as_kept


def export_change(api: Any, wanted: dict[str, Any]) -> Change:
    """What will happen to the file: nothing when it says the same already.

    :raises Failure: when nobody says which dashboard, or where it is to go.
    """
    if not wanted.get("uid") or not wanted.get("path"):
        raise Failure("An export needs the uid of the dashboard and the path of the file.")
    answer, label = as_kept(api, wanted["uid"]), f"dashboard {wanted['uid']}"
    if answer is None:
        return Change(NOTHING, label, wanted)
    found = {"uid": wanted["uid"], "exported": True}
    text = json.dumps(answer, indent=2) + "\n"
    old = _read(wanted["path"])
    if old == text:
        return Change(NOTHING, label, wanted, found)
    before, after = differences(_parsed(old), answer)
    return Change(UPDATE, f"file {wanted['path']}", wanted, found, {"path": wanted["path"], "text": text}, before, after, ["path"])


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"The file {path} cannot be compared: {error}.") from None


def _parsed(text: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def write_file(path: str, text: str) -> None:
    """Put the text into the file in one step, so that nobody finds half of it."""
    beside = f"{path}.{os.getpid()}.new"
    try:
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)
    except OSError as error:
        raise Failure(f"The file {path} cannot be written: {error.strerror}.") from None


def told(change: Change, found: Mapping[str, Any]) -> dict[str, Any]:
    """The uid, and what was done in the words that playbooks for community.grafana ask for."""
    wanted, planned = change.wanted, bool(found.get("planned"))
    if wanted.get("dashboard") is not None:
        name, uid = wanted["title"], found.get("uid")
        done = {CREATE: "created", UPDATE: "updated"}.get(change.action)
        msg = f"Dashboard {name} will be {done}" if done and planned else f"Dashboard {name} {done or 'unchanged.'}"
        return {"msg": msg} if planned and change.action == CREATE else {"uid": uid, "msg": msg}
    return _told_of_old(change, planned)


def _told_of_old(change: Change, planned: bool) -> dict[str, Any]:
    """The same of one that is to go, or into a file."""
    had = change.found or {}
    uid, path = had.get("uid") or change.wanted.get("uid") or change.wanted.get("title"), change.wanted.get("path")
    if not had:
        return {"uid": uid, "msg": f"Dashboard {uid} does not exist."}
    if had.get("exported"):
        return {"uid": uid, "msg": f"Dashboard {uid} {'will be ' if planned else ''}exported to {path}"}
    return {"uid": uid, "msg": f"Dashboard {uid} {'will be ' if planned else ''}deleted"}
