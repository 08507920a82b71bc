# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Library panels: panels that several dashboards share."""

from __future__ import annotations

from typing import Any, Mapping
from urllib.parse import quote

from ..engine.errors import ClientError, Failure
from ..engine.field import Field
from ..engine.kind import Kind, Orders
from ..engine.plan import Change
from ..engine.reading import get_or_none
from ..engine.resource import Listing, Resource, fill
from .dashboard_places import ROOTS, Folders

PANEL = 1  # the other kind of element, 2, was never finished upstream


def sent(body: dict[str, Any], wanted: dict[str, Any], found: Any) -> dict[str, Any]:
    """What a write holds: without the folder it would move to the top, and without the version it is refused."""
    whole = {**body, "kind": PANEL, "folderUid": body.get("folderUid") or ""}
    return {**whole, "version": found["version"]} if found and "version" in found else whole


def at_top(uid: str | None) -> str | None:
    """The uid of a folder; the top has several names."""
    return "" if uid in ROOTS else uid


LIBRARY_PANEL = Resource(
    kind="library_panel",
    words="library panel",
    fields=(
        Field("name", required=True),
        Field("uid"),
        Field("model", type="dict", whole=True),
        Field("folder_uid", at="folderUid", normalise=at_top),
        Field("folder", at=""),
        Field("parent_folder", at=""),
    ),
    identities=(("uid",), ("name",)),
    direct={"uid": "/api/library-elements/{uid}"},
    listing=Listing("/api/library-elements", params={"kind": PANEL, "perPage": 500}),
    create=("POST", "/api/library-elements"),
    update=("PATCH", "/api/library-elements/{uid}"),
    delete=("DELETE", "/api/library-elements/{uid}"),
    server_only=("id", "orgId", "folderId", "kind", "type", "description", "version", "meta"),
    reply="result",
    after=("folder", "datasource"),
    prepare=sent,
)


class LibraryPanels(Kind):
    """Library panels; those of one name may stand in several folders."""

    def everything(self, api: Any) -> list[dict[str, Any]]:
        """All of them, page by page."""
        found: list[dict[str, Any]] = []
        page, size = 1, int(self.resource.listing.params["perPage"])
        while True:
            rows = api.get(self.resource.listing.path, {**self.resource.listing.params, "page": page})["result"]["elements"] or []
            found += rows
            if len(rows) < size:
                return found
            page += 1

    def complete(self, api: Any, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
        """Find the folder that is named by its title."""
        folder = Folders(api, "There is no folder {!r} for the library panel.").uid(wanted)
        return wanted if folder is None else {**wanted, "folder_uid": folder}

    def find(self, api: Any, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        """By uid, or by name in its folder."""
        if wanted.get("uid"):
            answer = get_or_none(api, fill(self.resource.direct["uid"], wanted))
            return answer["result"] if answer else None
        answer = get_or_none(api, f"/api/library-elements/name/{quote(str(wanted['name']), safe='')}")
        return self.match(wanted, answer["result"]) if answer else None

    def is_meant(self, wanted: Mapping[str, Any], found: dict[str, Any]) -> bool:
        """A name means the panel of that name in the wanted folder, wherever when nobody says in which."""
        if not super().is_meant(wanted, found):
            return False
        return bool(wanted.get("uid")) or wanted.get("folder_uid") is None or at_top(found["folderUid"]) == at_top(wanted["folder_uid"])

    def key(self, wanted: Mapping[str, Any]) -> Any:
        """Panels of one name may stand in several folders."""
        return super().key(wanted), "" if wanted.get("uid") else wanted.get("folder_uid")

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """A new panel needs to be something."""
        if found is None and not wanted.get("model"):
            raise Failure(f"The library panel {wanted['name']} is not there, and without its model it cannot be made.")
        return super().plan_one(api, wanted, found, orders)

    def delete(self, api: Any, change: Change) -> dict[str, Any]:
        """Remove a panel that no dashboard uses."""
        try:
            return super().delete(api, change)
        except ClientError as error:
            if error.status != 403 or "connections" not in error.message:
                raise
            path = fill("/api/library-elements/{uid}/connections", change.found or {})
            users = [str(one.get("connectionUid") or one.get("connectionId")) for one in api.get(path)["result"]]
            raise Failure(f"dashboards use it: {', '.join(users)}. Take it out of them first.") from None

    def shown(self, found: dict[str, Any]) -> dict[str, Any]:
        """A panel without what is only said about people."""
        return {key: value for key, value in found.items() if key != "meta"}
