# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Prometheus does with its data: sections of its dashboard."""

from __future__ import annotations

from tools.dashboards.board import Section
from tools.dashboards.panels import series
from tools.dashboards.parts import Query, above

NO_ALERTMANAGER = "no Alertmanager"
NO_REMOTE = "no remote write"
NO_RULES = "no rules"


def rules() -> Section:
    """Return the section about rules."""
    group = "sum by (instance, rule_group)"
    return Section(
        "Rules",
        [
            series(
                "Busiest rule groups",
                Query(
                    "topk(10, max by (instance, rule_group) (prometheus_rule_group_last_duration_seconds{SEL} / prometheus_rule_group_interval_seconds{SEL}))",
                    "{{rule_group}} {{instance}}",
                ),
                "Share of its interval that a group needs. At 100 % evaluations are skipped and alerts come late.",
                unit="percentunit",
                thresholds=above(0.5, 0.9),
                empty=NO_RULES,
            ),
            series(
                "Evaluations that failed or were skipped",
                [
                    Query(f"{group} (rate(prometheus_rule_evaluation_failures_total{{SEL}}[RATE])) > 0", "failed: {{rule_group}} {{instance}}"),
                    Query(f"{group} (rate(prometheus_rule_group_iterations_missed_total{{SEL}}[RATE])) > 0", "skipped: {{rule_group}} {{instance}}"),
                ],
                "Failed: the rule's query is wrong or too large. Skipped: the group takes longer than its interval.",
                unit="cps",
                empty="none",
            ),
        ],
    )


def queries() -> Section:
    """Return the section about those who ask."""
    slow = """histogram_quantile(0.95, sum by (instance, le) (
                rate(prometheus_http_request_duration_seconds_bucket{SEL, handler="/api/v1/%s"}[RATE])))"""
    return Section(
        "Queries and web requests",
        [
            series(
                "Requests",
                Query("topk(10, sum by (handler, code) (rate(prometheus_http_requests_total{SEL}[RATE])) > 0)", "{{handler}} {{code}}"),
                "The most frequent requests. Codes of 4xx: somebody asks wrongly; of 5xx: the server is in trouble.",
                unit="reqps",
            ),
            series(
                "Time of queries (95th percentile)",
                [
                    Query(slow % "query", "instant {{instance}}"),
                    Query(slow % "query_range", "range {{instance}}"),
                ],
                "How long 95 % of the queries take at most. Seconds: expensive dashboards; record what they ask with rules.",
                unit="s",
                empty="nobody asks",
            ),
            series(
                "Queries at once",
                [
                    Query("sum by (instance) (prometheus_engine_queries{SEL})", "running {{instance}}"),
                    Query("sum by (instance) (prometheus_engine_queries_concurrent_max{SEL})", "at most {{instance}}"),
                ],
                "At the limit, further queries wait: dashboards hang and rules come late.",
            ),
            series(
                "Where queries spend their time (90th percentile)",
                Query('max by (slice) (prometheus_engine_query_duration_seconds{SEL, quantile="0.9"})', "{{slice}}"),
                "queue_time: too many at once. inner_eval: large queries. result_sort: very many series.",
                unit="s",
            ),
        ],
    )


def handing_on() -> Section:
    """Return the section about alerts and remote write."""
    behind = """max by (instance, remote_name) (prometheus_remote_storage_queue_highest_timestamp_seconds{SEL}
                  - prometheus_remote_storage_queue_highest_sent_timestamp_seconds{SEL})"""
    remote = "sum by (instance, remote_name) (rate(prometheus_remote_storage_samples_%s{SEL}[RATE]))"
    return Section(
        "Alerts and remote write",
        [
            series(
                "Alerts sent",
                [
                    Query("sum by (alertmanager) (rate(prometheus_notifications_sent_total{SEL}[RATE]))", "sent {{alertmanager}}"),
                    Query("sum by (alertmanager) (rate(prometheus_notifications_errors_total{SEL}[RATE]))", "failed {{alertmanager}}"),
                ],
                "Alerts handed to each Alertmanager in a second; firing ones are repeated every minute. Failed above zero: it cannot be reached.",
                unit="cps",
                empty=NO_ALERTMANAGER,
            ),
            series(
                "Alerts that wait or were dropped",
                [
                    Query("sum by (instance) (prometheus_notifications_queue_length{SEL})", "waiting {{instance}}"),
                    Query("sum by (instance) (rate(prometheus_notifications_dropped_total{SEL}[RATE]))", "dropped per second {{instance}}"),
                ],
                "A queue that grows: Alertmanagers are slow. Dropped: alerts are lost.",
            ),
            series(
                "Remote write: behind",
                Query(behind, "{{remote_name}} {{instance}}"),
                "How late samples arrive at remote storage. Above two minutes and growing, it takes less than comes.",
                unit="s",
                thresholds=above(60, 120),
                empty=NO_REMOTE,
            ),
            series(
                "Remote write: samples",
                [
                    Query(remote % "total", "sent {{remote_name}} {{instance}}"),
                    Query(remote % "failed_total", "failed {{remote_name}} {{instance}}"),
                    Query(remote % "dropped_total", "dropped {{remote_name}} {{instance}}"),
                ],
                "Samples in a second. Failed or dropped ones are missing at the other end.",
                unit="cps",
                empty=NO_REMOTE,
            ),
        ],
    )


def process() -> Section:
    """Return the section about the process."""
    return Section(
        "The process",
        [
            series(
                "Memory",
                [
                    Query("process_resident_memory_bytes{SEL}", "resident {{instance}}"),
                    Query("go_memstats_heap_inuse_bytes{SEL}", "heap {{instance}}"),
                ],
                "Resident memory. Close to the host's, the kernel kills the server, and a start takes minutes.",
                unit="bytes",
            ),
            series(
                "Processor time",
                Query("rate(process_cpu_seconds_total{SEL}[RATE])", "{{instance}}"),
                "Processors kept busy; 1 is one core. At the number of cores queries and rules come late.",
                unit="none",
            ),
        ],
    )
