# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Playlists: dashboards that are shown one after the other."""

from __future__ import annotations

from typing import Any

from ..engine.errors import Failure
from ..engine.field import Field
from ..engine.kind import Kind, Orders
from ..engine.plan import Change
from ..engine.resource import Listing, Resource

ENTRY = {
    "type": {"type": "str", "choices": ["dashboard_by_uid", "dashboard_by_tag"], "required": True},
    "value": {"type": "str", "required": True},
}

PLAYLIST = Resource(
    kind="playlist",
    words="playlist",
    fields=(
        Field("name", required=True),
        Field("uid"),
        Field("interval", fresh="5m"),
        Field("entries", at="items", type="list", elements="dict", options=ENTRY),
    ),
    identities=(("uid",), ("name",)),
    direct={"uid": "/api/playlists/{uid}"},
    listing=Listing("/api/playlists", complete=False),
    create=("POST", "/api/playlists"),
    update=("PUT", "/api/playlists/{uid}"),
    delete=("DELETE", "/api/playlists/{uid}"),
    server_only=("id",),
    after=("dashboard",),
)


class Playlists(Kind):
    """Playlists; before they belonged to the app platform, Grafana chose their uids."""

    def plan_one(self, api: Any, wanted: dict[str, Any], found: dict[str, Any] | None, orders: Orders) -> Change:
        """Refuse a uid for a new one where the server would ignore it, and every run would make another."""
        if wanted.get("uid") and found is None and not api.app_versions("playlist.grafana.app"):
            raise Failure(f"There is no playlist with the uid {wanted['uid']!r}. This Grafana chooses uids itself: leave it out to make a playlist.")
        return super().plan_one(api, wanted, found, orders)

    def exported(self, found: dict[str, Any]) -> dict[str, Any]:
        """A playlist as options, without the uid, which another server would not take."""
        return {name: value for name, value in super().exported(found).items() if name != "uid"}
