# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards as a server has them, brought into one form, whichever of its interfaces told of them."""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping
from urllib.parse import quote

from ..engine.errors import ClientError
from .dashboard_document import FOLDER_NOTE, GROUP, OLD, SERVER_KEYS, owner_of

OWNER_NOTE = "observability.stack/owner"
PAGE = 200  # whole dashboards in one answer
REFUSALS = (403, 404, 406)


def from_api(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What the old interface tells of a dashboard."""
    meta, whole = answer.get("meta") or {}, answer["dashboard"]
    spec = {key: value for key, value in whole.items() if key not in SERVER_KEYS}
    return {
        "uid": str(whole.get("uid") or ""),
        "title": str(spec.get("title") or ""),
        "folder_uid": meta.get("folderUid") or "",
        "dashboard": spec,
        "owner": owner_of(spec),
        "url": meta.get("url", ""),
        "version": whole.get("version"),
        "api": OLD,
        "read_only": bool(meta.get("provisioned")),  # a file made it, and forbids changes
        "file": meta.get("provisionedExternalId") or "",  # a file made it
    }


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the app platform tells of a dashboard."""
    metadata, conversion = item["metadata"], (item.get("status") or {}).get("conversion") or {}
    api = str(item.get("apiVersion", "")).rpartition("/")[2]
    spec = item.get("spec") or {}
    if conversion.get("failed"):
        api, spec = conversion.get("storedVersion") or api, (conversion.get("source") or {}).get("spec") or spec
    notes = metadata.get("annotations") or {}
    spec = {key: value for key, value in spec.items() if key not in SERVER_KEYS}
    return {
        "uid": metadata["name"],
        "title": str(spec.get("title") or ""),
        "folder_uid": notes.get(FOLDER_NOTE) or "",
        "dashboard": spec,
        "owner": notes.get(OWNER_NOTE) or owner_of(spec),
        "url": f"/d/{metadata['name']}",
        "version": metadata.get("generation"),
        "resource_version": metadata.get("resourceVersion"),
        "notes": {key: value for key, value in notes.items() if not key.startswith("grafana.app/")},
        "api": api if api.startswith("v2") else OLD,
        "read_only": False,
        "file": notes.get("grafana.app/sourcePath") or "" if notes.get("grafana.app/managedBy") == "classic-file-provisioning" else "",
    }


def from_hit(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the search tells of a dashboard: no content."""
    return {
        "uid": row["uid"],
        "title": row["title"],
        "folder_uid": row.get("folderUid") or "",
        "owner": owner_of(row),
        "url": row.get("url", ""),
    }


def platform_path(api: Any, version: str, uid: str = "") -> str:
    """The path of the dashboards, or of one, in the app platform."""
    return f"/apis/{GROUP}/{version}/namespaces/{api.namespace}/dashboards" + (f"/{quote(uid, safe='')}" if uid else "")


def read_one(api: Any, uid: str) -> dict[str, Any] | None:
    """A dashboard by its uid, or None."""
    answer = answer_of(api, uid)
    return None if answer is None else from_api(answer) if "dashboard" in answer else from_item(answer)


def answer_of(api: Any, uid: str) -> dict[str, Any] | None:
    """What the server itself tells of a dashboard; one of version 2 is told by the app platform only."""
    try:
        return dict(api.get(f"/api/dashboards/uid/{quote(uid, safe='')}"))
    except ClientError as error:
        if error.status == 404:
            return None
        version = re.search(rf"{re.escape(GROUP)}/(v2\w*)/", error.message)
        if error.status != 406 or version is None:
            raise
        return dict(api.get(platform_path(api, version.group(1), uid)))


def pages(api: Any) -> Iterator[list[dict[str, Any]]] | None:
    """All dashboards with their content, page by page; None where the server has no such list, or not for this account."""
    if OLD not in api.app_versions(GROUP):
        return None
    try:
        first = api.get(platform_path(api, OLD), {"limit": PAGE})
    except ClientError as error:
        if error.status not in REFUSALS:
            raise
        return None
    return _following(api, first)


def _following(api: Any, answer: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    while True:
        yield [from_item(one) for one in answer.get("items") or []]
        token = (answer.get("metadata") or {}).get("continue")
        if not token:
            return
        answer = api.get(platform_path(api, OLD), {"limit": PAGE, "continue": token})


def hits(api: Any, query: str = "") -> list[dict[str, Any]]:
    """All dashboards without their content, or those whose title holds some words."""
    found: list[dict[str, Any]] = []
    page, size = 1, 1000
    while True:
        rows = api.get("/api/search", {"type": "dash-db", "page": page, "limit": size, **({"query": query} if query else {})}) or []
        found += [from_hit(row) for row in rows]
        if len(rows) < size:
            return found
        page += 1


def keeps_notes(api: Any) -> bool:
    """Whether the server keeps annotations of one's own: since dashboards moved into the storage of the app platform, with v1."""
    versions = api.app_versions(GROUP)
    return "v1" in versions and OLD in versions
