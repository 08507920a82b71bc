# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards as a server has them, brought into one form, whichever of its interfaces told of them."""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping
from urllib.parse import quote

from ..engine.errors import ClientError
from ..engine.reading import get_or_none
from .dashboard_document import FOLDER_NOTE, GROUP, OLD, SERVER_KEYS, owner_of

OWNER_NOTE = "observability.stack/owner"
PAGE = 200  # whole dashboards in one answer
REFUSALS = (403, 404, 406)
MOST = 5000  # the search answers with no more at once, and its pages may overlap when many have the same title


def place(uid: Any) -> str:
    """The uid of a dashboard's folder; the top has a name in some of the servers' interfaces and none in others."""
    return "" if uid in (None, "general") else str(uid)


def from_api(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What the old interface tells of a dashboard."""
    meta, whole = answer.get("meta") or {}, answer["dashboard"]
    spec = {key: value for key, value in whole.items() if key not in SERVER_KEYS}
    return {
        "uid": str(whole.get("uid") or ""),
        "title": str(spec.get("title") or ""),
        "folder_uid": place(meta.get("folderUid")),
        "dashboard": spec,
        "owner": owner_of(spec),
        "url": meta.get("url", ""),
        "version": whole.get("version"),
        "api": OLD,
        "read_only": bool(meta.get("provisioned")),  # a file made it, and forbids changes
        "file": meta.get("provisionedExternalId") or "",  # a file made it
    }


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the app platform tells of a dashboard.

    Of one that is kept in version 2 and told in an older one, the content is left out: it is only what the server made of it.
    """
    metadata, conversion = item["metadata"], (item.get("status") or {}).get("conversion") or {}
    api = str(item.get("apiVersion", "")).rpartition("/")[2]
    spec, stored = item.get("spec") or {}, str(conversion.get("storedVersion") or api)
    if conversion.get("failed"):
        api, spec = stored, (conversion.get("source") or {}).get("spec") or spec
    converted = stored.startswith("v2") and not api.startswith("v2")
    notes = metadata.get("annotations") or {}
    spec = {key: value for key, value in spec.items() if key not in SERVER_KEYS}
    api = stored if converted else api
    return {
        "uid": metadata["name"],
        "title": str(spec.get("title") or ""),
        "folder_uid": place(notes.get(FOLDER_NOTE)),
        **({} if converted else {"dashboard": spec}),
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
        "folder_uid": place(row.get("folderUid")),
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


def as_kept(api: Any, uid: str) -> dict[str, Any] | None:
    """What answer_of tells, but one of version 2 as it is kept: the old interface of newer servers tells an older form of it."""
    answer = answer_of(api, uid)
    if not answer or "dashboard" not in answer or OLD not in api.app_versions(GROUP):
        return answer
    item = get_or_none(api, platform_path(api, OLD, uid))
    version = from_item(item)["api"] if item else OLD
    return dict(api.get(platform_path(api, version, uid))) if version != OLD else answer


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
    page = 1
    while True:
        params = {"type": "dash-db", "sort": "alpha-asc", "page": page, "limit": MOST, **({"query": query} if query else {})}
        rows = api.get("/api/search", params) or []
        found += [from_hit(row) for row in rows]
        if len(rows) < MOST:
            return found
        page += 1


def called(api: Any, title: str) -> list[dict[str, Any]]:
    """The dashboards of a title. Newer servers take a query for words and wildcards, so what it does not find may be there all the same."""

    def of_title(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in rows if one["title"].strip() == title.strip()]

    return of_title(hits(api, title)) or of_title(hits(api))


def keeps_notes(api: Any) -> bool:
    """Whether the server keeps annotations of one's own: since dashboards moved into the storage of the app platform, with v1."""
    versions = api.app_versions(GROUP)
    return "v1" in versions and OLD in versions
