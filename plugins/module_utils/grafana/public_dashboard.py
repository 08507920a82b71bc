# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards that are shown to everybody who has the link."""

from __future__ import annotations

from typing import Any

from ..engine.errors import ClientError
from ..engine.field import Field
from ..engine.kind import Kind
from ..engine.plan import Change
from ..engine.resource import Listing, Resource

ONE = "/api/dashboards/uid/{dashboard_uid}/public-dashboards"

PUBLIC_DASHBOARD = Resource(
    kind="public_dashboard",
    words="public dashboard",
    fields=(
        Field("dashboard_uid", at="dashboardUid", required=True),
        Field("uid", immutable=True),
        Field("access_token", at="accessToken", immutable=True),
        Field("enabled", at="isEnabled", type="bool", fresh=True),
        Field("annotations_enabled", at="annotationsEnabled", type="bool"),
        Field("time_selection_enabled", at="timeSelectionEnabled", type="bool"),
        Field("share", choices=("public", "email")),
    ),
    identities=(("dashboard_uid",),),
    direct={"dashboard_uid": ONE},
    listing=Listing("/api/dashboards/public-dashboards", rows="publicDashboards", paged=True, size_word="perpage", complete=False),
    create=("POST", ONE),
    update=("PATCH", ONE + "/{uid}"),
    delete=("DELETE", ONE + "/{uid}"),
    server_only=("createdBy", "updatedBy", "createdAt", "updatedAt", "title", "slug", "recipients"),
    after=("dashboard",),
)


class PublicDashboards(Kind):
    """Each dashboard is public or not, so it is named by the dashboard."""

    def create(self, api: Any, change: Change) -> dict[str, Any]:
        """Make a dashboard public."""
        try:
            return super().create(api, change)
        except ClientError as error:
            if error.status != 404:
                raise
            hint = f"So there is no dashboard with the uid {change.wanted['dashboard_uid']!r}, or this Grafana has no public dashboards."
            raise ClientError(error.verb, error.url, 404, error.message, hint) from error
