# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options that one type of data source has and others have not, as rows; and what is known of jsonData besides."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Mapping

from ..engine.resource import Field
from .datasource_fields import COMMON, hidden, mapping, number, plain, rows, switch

ES_VERSIONS = {"2": 2, "5": 5, "56": 56, "60": 60, "70": 70, "7.7+": "7.7.0", "7.10+": "7.10.0", "8.0+": "8.0.0"}
RESOLUTIONS = {"second": 1, "millisecond": 2}


def es_version(value: Any) -> Any:
    """The version of Elasticsearch as its plugin wants it: once a number, since Grafana 8 a version."""
    return ES_VERSIONS.get(str(value), value)


def resolution(value: Any) -> Any:
    """OpenTSDB's resolution as its plugin wants it."""
    return RESOLUTIONS.get(value, value)


def text(value: Any) -> Any:
    """A number that the plugin keeps as text."""
    return None if value is None else str(value)


TIME_INTERVAL = plain("time_interval")
ALERTING = (switch("manage_alerts"), plain("alertmanager_uid"))
POOL = (number("max_open_conns"), number("max_idle_conns"), number("conn_max_lifetime"), TIME_INTERVAL)
TRACES = (
    mapping("traces_to_logs", "tracesToLogsV2"),
    mapping("traces_to_metrics"),
    mapping("traces_to_profiles"),
    switch("node_graph", "nodeGraph.enabled"),
    mapping("span_bar"),
)
SEARCH = (
    TIME_INTERVAL,
    plain("time_field", fresh="@timestamp"),
    plain("interval", choices=("", "Hourly", "Daily", "Weekly", "Monthly", "Yearly")),
    number("max_concurrent_shard_requests", fresh=256),
    plain("log_message_field"),
    plain("log_level_field"),
    rows("data_links"),
)
AWS = (
    plain("aws_auth_type", "authType", choices=("keys", "credentials", "arn", "default", "ec2_iam_role", "grafana_assume_role"), fresh="keys"),
    plain("aws_default_region", "defaultRegion", fresh="us-east-1"),
    plain("aws_credentials_profile", "profile"),
    plain("aws_assume_role_arn", "assumeRoleArn"),
    plain("aws_external_id", "externalId"),
    plain("aws_endpoint", "endpoint"),
    hidden("aws_access_key", "accessKey"),
    hidden("aws_secret_key", "secretKey"),
)

VARIANTS: dict[str, tuple[Field, ...]] = {
    "prometheus": (
        TIME_INTERVAL,
        *ALERTING,
        plain("http_method", choices=("GET", "POST")),
        plain("query_timeout"),
        plain("prometheus_type", choices=("Prometheus", "Thanos", "Mimir", "Cortex")),
        plain("prometheus_version"),
        plain("cache_level", choices=("Low", "Medium", "High", "None")),
        switch("incremental_querying"),
        plain("incremental_query_overlap", "incrementalQueryOverlapWindow"),
        switch("disable_metrics_lookup"),
        switch("disable_recording_rules"),
        switch("recording_rules_target", "allowAsRecordingRulesTarget"),
        plain("custom_query_parameters"),
        plain("default_editor", choices=("builder", "code")),
        rows("exemplars", "exemplarTraceIdDestinations"),
    ),
    "loki": (*ALERTING, plain("max_lines", normalise=text), rows("derived_fields")),
    "jaeger": (*TRACES, switch("trace_id_time_params", "traceIdTimeParams.enabled")),
    "tempo": (
        *TRACES,
        plain("service_map_uid", "serviceMap.datasourceUid"),
        switch("hide_search", "search.hide"),
        mapping("trace_query"),
        mapping("streaming_enabled"),
    ),
    "zipkin": TRACES,
    "alertmanager": (
        plain("alertmanager_implementation", "implementation", choices=("mimir", "cortex", "prometheus")),
        switch("alertmanager_handle_grafana_alerts", "handleGrafanaManagedAlerts", fresh=False),
    ),
    "cloudwatch": (
        *AWS,
        plain("aws_custom_metrics_namespaces", "customMetricsNamespaces"),
        plain("aws_logs_timeout", "logsTimeout"),
        plain("aws_xray_uid", "tracingDatasourceUid"),
    ),
    "elasticsearch": (
        *SEARCH,
        plain("es_version", choices=tuple(ES_VERSIONS), normalise=es_version, fresh="7.10.0"),
        plain("index"),
        switch("include_frozen"),
        switch("xpack"),
    ),
    "grafana-opensearch-datasource": (
        *SEARCH,
        plain("index", "database"),
        plain("opensearch_flavor", "flavor", choices=("opensearch", "elasticsearch"), fresh="opensearch"),
        plain("opensearch_version", "version"),
        switch("opensearch_serverless", "serverless"),
        switch("ppl_enabled"),
    ),
    "influxdb": (
        TIME_INTERVAL,
        plain("influx_query_language", "version", choices=("InfluxQL", "Flux", "SQL")),
        plain("influx_organization", "organization"),
        plain("influx_bucket", "defaultBucket"),
        plain("influx_http_mode", "httpMode", choices=("GET", "POST")),
        number("influx_max_series", "maxSeries"),
        switch("influx_insecure_grpc", "insecureGrpc"),
        hidden("influx_token", "token"),
    ),
    "grafana-postgresql-datasource": (
        *POOL,
        plain("sslmode", choices=("disable", "require", "verify-ca", "verify-full"), fresh="disable"),
        plain("tls_configuration_method", choices=("file-path", "file-content")),
        plain("ssl_root_cert_file"),
        plain("ssl_cert_file"),
        plain("ssl_key_file"),
        number("postgres_version"),
        switch("timescaledb"),
    ),
    "mysql": (*POOL, plain("session_timezone", "timezone"), switch("allow_cleartext_passwords")),
    "mssql": (*POOL, plain("mssql_encrypt", "encrypt", choices=("false", "true", "disable")), plain("mssql_authentication", "authenticationType")),
    "opentsdb": (
        number("tsdb_version", choices=(1, 2, 3), fresh=1),
        plain("tsdb_resolution", choices=tuple(RESOLUTIONS), normalise=resolution, fresh=1),
    ),
    "graphite": (plain("graphite_version"), plain("graphite_type", choices=("default", "metrictank"))),
    "grafana-azure-monitor-datasource": (
        plain("azure_cloud", "cloudName", choices=("azuremonitor", "chinaazuremonitor", "govazuremonitor", "germanyazuremonitor"), fresh="azuremonitor"),
        plain("azure_tenant", "tenantId"),
        plain("azure_client", "clientId"),
        plain("azure_subscription", "subscriptionId"),
        hidden("azure_secret", "clientSecret"),
    ),
    "alexanderzobnin-zabbix-datasource": (plain("zabbix_user", "username"), hidden("zabbix_password", "password"), switch("trends")),
    "grafana-pyroscope-datasource": (plain("pyroscope_min_step", "minStep"),),
    "grafana-testdata-datasource": (),
}

# Types that are of use without an address.
WITHOUT_URL = {"cloudwatch", "grafana-testdata-datasource", "grafana-azure-monitor-datasource", "stackdriver"}
# Keys of jsonData that have no option here; needed only to notice a slip of the pen.
ANYWHERE = ("alertmanagerUid", "enableSecureSocksProxy", "secureSocksProxyUsername", "teamHttpHeaders", "pdcInjected")
SIGNED = ("sigV4Auth", "sigV4AuthType", "sigV4Region", "sigV4Profile", "sigV4AssumeRoleArn", "sigV4ExternalId", "azureCredentials")
FURTHER = {
    "prometheus": (*SIGNED, "seriesEndpoint", "seriesLimit", "codeModeMetricNamesSuggestionLimit", "azureEndpointResourceId"),
    "loki": ("alertmanager", "predefinedOperations"),
    "tempo": ("lokiSearch", "timeRangeForTags", "tagLimit", "tracesToLogs"),
    "jaeger": ("tracesToLogs",),
    "zipkin": ("tracesToLogs",),
    "elasticsearch": SIGNED,
    "grafana-opensearch-datasource": (*SIGNED, "database"),
    "cloudwatch": ("defaultLogGroups", "logGroups", "timeField", "database"),
    "influxdb": ("dbName", "enableFlux", "metadata", "product"),
    "grafana-postgresql-datasource": ("database", "maxIdleConnsAuto", "user", "url"),
    "mysql": ("database", "maxIdleConnsAuto", "user", "url"),
}


def known_keys(kind: str) -> set[str]:
    """The keys of a type's jsonData that are known here."""
    places = [one.place for one in (*COMMON, *VARIANTS.get(kind, ())) if one.place[:1] == ("jsonData",) and len(one.place) > 1]
    return {place[1] for place in places} | set(ANYWHERE) | set(FURTHER.get(kind, ()))


def slips(kind: str, json_data: Mapping[str, Any]) -> list[str]:
    """Sentences about keys of jsonData that look like a slip of a known one; only of types that are known."""
    if kind not in VARIANTS:
        return []
    known = {key.lower(): key for key in known_keys(kind)}
    sentences = []
    for key in json_data:
        near = [] if key.startswith("httpHeaderName") else get_close_matches(str(key).replace("_", "").lower(), known, 1, 0.8)
        if near and known[near[0]] != key:
            sentences.append(f"json_data.{key} is not known for the type {kind}; {known[near[0]]} is.")
    return sentences
