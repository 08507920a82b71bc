# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Metrics such as Grafana shows of itself.

Names and labels were looked up in upstream's sources (pkg/infra/metrics, pkg/middleware, pkg/services/ngalert/metrics), those
of data source requests, the database and alerts in other people's published code; none were taken from a server that runs.
"""

from __future__ import annotations

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
PLAIN = {
    "grafana_stat_totals_dashboard": 7,
    "grafana_stat_total_users": 2,
    "grafana_http_request_in_flight": 1,
    "grafana_alerting_scheduler_behind_seconds": 0,
    "grafana_database_conn_in_use": 1,
    "grafana_database_conn_open": 2,
    "grafana_database_conn_max_open": 10,
    "process_resident_memory_bytes": 2e8,
    "process_start_time_seconds": 1.7e9,
}


def histogram(name: str, labels: str, count: int) -> list[str]:
    """Return the lines of a histogram whose observations all took 20 ms."""
    lines = [f'{name}_bucket{{{labels},le="{bucket:g}"}} {count if bucket >= 0.025 else 0}' for bucket in BUCKETS]
    return [*lines, f'{name}_bucket{{{labels},le="+Inf"}} {count}', f"{name}_sum{{{labels}}} {count * 0.02}", f"{name}_count{{{labels}}} {count}"]


def exposition(clock: float) -> str:
    """Return the metrics of a server that has answered ten requests a second for ``clock`` seconds."""
    count = int(clock * 10)
    lines = [f"{name} {value:g}" for name, value in PLAIN.items()]
    lines.append('grafana_build_info{branch="HEAD",edition="oss",goversion="go1.25.4",revision="source",version="12.3.0"} 1')
    lines.append(f"process_cpu_seconds_total {clock / 100}")
    for status in ("200", "500"):
        lines += histogram("grafana_http_request_duration_seconds", f'handler="/api/ds/query",method="POST",status_code="{status}"', count)
    for code in ("200", "502"):
        source = f'code="{code}",datasource="Prometheus",datasource_type="prometheus",method="POST",secure_socks_ds_proxy_enabled="false"'
        lines.append(f"grafana_datasource_request_total{{{source}}} {count}")
        lines += histogram("grafana_datasource_request_duration_seconds", source, count)
    lines += [f'grafana_alerting_alerts{{state="{state}"}} 1' for state in ("alerting", "normal", "pending", "nodata", "error")]
    lines += [f'grafana_alerting_rule_evaluations_total{{org="1"}} {count}', f'grafana_alerting_rule_evaluation_failures_total{{org="1"}} {count / 10}']
    return "\n".join(lines) + "\n"
