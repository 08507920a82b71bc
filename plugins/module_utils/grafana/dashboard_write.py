# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes one dashboard: through the interface that keeps all of it, and never over what somebody else saved meanwhile."""

from __future__ import annotations

import json
from typing import Any, Mapping

from ..engine.errors import ClientError, Failure
from ..engine.plan import Change
from ..engine.reading import get_or_none
from .dashboard_compare import same_dashboard
from .dashboard_document import FOLDER_NOTE, GROUP, OLD
from .dashboard_found import OWNER_NOTE, from_item, keeps_notes, platform_path, read_one

CONFLICTS = (409, 412)


def by_platform(api: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether the app platform is needed: the old interface knows neither version 2 nor annotations."""
    return str(wanted.get("api") or OLD).startswith("v2") or bool(wanted.get("owner") and keeps_notes(api))


def current(api: Any, uid: str, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """The dashboard of a uid as it is now, told by the interface that it would be written through."""
    if not by_platform(api, wanted):
        return read_one(api, uid)
    version = wanted.get("api") or OLD
    answer = get_or_none(api, platform_path(api, version, uid))
    return from_item(answer) if answer else None


def save(api: Any, change: Change) -> dict[str, Any]:
    """Carry a change out and return the dashboard as it is now.

    :raises Failure: when somebody else changed it after it was read, or the server refuses it.
    """
    body, found = change.body or {}, change.found
    try:
        return _send(api, body, found)
    except ClientError as error:
        if error.status not in CONFLICTS or "same name" in error.message:
            raise explained(error, body) from None
    now = current(api, body["uid"], body) if body.get("uid") else None
    if now is not None and is_there(body, now):
        return now  # the answer to a request of ours was lost, and the request was repeated
    if (now is None) != (found is None) or (now and found and not same_dashboard(found["dashboard"], now["dashboard"])):
        raise Failure("somebody else changed it after it was read. Nothing was overwritten; run again to compare anew, or set overwrite.")
    try:
        return _send(api, body, now)
    except ClientError as error:
        raise explained(error, body) from None


def is_there(body: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether a dashboard is already what would be sent."""
    return found["folder_uid"] == body["folder_uid"] and found["api"] == body["api"] and same_dashboard(body["dashboard"], found["dashboard"])


def noted(api: Any, body: Mapping[str, Any], found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The dashboard that is there, when it bears notes (another task's mark) that a save through the old interface would take away."""
    if found is None or by_platform(api, body) or not keeps_notes(api):
        return None
    answer = get_or_none(api, platform_path(api, OLD, found["uid"]))
    there = from_item(answer) if answer else {}
    return there if there.get("notes") and same_dashboard(found["dashboard"], there.get("dashboard", {})) else None


def _send(api: Any, body: Mapping[str, Any], found: Mapping[str, Any] | None) -> dict[str, Any]:
    bearing = noted(api, body, found)
    if bearing or by_platform(api, body):
        found = bearing or found
        return {**from_item(_put(api, body, found)), "folder_uid": body["folder_uid"]}
    spec = {**body["dashboard"], **({"uid": body["uid"]} if body.get("uid") else {})}
    if found and found.get("version") is not None:
        spec["version"] = found["version"]
    whole = {"dashboard": spec, "folderUid": body["folder_uid"], "overwrite": bool(body.get("overwrite"))}
    if body.get("message"):
        whole["message"] = body["message"]
    # Sent twice, a save with a uid meets its own result, which save() recognises.
    answer = api.json("POST", "/api/dashboards/db", json=whole, repeatable=bool(body.get("uid")))
    told = {"uid": answer["uid"], "url": answer.get("url", "")}
    return {"title": body["title"], "folder_uid": body["folder_uid"], "dashboard": body["dashboard"], "owner": body.get("owner"), **told}


def _put(api: Any, body: Mapping[str, Any], found: Mapping[str, Any] | None) -> dict[str, Any]:
    version, uid = body["api"], body.get("uid")
    notes = dict((found or {}).get("notes") or {})
    for key, value in ((FOLDER_NOTE, body["folder_uid"]), ("grafana.app/message", body.get("message")), (OWNER_NOTE, body.get("owner"))):
        if value:
            notes[key] = value
    metadata: dict[str, Any] = {"annotations": notes, **({"name": uid} if uid else {"generateName": "d"})}
    if found and found.get("resource_version") and not body.get("overwrite"):
        metadata["resourceVersion"] = found["resource_version"]
    whole = {"apiVersion": f"{GROUP}/{version}", "kind": "Dashboard", "metadata": metadata, "spec": body["dashboard"]}
    path = platform_path(api, version, str(uid or "") if found else "")
    # Sent twice, the creation of a uid meets its own result, which save() recognises.
    return dict(api.json("PUT" if found else "POST", path, json=whole, repeatable=bool(uid)))


def explained(error: ClientError, body: Mapping[str, Any]) -> Exception:
    """The server's refusal as a sentence that says what to do."""
    words = error.message.lower()
    size = len(json.dumps(body.get("dashboard")))
    if "not found" in words and "folder" in words:
        return Failure(f"there is no folder with the uid {body.get('folder_uid')!r}. Make it first. (status {error.status})")
    told = {
        "same name": "another dashboard of the folder has the same title, which this Grafana does not allow. "
        "Give this one another title, or the uid of that one.",
        "provisioned dashboard": "a file on the server made it, and the server allows no other changes. Change it there, or set allowUiUpdates.",
    }
    for part, sentence in told.items():
        if part in words:
            return Failure(f"{sentence} (status {error.status})")
    if error.status == 413:
        hint = "Split the dashboard, or raise the limit of the proxy before Grafana."
        return ClientError(error.verb, error.url, 413, f"{error.message}: the dashboard is too large, it has {size / 1e6:.1f} MB", hint)
    return error


def remove(api: Any, uid: str, path: str) -> None:
    """Remove a dashboard; one that is gone already is no error."""
    try:
        api.json("DELETE", path)
    except ClientError as error:
        if error.status == 404:
            return
        raise explained(error, {"uid": uid}) from None
