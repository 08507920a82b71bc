# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The recorded calls that the double does not answer as the recording does, each with the reason."""

from __future__ import annotations

# Answers that the double deliberately does not imitate.
NOT_IMITATED: dict[str, str] = {
    "00_health_auth: frontend settings: version when logged in": "the pages' plugin descriptions; programs read version and default data source",
    "00_health_auth: server admin endpoint with basic": "the whole configuration of a real server; the double has another one",
    "00_health_auth: accesscontrol permissions of the caller": "a long list of permissions with scopes; the double knows roles and levels",
    "01_dashboards: get bearer viewer": "upstream caches permissions for a minute and refuses a new dashboard so long; the double does not wait",
    "01_dashboards: calculate diff": "a page of HTML for people",
    "02_app_platform: k8s templategroups": "the texts of upstream's built-in templates",
    "02_app_platform: openapi v3 index": "the description of the whole API",
    "03_folders: cleanup f-n2": "upstream's search index lagged, and the delete of the folder's former parent took it along",
    "05_alerting: cp export hcl": "the export for Terraform",
    "05_alerting: ruler: write on api-provenance rule group": "the ruler's writes; rules are written through the provisioning API",
    "05_alerting: alertmanager status": "a new configuration takes a minute to be applied upstream; here it is applied at once",
    "05_alerting: receivers status": "the same: upstream still ran the configuration of the start",
    "05_alerting: alertmanager config history": "the history of configurations",
    "10_plugins_prefs_admin: plugins list": "the descriptions of all plugins; the double has the data sources that come with Grafana",
    "10_plugins_prefs_admin: plugins list type=datasource": "the same: a plugin's description, links and keywords",
    "10_plugins_prefs_admin: plugin settings": "the same",
    "10_plugins_prefs_admin: admin stats": "how many sessions and devices were seen, and what the recording's other clients had left",
    "10_plugins_prefs_admin: sso list": "the settings of every provider of logins; GitHub's stand for them",
    "10_plugins_prefs_admin: admin settings": "the whole configuration of a real server; the double has another one",
}

# What upstream answered by accident of timing: the double is ordered to answer so, because a success would change what
# the calls after it see.
ACCIDENTS: dict[str, str] = {
    "05_alerting: rule create editor bearer": "the cache of permissions did not know the new folder yet, and the server failed",
}
