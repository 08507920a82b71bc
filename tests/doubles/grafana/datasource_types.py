# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The types of data sources that come with Grafana: name and logo."""

from __future__ import annotations

# Type -> (name, file of the logo under public/plugins/TYPE/img). The three of the recording are sure, the others are upstream's.
CORE = {
    "alertmanager": ("Alertmanager", "logo.svg"),
    "cloudwatch": ("CloudWatch", "amazon-web-services.png"),
    "elasticsearch": ("Elasticsearch", "elasticsearch.svg"),
    "grafana-azure-monitor-datasource": ("Azure Monitor", "azure_monitor_cropped.png"),
    "grafana-postgresql-datasource": ("PostgreSQL", "postgresql_logo.svg"),
    "grafana-pyroscope-datasource": ("Grafana Pyroscope", "grafana_pyroscope_icon.svg"),
    "grafana-testdata-datasource": ("TestData", "testdata.svg"),
    "graphite": ("Graphite", "graphite_logo.png"),
    "influxdb": ("InfluxDB", "influxdb_logo.svg"),
    "jaeger": ("Jaeger", "jaeger_logo.svg"),
    "loki": ("Loki", "loki_icon.svg"),
    "mssql": ("Microsoft SQL Server", "sql_server_logo.svg"),
    "mysql": ("MySQL", "mysql_logo.svg"),
    "opentsdb": ("OpenTSDB", "opentsdb_logo.png"),
    "parca": ("Parca", "logo-small.svg"),
    "prometheus": ("Prometheus", "prometheus_logo.svg"),
    "stackdriver": ("Google Cloud Monitoring", "cloud_monitoring_logo.svg"),
    "tempo": ("Tempo", "tempo_logo.svg"),
    "zipkin": ("Zipkin", "zipkin-logo.svg"),
}
ALIASES = {"postgres": "grafana-postgresql-datasource", "testdata": "grafana-testdata-datasource", "phlare": "grafana-pyroscope-datasource"}
# Types without an address are refused for these (recorded for prometheus, taken for loki).
CHECKED = {"prometheus"}


def logo(kind: str) -> str:
    """Return the path of a type's logo."""
    return f"public/plugins/{kind}/img/{CORE[kind][1]}" if kind in CORE else "public/img/icn-datasource.svg"
