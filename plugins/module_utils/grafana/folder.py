# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders: nested, renamed, moved."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ..engine.errors import ClientError, Failure
from ..engine.kind import Kind, Orders
from ..engine.plan import DELETE, Change
from ..engine.reading import get_or_none
from ..engine.resource import Field, Listing, Resource, fill

ROOT_UIDS = ("", "general")


GROUP, FOLDER_NOTE = "folder.grafana.app", "grafana.app/folder"


def parent_of(found: Mapping[str, Any]) -> str:
    """The uid of the folder around one; the search calls it folderUid, and newer servers give the top a name in some answers."""
    uid = found.get("parentUid", found.get("folderUid")) or ""
    return "" if uid in ROOT_UIDS else str(uid)


def parent_in_place(found: dict[str, Any]) -> dict[str, Any]:
    """A folder with its parent where the API of folders has it."""
    found["parentUid"] = parent_of(found)
    found.pop("folderUid", None)
    return found


FOLDER = Resource(
    kind="folder",
    words="folder",
    fields=(
        Field("title", aliases=("name",), required=True),
        Field("uid"),
        Field("parent_uid", at="parentUid", normalise=lambda uid: "" if uid in ROOT_UIDS else uid),
        Field("parent", at=""),
        Field("description", write_only=True),
    ),
    identities=(("uid",), ("title",)),
    direct={"uid": "/api/folders/{uid}"},
    # Pages of the search may overlap where many folders have one title, so they are as few as can be.
    listing=Listing("/api/search", paged=True, page_size=5000, params={"type": "dash-folder", "sort": "alpha-asc"}),
    create=("POST", "/api/folders"),
    update=("PUT", "/api/folders/{uid}"),
    delete=("DELETE", "/api/folders/{uid}"),
    server_only=(
        "id", "orgId", "orgID", "url", "hasAcl", "canSave", "canEdit", "canAdmin", "canDelete", "createdBy", "created", "updatedBy",
        "updated", "version", "accessControl", "parents", "managedBy",
    ),
    unprepare=parent_in_place,
)  # fmt: skip


class Folders(Kind):
    """A folder of a given title is looked for below its parent: other folders may have the same title."""

    ordered = True  # a folder may be described below one that is described before it

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """Find the parent that is named by its path of titles."""
        if wanted.get("parent") and wanted.get("parent_uid"):
            raise Failure(f"{self.resource.label(wanted)}: name the parent by parent or by parent_uid, not by both.")
        if wanted.get("parent"):
            wanted = dict(wanted, parent_uid=folder_uid(api, wanted["parent"]))
        return wanted

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """By uid, or by title among the folders of one level."""
        if wanted.get("uid"):
            return super().find(api, wanted)
        found = self.match(wanted, level(api, wanted.get("parent_uid") or ""))
        told = api.get(fill("/api/folders/{uid}", found)) if found else None
        # A server without nested folders answers with those at the top, whatever the parent.
        return told if told and self.is_meant(wanted, told) else None

    def is_meant(self, wanted: Mapping[str, Any], found: dict[str, Any]) -> bool:
        """A title means the folder below the wanted parent, by default one at the top."""
        if not super().is_meant(wanted, found):
            return False
        return bool(wanted.get("uid")) or parent_of(found) == parent_of({"parentUid": wanted.get("parent_uid")})

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Before a folder is made, look for it where no search lags behind."""
        return super().plan_one(api, wanted, found or self._in_storage(api, wanted), orders)

    def _in_storage(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        if wanted.get("uid"):
            return get_or_none(api, fill("/api/folders/{uid}", wanted)) if self._listed else None
        if self._kept is None:
            self._kept = kept(api)
        there = self.match(wanted, self._kept)
        return api.get(fill("/api/folders/{uid}", there)) if there else None

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make a folder; a server without nested folders ignores the parent and would leave it at the top."""
        made = super().create(api, change)
        wanted = (change.body or {}).get("parentUid") or ""
        told = api.get(fill("/api/folders/{uid}", made)) if wanted not in ROOT_UIDS else {"parentUid": wanted}
        if told.get("parentUid") != wanted:
            api.json("DELETE", fill("/api/folders/{uid}", made))
            raise Failure("this Grafana has no folders below folders; it needs Grafana 11, or the feature nestedFolders. Nothing was made.")
        return {**made, **told}

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """Folders of one title may stand in several places."""
        return super().key(wanted), "" if wanted.get("uid") else wanted.get("parent_uid") or ""

    def update(self, api: Any, change: Change) -> dict[str, Any]:
        """Rename and move are two requests."""
        found = dict(change.found or {})
        if "title" in change.reasons:
            body = {"title": change.wanted["title"], "overwrite": True}
            found.update(api.json("PUT", fill("/api/folders/{uid}", found), json=body))
        if "parent_uid" in change.reasons:
            parent = change.wanted["parent_uid"]
            body = {"parentUid": "" if parent in ROOT_UIDS else parent}
            found.update(api.json("POST", fill("/api/folders/{uid}/move", found), json=body))
        return found

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """Alert rules in it forbid a removal, unless they may go too."""
        force = "?forceDeleteRules=true" if self._force else ""
        api.json("DELETE", fill("/api/folders/{uid}", change.found or {}) + force)
        return {}

    def told(self, change: Change, found: dict[str, Any]) -> dict[str, Any]:
        """What was done with a folder that is to be absent, in the words that playbooks know."""
        return {"message": {DELETE: "Folder deleted"}.get(change.action, "No folder found")} if not found and not change.body else {}

    _force = _listed = False
    _kept: list[dict[str, Any]] | None = None

    def plan(self, api: Any, wanted: Sequence[dict[str, Any]], orders: Orders) -> list[Change]:
        """Remember whether rules may go with their folder, and whether folders are looked for in a list."""
        self._force, self._kept = bool(orders.options.get("force_delete_rules")), None
        self._listed = len(wanted) > 1 or orders.purge
        return super().plan(api, wanted, orders)


def level(api: Any, parent_uid: str) -> list[dict[str, Any]]:
    """The folders directly below one; none below one that is not there (yet: it may be made before, and this is check mode)."""
    found: list[dict[str, Any]] = []
    page, size = 1, 1000
    while True:
        params = {"page": page, "limit": size, **({} if parent_uid in ROOT_UIDS else {"parentUid": parent_uid})}
        try:
            rows = api.get("/api/folders", params) or []
        except ClientError as error:
            if error.status not in (403, 404) or parent_uid in ROOT_UIDS:
                raise
            return []
        found += [dict(row, parentUid="" if parent_uid in ROOT_UIDS else parent_uid) for row in rows]
        if len(rows) < size:
            return found
        page += 1


def kept(api: Any) -> list[dict[str, Any]]:
    """All folders as the app platform keeps them: up to date where every other list comes from a search that may lag; none without it."""
    versions, found, token = api.app_versions(GROUP), [], ""
    while versions:
        params = {"limit": 1000, **({"continue": token} if token else {})}
        try:
            answer = api.get(f"/apis/{GROUP}/{versions[0]}/namespaces/{api.namespace}/folders", params) or {}
        except ClientError as error:
            if error.status not in (403, 404, 406):
                raise
            return []
        for one in answer.get("items") or []:
            notes = one["metadata"].get("annotations") or {}
            found.append({"uid": one["metadata"]["name"], "title": one["spec"].get("title", ""), "parentUid": notes.get(FOLDER_NOTE, "")})
        token = (answer.get("metadata") or {}).get("continue") or ""
        if not token:
            break
    return found


def titled(api: Any, title: str, parent_uid: str) -> list[dict[str, Any]]:
    """The folders of a title directly below one."""
    parent = parent_of({"parentUid": parent_uid})
    found = [one for one in level(api, parent) if one["title"] == title]
    return found or [one for one in kept(api) if one["title"] == title and parent_of(one) == parent]


def folder_uid(api: Any, path: str) -> str:
    """The uid of the folder that a path of titles such as ``Platform/Production`` leads to.

    :raises Failure: when there is none, or several have that title.
    """
    uid = ""
    for title in [part.strip() for part in path.split("/") if part.strip()]:
        found = titled(api, title, uid)
        if len(found) != 1:
            raise Failure(f"There {'is no folder' if not found else f'are {len(found)} folders'} called {title!r} on the way to {path!r}.")
        uid = str(found[0]["uid"])
    return uid
