# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the role otel_collector that its filter reads, by their names without the prefix."""

from __future__ import annotations

# Sections of the collector's configuration that have a variable of their own, as the role of grafana.grafana has them.
SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions", "service")

SETTINGS: dict[str, type] = {
    "attributes": list,
    "config_extra": dict,
    "data_dir": str,
    "drop_logs": list,
    "files": list,
    "health_listen_address": str,
    "hostmetrics": list,
    "journal": bool,
    "journal_options": dict,
    "log_level": str,
    "loki_tenant": str,
    "loki_url": str,
    "max_line_size": int,
    "memory_limit_mib": int,
    "otlp": str,
    "otlp_grpc_listen_address": str,
    "otlp_http_listen_address": str,
    "promtail_config": dict,
    "queue_size_mib": int,
    "redact": list,
    "remote_write": list,
    "resource_attributes": dict,
    "resource_detectors": list,
    "scrape_configs": list,
    "show_config_diff": bool,
    "start_at": str,
    "state": str,
    "tail_sampling": list,
    "tls": dict,
    "traces_endpoint": str,
    "web_config": dict,
    "web_listen_address": str,
    **dict.fromkeys(SECTIONS, dict),
}
