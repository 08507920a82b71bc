# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the role jaeger that its filter reads, by their names without the prefix."""

from __future__ import annotations

SETTINGS: dict[str, type] = {
    "config_dir": str,
    "config_extra": dict,
    "grpc_listen_address": str,
    "health_listen_address": str,
    "kafka": dict,
    "log_format": str,
    "log_level": str,
    "memory_limit_percentage": int,
    "metrics_listen_address": str,
    "otlp_grpc_listen_address": str,
    "otlp_http_listen_address": str,
    "otlp_tls": dict,
    "receivers_extra": dict,
    "role": str,
    "sampling_grpc_listen_address": str,
    "sampling_http_listen_address": str,
    "sampling_strategies": dict,
    "show_config_diff": bool,
    "spanmetrics": dict,
    "spanmetrics_listen_address": str,
    "spm": bool,
    "state": str,
    "storage": dict,
    "storage_dir": str,
    "storage_retention": str,
    "storage_type": str,
    "system_group": str,
    "system_user": str,
    "ui_config": dict,
    "web_config": dict,
    "web_external_url": str,
    "web_listen_address": str,
    "web_route_prefix": str,
}
