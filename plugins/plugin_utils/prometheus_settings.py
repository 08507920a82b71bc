# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the role prometheus that shape its configuration and command line."""

from __future__ import annotations

SETTINGS: dict[str, type] = {
    "agent_mode": bool,
    "alert_relabel_configs": list,
    "alert_rules": list,
    "alertmanager_config": list,
    "base_rules": bool,
    "config_dir": str,
    "config_extra": dict,
    "config_flags_extra": dict,
    "config_secret": str,
    "db_dir": str,
    "enable_features": list,
    "exemplars_max": int,
    "external_labels": dict,
    "federation": list,
    "global": dict,
    "job_settings": dict,
    "native_histograms": bool,
    "otlp": dict,
    "otlp_receiver": bool,
    "probes": list,
    "remote_read": list,
    "remote_write": list,
    "remote_write_receiver": bool,
    "replica": str,
    "replica_label": str,
    "rule_groups": list,
    "scrape_configs": list,
    "scrape_inventory": bool,
    "shard": int,
    "shards": int,
    "storage_retention": str,
    "storage_retention_percentage": str,
    "storage_retention_size": str,
    "targets": dict,
    "verify_rule": bool,
    "web_external_url": str,
}
