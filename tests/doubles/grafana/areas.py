# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The list of what the double serves: importing an area enters its routes."""

from __future__ import annotations

from importlib import import_module

AREAS = (
    "health",
    "folders",
    "dashboards",
    "dashboard_extras",
    "dashboard_versions",
    "search",
    "acl_api",
    "library",
    "datasources",
    "service_accounts",
    "users",
    "orgs",
    "teams",
    "correlations",
    "datasource_calls",
    "admin",
    "contact_points",
    "policies",
    "templates",
    "mute_timings",
    "rules",
    "rule_groups",
    "alertmanager",
    "preferences",
    "annotations",
    "public_dashboards",
    "snapshots",
    "playlists",
    "app_dashboards",
    "app_dashboard_lists",
    "app_folders",
    "apps",
    "plugins",
)


def load() -> None:
    """Import every area."""
    for name in AREAS:
        import_module(f"{__package__}.{name}")
