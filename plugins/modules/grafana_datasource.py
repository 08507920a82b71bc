#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_datasource
short_description: Manage data sources in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes, renames and removes data sources of any type.
  - Options named after a type count for that type only. Settings that have no option here go into O(json_data) and O(secure_json_data).
  - Keys of the data source's settings that nobody names stay as they are, unless O(replace_json_data) says otherwise.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
  - observability.stack.grafana.secrets
options:
  name:
    description: Name of the data source. Needed unless O(items) are given.
    type: str
  uid:
    description:
      - Unique identifier. A data source is found by it, whatever its name is, so a new O(name) renames it.
      - When none has it, the data source is the one of that name. If that one has another uid, a new data source is made in its place.
        That is refused when secrets that are not described, or correlations, would be lost.
    type: str
  ds_type:
    description:
      - Type of the data source, any that the server has. Needed unless O(state=absent).
      - V(thanos) is V(prometheus) with O(prometheus_type=Thanos). V(postgres), V(opensearch), V(testdata), V(pyroscope) and V(phlare)
        are short for the names of their plugins.
    type: str
    aliases: [type]
  ds_url:
    description: Address of the data source as the server reaches it. Needed for the types listed here that have one.
    type: str
  access:
    description: Whether the server asks the data source, or the browser. A new data source gets V(proxy).
    type: str
    choices: [proxy, direct]
  is_default:
    description: Whether the data source is the organization's default. A new one is not, unless this says so.
    type: bool
  database:
    description: Name of the database, or of the index (C(elasticsearch)).
    type: str
  user:
    description: User name in the database.
    type: str
  password:
    description: Password in the database. An empty one removes it.
    type: str
  basic_auth:
    description: Whether the server authenticates with O(basic_auth_user). Follows from that option unless it is given.
    type: bool
  basic_auth_user:
    description: User name for basic authentication.
    type: str
  basic_auth_password:
    description: Password for basic authentication.
    type: str
  with_credentials:
    description: Whether a browser that asks the data source itself sends cookies and authorization along.
    type: bool
  oauth_pass_thru:
    description: Whether the user's own OAuth token is passed on.
    type: bool
  http_headers:
    description:
      - Headers of each request to the data source, for instance C(X-Scope-OrgID). Their values are stored as secrets.
      - They are all the headers. One that is no longer described goes.
    type: dict
  http_timeout:
    description: Seconds that the server waits for the data source.
    type: int
  keep_cookies:
    description: Names of cookies that are passed on.
    type: list
    elements: str
  tls_auth:
    description: Whether a client certificate is used. Follows from O(tls_client_cert) unless it is given.
    type: bool
  tls_auth_with_ca_cert:
    description: Whether the data source's certificate is checked with O(tls_ca_cert). Follows from that option unless it is given.
    type: bool
  tls_skip_verify:
    description: Whether the data source's certificate is not checked. Not together with O(tls_ca_cert).
    type: bool
  tls_servername:
    description: Name that the data source's certificate must bear.
    type: str
  tls_client_cert:
    description: Client certificate (PEM text); together with O(tls_client_key).
    type: str
  tls_client_key:
    description: Key of the client certificate (PEM text).
    type: str
  tls_ca_cert:
    description: Certificate of the authority to trust (PEM text).
    type: str
  json_data:
    description:
      - Settings of the data source (C(jsonData)) by Grafana's own names. Options for the same setting count more.
      - Mappings are merged with what is there; a key that is null is removed.
      - A key that looks like a slip of a known one is reported by a warning.
    type: dict
    aliases: [additional_json_data]
  secure_json_data:
    description: Secrets of the data source (C(secureJsonData)) by Grafana's own names. An empty one is removed.
    type: dict
    aliases: [additional_secure_json_data]
  replace_json_data:
    description: Whether settings that nobody describes are removed from C(jsonData).
    type: bool
    default: false
  enforce_secure_data:
    description: Sends secrets, and reports a change, every time, like O(update_secrets=always).
    type: bool
    default: false
  secrets_key:
    description:
      - A key of at least 16 random characters, kept in the vault. With it the data source carries a keyed hash of each secret,
        so that a changed secret is seen and sent, one that is no longer described is removed, and an equal one causes nothing.
      - Without it a secret is sent when the data source does not have one of that name, and along with other changes.
    type: str
  wait_healthy:
    description:
      - Seconds to wait until the server says that the data source works, by its health check. V(0) asks once. Not in check mode.
      - Types that only work in the browser have no such check; that is a warning.
    type: int
  correlations:
    description:
      - Links from a field of this data source's results to a query of another. They are all there are, but for those that a file provisioned.
      - Each has C(target) (uid or name of a data source), C(field), C(label), C(description), C(type) (V(query) or V(external)),
        C(query) (a mapping; for V(external) with the C(url)) and C(transformations) (a list).
    type: list
    elements: dict
  time_interval:
    description: Shortest step of a query, best the scrape interval (C(prometheus), C(influxdb), C(elasticsearch), C(opensearch) and the SQL types).
    type: str
  manage_alerts:
    description: Whether the data source's own alert rules are shown and edited in Grafana (C(prometheus), C(loki)).
    type: bool
  alertmanager_uid:
    description: Uid of the Alertmanager data source that gets the alerts of these rules (C(prometheus), C(loki)).
    type: str
  http_method:
    description: Method of queries (C(prometheus)).
    type: str
    choices: [GET, POST]
  query_timeout:
    description: Longest time of a query, for instance V(60s) (C(prometheus)).
    type: str
  prometheus_type:
    description: What answers under the address (C(prometheus)).
    type: str
    choices: [Prometheus, Thanos, Mimir, Cortex]
  prometheus_version:
    description: Its version, for the query editor (C(prometheus)).
    type: str
  cache_level:
    description: How long the editor keeps metadata (C(prometheus)).
    type: str
    choices: [Low, Medium, High, None]
  incremental_querying:
    description: Whether a refresh asks only for what is new (C(prometheus)).
    type: bool
  incremental_query_overlap:
    description: How much of what is known is asked again, for instance V(10m) (C(prometheus)).
    type: str
  disable_metrics_lookup:
    description: Whether the editor does without the list of metrics (C(prometheus)).
    type: bool
  disable_recording_rules:
    description: Whether the editor does without recording rules (C(prometheus)).
    type: bool
  recording_rules_target:
    description: Whether Grafana's recording rules may write here (C(prometheus)).
    type: bool
  custom_query_parameters:
    description: Further parameters of each query, for instance V(max_source_resolution=5m) (C(prometheus)).
    type: str
  default_editor:
    description: Editor that opens first (C(prometheus)).
    type: str
    choices: [builder, code]
  exemplars:
    description:
      - Where exemplars lead (C(prometheus)). Each has the C(name) of the label with the trace id, and C(datasource_uid) or C(url),
        perhaps C(url_display_label).
    type: list
    elements: dict
  max_lines:
    description: Most lines of a result (C(loki)).
    type: str
  derived_fields:
    description:
      - Fields taken from log lines, mostly to link to traces (C(loki)). Each has C(name), C(matcher_regex), C(matcher_type)
        (V(regex) or V(label)), C(url) (with C(datasource_uid) the query, such as V(${__value.raw})), C(url_display_label) and C(target_blank).
    type: list
    elements: dict
  traces_to_logs:
    description:
      - How a span leads to logs (C(jaeger), C(tempo), C(zipkin)). C(datasource_uid), C(tags) (a list of C(key) and C(value)),
        C(span_start_time_shift), C(span_end_time_shift), C(filter_by_trace_id), C(filter_by_span_id), C(custom_query), C(query).
    type: dict
  traces_to_metrics:
    description:
      - How a span leads to metrics (C(jaeger), C(tempo), C(zipkin)). C(datasource_uid), C(tags), C(span_start_time_shift),
        C(span_end_time_shift) and C(queries) (a list of C(name) and C(query)).
    type: dict
  traces_to_profiles:
    description: How a span leads to profiles (C(jaeger), C(tempo), C(zipkin)). C(datasource_uid), C(tags), C(profile_type_id), C(custom_query), C(query).
    type: dict
  node_graph:
    description: Whether a trace is shown as a graph, too (C(jaeger), C(tempo), C(zipkin)).
    type: bool
  span_bar:
    description: What stands beside a span (C(jaeger), C(tempo), C(zipkin)). C(type) (V(None), V(Duration) or V(Tag)) and C(tag).
    type: dict
  trace_id_time_params:
    description: Whether a query for one trace names a range of time (C(jaeger)).
    type: bool
  service_map_uid:
    description: Uid of the Prometheus data source with the metrics of the service graph (C(tempo)).
    type: str
  hide_search:
    description: Whether the search is hidden (C(tempo)).
    type: bool
  trace_query:
    description: Range of time of a query for one trace (C(tempo)). C(time_shift_enabled), C(span_start_time_shift), C(span_end_time_shift).
    type: dict
  streaming_enabled:
    description: Whether results come bit by bit (C(tempo)). C(search) and C(metrics), each a bool.
    type: dict
  alertmanager_implementation:
    description: What answers under the address (C(alertmanager)).
    type: str
    choices: [mimir, cortex, prometheus]
  alertmanager_handle_grafana_alerts:
    description: Whether it gets Grafana's own alerts, too (C(alertmanager)). A new one does not.
    type: bool
  aws_auth_type:
    description: How the server authenticates (C(cloudwatch)). A new one by V(keys).
    type: str
    choices: [keys, credentials, arn, default, ec2_iam_role, grafana_assume_role]
  aws_default_region:
    description: Region of queries that name none (C(cloudwatch)). A new one gets V(us-east-1).
    type: str
  aws_credentials_profile:
    description: Profile in the server's credentials file (C(cloudwatch)).
    type: str
  aws_assume_role_arn:
    description: Role to assume (C(cloudwatch)).
    type: str
  aws_external_id:
    description: External id for the role, when it is another account's (C(cloudwatch)).
    type: str
  aws_endpoint:
    description: Another address of the service (C(cloudwatch)).
    type: str
  aws_access_key:
    description: Access key, for V(keys) (C(cloudwatch)).
    type: str
  aws_secret_key:
    description: Secret key, for V(keys) (C(cloudwatch)).
    type: str
  aws_custom_metrics_namespaces:
    description: Namespaces of one's own metrics, with commas between (C(cloudwatch)).
    type: str
  aws_logs_timeout:
    description: Longest time of a query for logs, for instance V(30m) (C(cloudwatch)).
    type: str
  aws_xray_uid:
    description: Uid of the X-Ray data source to which trace ids in logs lead (C(cloudwatch)).
    type: str
  index:
    description: Name of the index, or its pattern (C(elasticsearch), C(opensearch)).
    type: str
  interval:
    description: How often a new index begins, when the name holds a date (C(elasticsearch), C(opensearch)).
    type: str
    choices: ['', Hourly, Daily, Weekly, Monthly, Yearly]
  time_field:
    description: Field with the time (C(elasticsearch), C(opensearch)). A new one gets V(@timestamp).
    type: str
  max_concurrent_shard_requests:
    description: Most shards that are asked at once (C(elasticsearch), C(opensearch)). A new one gets V(256).
    type: int
  log_message_field:
    description: Field with the message of a log (C(elasticsearch), C(opensearch)).
    type: str
  log_level_field:
    description: Field with the level of a log (C(elasticsearch), C(opensearch)).
    type: str
  data_links:
    description: Where fields lead (C(elasticsearch), C(opensearch)). Each has C(field), C(url), C(datasource_uid), C(url_display_label).
    type: list
    elements: dict
  es_version:
    description: Version of Elasticsearch; only servers before Grafana 8 need it (C(elasticsearch)). A new one gets V(7.10+).
    type: str
    choices: ['2', '5', '56', '60', '70', 7.7+, 7.10+, 8.0+]
  include_frozen:
    description: Whether frozen indices are searched (C(elasticsearch)).
    type: bool
  xpack:
    description: Whether X-Pack is there (C(elasticsearch)).
    type: bool
  opensearch_flavor:
    description: What answers under the address (C(opensearch)). A new one is V(opensearch).
    type: str
    choices: [opensearch, elasticsearch]
  opensearch_version:
    description: Its version, for instance V(2.11.0) (C(opensearch)).
    type: str
  opensearch_serverless:
    description: Whether it is Amazon's serverless offer (C(opensearch)).
    type: bool
  ppl_enabled:
    description: Whether queries in PPL are possible (C(opensearch)).
    type: bool
  influx_query_language:
    description: Language of queries (C(influxdb)).
    type: str
    choices: [InfluxQL, Flux, SQL]
  influx_organization:
    description: Organization (C(influxdb) with Flux).
    type: str
  influx_bucket:
    description: Bucket of queries that name none (C(influxdb) with Flux).
    type: str
  influx_token:
    description: Token (C(influxdb) with Flux or SQL).
    type: str
  influx_http_mode:
    description: Method of queries (C(influxdb) with InfluxQL).
    type: str
    choices: [GET, POST]
  influx_max_series:
    description: Most series of a result (C(influxdb)).
    type: int
  influx_insecure_grpc:
    description: Whether the connection goes without TLS (C(influxdb) with SQL).
    type: bool
  sslmode:
    description: Whether the connection is encrypted and checked (C(postgres)). A new one gets V(disable).
    type: str
    choices: [disable, require, verify-ca, verify-full]
  tls_configuration_method:
    description: Whether certificates are files on the server, or the texts of O(tls_ca_cert) and its like (C(postgres)).
    type: str
    choices: [file-path, file-content]
  ssl_root_cert_file:
    description: File of the authority's certificate on the server (C(postgres)).
    type: str
  ssl_cert_file:
    description: File of the client certificate on the server (C(postgres)).
    type: str
  ssl_key_file:
    description: File of its key on the server (C(postgres)).
    type: str
  postgres_version:
    description: Version, for instance V(1500) for 15 (C(postgres)).
    type: int
  timescaledb:
    description: Whether TimescaleDB is there (C(postgres)).
    type: bool
  max_open_conns:
    description: Most connections (C(postgres), C(mysql), C(mssql)).
    type: int
  max_idle_conns:
    description: Most idle connections (C(postgres), C(mysql), C(mssql)).
    type: int
  conn_max_lifetime:
    description: Seconds after which a connection is made anew (C(postgres), C(mysql), C(mssql)).
    type: int
  session_timezone:
    description: Time zone of the session, for instance V(+00:00) (C(mysql)).
    type: str
  allow_cleartext_passwords:
    description: Whether the password may be sent in clear (C(mysql)).
    type: bool
  mssql_encrypt:
    description: Whether the connection is encrypted (C(mssql)).
    type: str
    choices: ['false', 'true', disable]
  mssql_authentication:
    description: How the server authenticates, for instance V(SQL Server Authentication) (C(mssql)).
    type: str
  tsdb_version:
    description: Version of OpenTSDB - V(1) up to 2.1, V(2) for 2.2, V(3) from 2.3 on (C(opentsdb)). A new one gets V(1).
    type: int
    choices: [1, 2, 3]
  tsdb_resolution:
    description: Resolution of its times (C(opentsdb)). A new one gets V(second).
    type: str
    choices: [second, millisecond]
  graphite_version:
    description: Version, for instance V(1.1) (C(graphite)).
    type: str
  graphite_type:
    description: What answers under the address (C(graphite)).
    type: str
    choices: [default, metrictank]
  azure_cloud:
    description: Which of Azure's clouds (C(grafana-azure-monitor-datasource)). A new one gets V(azuremonitor).
    type: str
    choices: [azuremonitor, chinaazuremonitor, govazuremonitor, germanyazuremonitor]
  azure_tenant:
    description: Tenant id (C(grafana-azure-monitor-datasource)).
    type: str
  azure_client:
    description: Client id (C(grafana-azure-monitor-datasource)).
    type: str
  azure_subscription:
    description: Subscription of queries that name none (C(grafana-azure-monitor-datasource)).
    type: str
  azure_secret:
    description: Client secret (C(grafana-azure-monitor-datasource)).
    type: str
  zabbix_user:
    description: User name (C(alexanderzobnin-zabbix-datasource)).
    type: str
  zabbix_password:
    description: Password, stored as a secret (C(alexanderzobnin-zabbix-datasource)).
    type: str
  trends:
    description: Whether trends are used (C(alexanderzobnin-zabbix-datasource)).
    type: bool
  pyroscope_min_step:
    description: Shortest step of a query (C(pyroscope)).
    type: str
seealso:
  - module: observability.stack.grafana_permissions
"""

EXAMPLES = r"""
- name: Prometheus, with exemplars that lead to traces and its alerts in Alertmanager
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Prometheus
    uid: prometheus
    ds_type: prometheus
    ds_url: http://prometheus.example.com:9090
    access: proxy
    is_default: true
    time_interval: 15s
    http_method: POST
    query_timeout: 60s
    prometheus_type: Prometheus
    prometheus_version: 3.5.0
    cache_level: High
    incremental_querying: true
    incremental_query_overlap: 10m
    disable_metrics_lookup: false
    disable_recording_rules: false
    recording_rules_target: true
    default_editor: code
    manage_alerts: true
    alertmanager_uid: alertmanager
    exemplars:
      - name: trace_id
        datasource_uid: jaeger
        url_display_label: Show the trace
    http_timeout: 60
    wait_healthy: 30

- name: Thanos, for one tenant, behind basic authentication and TLS
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Thanos
    ds_type: thanos
    ds_url: https://thanos.example.com
    custom_query_parameters: max_source_resolution=auto
    http_headers:
      X-Scope-OrgID: team-a
    basic_auth: true
    basic_auth_user: grafana
    basic_auth_password: "{{ vault_thanos_password }}"
    tls_auth: true
    tls_auth_with_ca_cert: true
    tls_servername: thanos.example.com
    tls_ca_cert: "{{ lookup('ansible.builtin.file', 'ca.pem') }}"
    tls_client_cert: "{{ lookup('ansible.builtin.file', 'grafana.pem') }}"
    tls_client_key: "{{ vault_grafana_key }}"
    secrets_key: "{{ vault_grafana_secrets_key }}"

- name: Loki, with trace ids that lead to Jaeger
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Loki
    uid: loki
    ds_type: loki
    ds_url: http://loki.example.com:3100
    max_lines: "2000"
    keep_cookies: [session]
    derived_fields:
      - name: trace
        matcher_regex: 'trace_id=(\w+)'
        url: ${__value.raw}
        datasource_uid: jaeger
        url_display_label: Show the trace
        target_blank: false
    correlations:
      - target: prometheus
        label: Requests of this service
        description: From a log line to the metrics of its service
        type: query
        field: service
        query: {expr: 'rate(http_requests_total{service="${service}"}[5m])'}
        transformations:
          - {type: logfmt, field: line}

- name: Jaeger, with spans that lead to logs, metrics and profiles
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Jaeger
    uid: jaeger
    ds_type: jaeger
    ds_url: http://jaeger.example.com:16686
    node_graph: true
    trace_id_time_params: true
    traces_to_logs:
      datasource_uid: loki
      span_start_time_shift: -5m
      span_end_time_shift: 5m
      filter_by_trace_id: true
      tags:
        - {key: service.name, value: service}
    traces_to_metrics:
      datasource_uid: prometheus
      tags:
        - {key: service.name, value: service}
      queries:
        - {name: Requests, query: 'sum(rate(http_requests_total{$__tags}[5m]))'}
    traces_to_profiles:
      datasource_uid: pyroscope
      profile_type_id: process_cpu:cpu:nanoseconds:cpu:nanoseconds
    span_bar: {type: Tag, tag: http.path}

- name: Tempo
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Tempo
    ds_type: tempo
    ds_url: http://tempo.example.com:3200
    service_map_uid: prometheus
    node_graph: true
    hide_search: false
    trace_query: {time_shift_enabled: true, span_start_time_shift: 30m, span_end_time_shift: 30m}
    streaming_enabled: {search: true, metrics: true}

- name: Alertmanager
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Alertmanager
    uid: alertmanager
    ds_type: alertmanager
    ds_url: http://alertmanager.example.com:9093
    alertmanager_implementation: prometheus
    alertmanager_handle_grafana_alerts: false

- name: CloudWatch with keys, in a role of another account
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: CloudWatch
    ds_type: cloudwatch
    aws_auth_type: keys
    aws_default_region: eu-central-1
    aws_access_key: "{{ vault_aws_access_key }}"
    aws_secret_key: "{{ vault_aws_secret_key }}"
    aws_assume_role_arn: arn:aws:iam::123456789012:role/grafana
    aws_external_id: "4711"
    aws_endpoint: https://monitoring.eu-central-1.amazonaws.com
    aws_custom_metrics_namespaces: shop,warehouse
    aws_logs_timeout: 30m
    aws_xray_uid: xray
    secrets_key: "{{ vault_grafana_secrets_key }}"

- name: CloudWatch with a profile of the server's credentials file
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: CloudWatch of the shop
    ds_type: cloudwatch
    aws_auth_type: credentials
    aws_credentials_profile: shop

- name: Elasticsearch
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Elasticsearch
    ds_type: elasticsearch
    ds_url: https://elastic.example.com:9200
    database: "[logstash-]YYYY.MM.DD"
    index: "[logstash-]YYYY.MM.DD"
    interval: Daily
    es_version: 8.0+
    time_field: "@timestamp"
    time_interval: 10s
    max_concurrent_shard_requests: 5
    log_message_field: message
    log_level_field: level
    include_frozen: false
    xpack: true
    data_links:
      - {field: trace_id, url: "${__value.raw}", datasource_uid: jaeger}

- name: OpenSearch
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: OpenSearch
    ds_type: opensearch
    ds_url: https://opensearch.example.com:9200
    index: logs-*
    opensearch_flavor: opensearch
    opensearch_version: 2.11.0
    opensearch_serverless: false
    ppl_enabled: true
    tls_skip_verify: true

- name: InfluxDB 2 with Flux
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: InfluxDB
    ds_type: influxdb
    ds_url: http://influx.example.com:8086
    influx_query_language: Flux
    influx_organization: shop
    influx_bucket: metrics
    influx_token: "{{ vault_influx_token }}"
    influx_max_series: 1000
    time_interval: 10s

- name: InfluxDB 1, and InfluxDB 3 with SQL
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - name: InfluxDB 1
        ds_type: influxdb
        ds_url: http://influx1.example.com:8086
        database: telegraf
        user: grafana
        password: "{{ vault_influx_password }}"
        influx_http_mode: POST
      - name: InfluxDB 3
        ds_type: influxdb
        ds_url: http://influx3.example.com:8181
        influx_query_language: SQL
        influx_insecure_grpc: true
        json_data: {dbName: metrics}
        influx_token: "{{ vault_influx3_token }}"

- name: PostgreSQL, with certificates that lie on the server
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: PostgreSQL
    ds_type: postgres
    ds_url: postgres.example.com:5432
    database: shop
    user: grafana
    password: "{{ vault_postgres_password }}"
    sslmode: verify-full
    tls_configuration_method: file-path
    ssl_root_cert_file: /etc/grafana/ca.pem
    ssl_cert_file: /etc/grafana/grafana.pem
    ssl_key_file: /etc/grafana/grafana.key
    postgres_version: 1500
    timescaledb: true
    max_open_conns: 10
    max_idle_conns: 5
    conn_max_lifetime: 14400

- name: MySQL and Microsoft SQL Server
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - name: MySQL
        ds_type: mysql
        ds_url: mysql.example.com:3306
        database: shop
        user: grafana
        password: "{{ vault_mysql_password }}"
        session_timezone: "+00:00"
        allow_cleartext_passwords: false
      - name: SQL Server
        ds_type: mssql
        ds_url: mssql.example.com:1433
        database: shop
        user: grafana
        password: "{{ vault_mssql_password }}"
        mssql_encrypt: "true"
        mssql_authentication: SQL Server Authentication

- name: OpenTSDB, Graphite, Pyroscope, Azure Monitor and Zabbix
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - {name: OpenTSDB, ds_type: opentsdb, ds_url: "http://opentsdb.example.com:4242", tsdb_version: 3, tsdb_resolution: millisecond}
      - {name: Graphite, ds_type: graphite, ds_url: "http://graphite.example.com", graphite_version: "1.1", graphite_type: default}
      - {name: Pyroscope, uid: pyroscope, ds_type: pyroscope, ds_url: "http://pyroscope.example.com:4040", pyroscope_min_step: 15s}
      - name: Azure Monitor
        ds_type: grafana-azure-monitor-datasource
        azure_cloud: azuremonitor
        azure_tenant: 00000000-0000-0000-0000-000000000001
        azure_client: 00000000-0000-0000-0000-000000000002
        azure_subscription: 00000000-0000-0000-0000-000000000003
        azure_secret: "{{ vault_azure_secret }}"
      - name: Zabbix
        ds_type: alexanderzobnin-zabbix-datasource
        ds_url: https://zabbix.example.com/api_jsonrpc.php
        zabbix_user: grafana
        zabbix_password: "{{ vault_zabbix_password }}"
        trends: true

- name: A type that has no options here, with all its settings as they are described
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Orders
    ds_type: yesoreyeram-infinity-datasource
    with_credentials: false
    oauth_pass_thru: true
    json_data:
      auth_method: bearerToken
      allowedHosts: [https://orders.example.com]
    secure_json_data:
      bearerToken: "{{ vault_orders_token }}"
    replace_json_data: true

- name: Send a secret again, whatever is there
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: PostgreSQL
    ds_type: postgres
    ds_url: postgres.example.com:5432
    password: "{{ vault_postgres_password }}"
    enforce_secure_data: true

- name: All data sources of a team, and no others of that team
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - {name: Team A metrics, ds_type: prometheus, ds_url: "http://prometheus-a.example.com:9090"}
      - {name: Team A test data, ds_type: testdata}
    purge: true
    scope: ["Team A *"]

- name: Remove a data source
  observability.stack.grafana_datasource:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Orders
    state: absent
"""

RETURN = r"""
datasource:
  description: The data source as the API describes it, without its secrets; null when it was removed.
  type: dict
  returned: when one data source was described
id:
  description: Its number, when the server tells one.
  type: int
  returned: when one data source was described
uid:
  description: Its unique identifier.
  type: str
  returned: when one data source was described
msg:
  description: What was done, in a sentence.
  type: str
  returned: when one data source was described
action:
  description: What was done - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one data source was described
results:
  description: For each data source its C(action), C(object), the C(reasons) (what differed) and the C(datasource).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.datasource import Datasources
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run

OPTIONS = {
    "enforce_secure_data": {"type": "bool", "default": False},
    "secrets_key": {"type": "str", "no_log": True},
    "replace_json_data": {"type": "bool", "default": False},
    "wait_healthy": {"type": "int"},
}


def main():
    """Entry point."""
    run(Datasources(), OPTIONS)


if __name__ == "__main__":
    main()
