# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana: its own web requests, data sources, alerting and database."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, job_and_instance, moments
from tools.dashboards.panels import Column, series, stat, table
from tools.dashboards.parts import Json, Query, above

UNASKED = "no request yet"
NO_RULES = "no alert rules in Grafana"
NO_SOURCE = "no data source was asked yet"
UPTIME = "(time() - process_start_time_seconds{SEL}) * on (job, instance) group_left (version, edition) grafana_build_info{SEL}"


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "grafana",
        "Grafana",
        "Grafana itself: who uses it, how fast it answers, and whether its data sources and alert rules work.",
        service="grafana",
        variables=job_and_instance("grafana_build_info"),
        annotations=[alerts_firing('job=~"$job", instance=~"$instance"'), moments("Restarts", "process_start_time_seconds{SEL}", "blue")],
        sections=[_now(), _web(), _sources(), _alerting(), _process()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat("Servers up", Query("sum(up{SEL})"), "Servers that answer. None: nobody sees a dashboard, and Grafana's own alert rules are not evaluated."),
            stat(
                "Requests",
                Query("sum(rate(grafana_http_request_duration_seconds_count{SEL}[RATE]))"),
                "Web requests in a second. Zero: nobody looks, or nobody gets through.",
                unit="reqps",
                graph=True,
                empty=UNASKED,
            ),
            stat(
                "Requests that failed",
                Query(
                    """(sum(increase(grafana_http_request_duration_seconds_count{SEL, status_code=~"5.."}[RANGE])) or vector(0))
                       / sum(increase(grafana_http_request_duration_seconds_count{SEL}[RANGE]))"""
                ),
                "Share of the answers with status 5xx within the chosen time. Above 1 %: look at Grafana's log.",
                unit="percentunit",
                thresholds=above(0.001, 0.01),
                decimals=2,
                empty=UNASKED,
            ),
            stat("Dashboards", Query("max(grafana_stat_totals_dashboard{SEL})"), "Dashboards that are stored. A sudden fall: somebody has deleted some."),
            stat("Users", Query("max(grafana_stat_total_users{SEL})"), "Accounts. Many more than people: sign-up is open, or a tool makes accounts."),
            stat(
                "Alerts firing",
                Query('sum(grafana_alerting_alerts{SEL, state="alerting"})'),
                "Grafana's own alerts that fire now. Red: somebody should have been told.",
                thresholds=above(1),
                empty=NO_RULES,
            ),
            table(
                "Servers",
                {"instance": "Server", "version": "Version", "edition": "Edition"},
                [Column("Up for", f"max by (instance, version, edition) ({UPTIME})", "s", properties={"decimals": 1})],
                "Version of each server, and the time since its last start. Different versions: an upgrade has stopped half-way.",
            ).sized(24, 5),
        ],
    )


def _web() -> Section:
    bucket = "rate(grafana_http_request_duration_seconds_bucket{SEL}[RATE])"
    return Section(
        "Web requests",
        [
            series(
                "Requests by status",
                Query("sum by (status_code) (rate(grafana_http_request_duration_seconds_count{SEL}[RATE]))", "{{status_code}}"),
                "Answers in a second. Many 401 or 403: a token has ended, or somebody tries passwords. Any 5xx: Grafana is in trouble.",
                unit="reqps",
                stack=True,
                empty=UNASKED,
            ),
            series(
                "Time of requests",
                [
                    Query(f"histogram_quantile(0.5, sum by (le) ({bucket}))", "half of them"),
                    Query(f"histogram_quantile(0.95, sum by (le) ({bucket}))", "95 %"),
                    Query(f"histogram_quantile(0.99, sum by (le) ({bucket}))", "99 %"),
                ],
                "How long requests take at most. Above a second for half of them: the database or the data sources are slow.",
                unit="s",
                thresholds=above(2.5, 5),
                empty=UNASKED,
            ),
            series(
                "Slowest handlers",
                Query(f"topk(10, histogram_quantile(0.95, sum by (handler, le) ({bucket})) > 0)", "{{handler}}"),
                "The ten handlers that take the longest (95th percentile). /api/ds/query: the data source is slow, or the query is large.",
                unit="s",
                empty=UNASKED,
            ),
            series(
                "Requests at once",
                Query("grafana_http_request_in_flight{SEL}", "{{instance}}"),
                "Requests that are being answered. What rises and does not fall again hangs.",
                empty=UNASKED,
            ),
        ],
    )


def _sources() -> Section:
    bucket = "rate(grafana_datasource_request_duration_seconds_bucket{SEL}[RATE])"
    return Section(
        "Data sources",
        [
            series(
                "Data source requests",
                Query("sum by (datasource) (rate(grafana_datasource_request_total{SEL}[RATE]))", "{{datasource}}"),
                "What Grafana asks of each data source in a second. Much, though nobody looks: alert rules, or a wall of screens.",
                unit="reqps",
                empty=NO_SOURCE,
            ).sized(8),
            series(
                "Data source requests that failed",
                Query('sum by (datasource, code) (rate(grafana_datasource_request_total{SEL, code!~"2..|3.."}[RATE])) > 0', "{{datasource}} {{code}}"),
                "Answers other than success. 4xx: a wrong query or password; 5xx: the data source is in trouble.",
                unit="reqps",
                empty="none",
            ).sized(8),
            series(
                "Time of data source requests (95th percentile)",
                Query(f"histogram_quantile(0.95, sum by (datasource, le) ({bucket}))", "{{datasource}}"),
                "How long 95 % of the requests to each data source take at most. Seconds: dashboards feel slow.",
                unit="s",
                empty=NO_SOURCE,
            ).sized(8),
        ],
    )


def _alerting() -> Section:
    return Section(
        "Grafana's alert rules",
        [
            series(
                "Alerts by state",
                Query("sum by (state) (grafana_alerting_alerts{SEL})", "{{state}}"),
                "error: the rule's query fails. nodata: it finds nothing. Both mean that the rule does not watch.",
                empty=NO_RULES,
            ).sized(8),
            series(
                "Evaluations",
                [
                    Query("sum(rate(grafana_alerting_rule_evaluations_total{SEL}[RATE]))", "evaluated"),
                    Query("sum(rate(grafana_alerting_rule_evaluation_failures_total{SEL}[RATE]))", "failed"),
                ],
                "Evaluations in a second. Failed above zero: those rules watch nothing.",
                unit="cps",
                empty=NO_RULES,
            ).sized(8),
            series(
                "Scheduler behind",
                Query("max by (instance) (grafana_alerting_scheduler_behind_seconds{SEL})", "{{instance}}"),
                "How late rules are evaluated. More than their interval: too many rules for this server.",
                unit="s",
                thresholds=above(10, 60),
                empty="no scheduler of alert rules",
            ).sized(8),
        ],
    )


def _process() -> Section:
    return Section(
        "Process and database",
        [
            series(
                "Memory",
                Query("process_resident_memory_bytes{SEL}", "{{instance}}"),
                "Resident memory, without the plugins' processes. What grows without end is killed by the system some day.",
                unit="bytes",
            ).sized(8),
            series(
                "Processor time",
                Query("rate(process_cpu_seconds_total{SEL}[RATE])", "{{instance}}"),
                "Processors kept busy; 1 is one core. At the number of cores pages become slow.",
                unit="none",
            ).sized(8),
            series(
                "Connections to the database",
                [
                    Query("grafana_database_conn_in_use{SEL}", "in use {{instance}}"),
                    Query("grafana_database_conn_open{SEL}", "open {{instance}}"),
                    Query("grafana_database_conn_max_open{SEL} > 0", "at most {{instance}}"),
                ],
                "At the limit requests wait for the database. With SQLite much in use means that writers wait for each other.",
                empty="the server does not tell",
            ).sized(8),
        ],
    )
