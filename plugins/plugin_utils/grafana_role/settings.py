# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the role grafana that its filters read, by their names without the prefix."""

from __future__ import annotations

# Sections of grafana.ini that have a variable of their own, as the roles of cloudalchemy and others had them.
SECTIONS = (
    "analytics",
    "auth",
    "database",
    "feature_toggles",
    "log",
    "metrics",
    "remote_cache",
    "security",
    "server",
    "smtp",
    "unified_alerting",
    "users",
)

SETTINGS: dict[str, type] = {
    "admin_password": str,
    "admin_user": str,
    "config_dir": str,
    "dashboards_dir": str,
    "dashboards_editable": bool,
    "dashboards_folder": str,
    "dashboards_folders_from_files": bool,
    "data_dir": str,
    "datasources": list,
    "datasources_from_inventory": bool,
    "environment": dict,
    "ini": dict,
    "install_method": str,
    "ldap": dict,
    "plugin_url": str,
    "plugins": list,
    "provisioning_files": dict,
    "show_config_diff": bool,
    "stack_dashboards_folder": str,
    "state": str,
    "system_group": str,
    "system_user": str,
    "trial_start": bool,
    "web_config": dict,
    "web_external_url": str,
    "web_listen_address": str,
    "web_route_prefix": str,
    **dict.fromkeys(SECTIONS, dict),
}
