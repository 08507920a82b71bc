# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Traffic, latency, errors and saturation of the stack itself: sections of the stack overview."""

from __future__ import annotations

from tools.dashboards.board import Section
from tools.dashboards.panels import series
from tools.dashboards.parts import Query, above


def traffic() -> Section:
    """Return the section about traffic and latency."""
    requests = "sum by (job, instance) (rate(%s[RATE]))"
    return Section(
        "Golden signals: traffic and latency",
        [
            series(
                "Samples taken in",
                Query('sum by (instance) (rate(prometheus_tsdb_head_samples_appended_total{job=~"$job"}[RATE]))', "{{instance}}"),
                "Samples that each Prometheus stores in a second. A sudden fall means lost targets; a jump, new metrics or a label that explodes.",
                unit="cps",
            ),
            series(
                "Requests",
                [
                    Query(requests % 'prometheus_http_requests_total{job=~"$job"}', "{{job}} {{instance}}"),
                    Query(requests % 'alertmanager_http_request_duration_seconds_count{job=~"$job"}', "{{job}} {{instance}}"),
                    Query(requests % 'grafana_http_request_duration_seconds_count{job=~"$job"}', "{{job}} {{instance}}"),
                ],
                "Web requests that the parts answer in a second. What falls to zero is not asked any more.",
                unit="reqps",
            ),
            series(
                "Time of a scrape",
                Query('quantile by (job) (0.95, scrape_duration_seconds{job=~"$job"})', "{{job}}"),
                "How long 95 % of each job's scrapes take at most. Near the timeout (10 s) samples begin to get lost.",
                unit="s",
                thresholds=above(5, 9),
            ),
            series(
                "Time of requests (95th percentile)",
                [
                    Query(
                        """histogram_quantile(0.95, sum by (job, instance, le) (
                             rate(prometheus_http_request_duration_seconds_bucket{job=~"$job", handler!~"/api/v1/notifications/live"}[RATE])))""",
                        "{{job}} {{instance}}",
                    ),
                    Query(
                        'histogram_quantile(0.95, sum by (job, instance, le) (rate(alertmanager_http_request_duration_seconds_bucket{job=~"$job"}[RATE])))',
                        "{{job}} {{instance}}",
                    ),
                ],
                "How long 95 % of the web requests take at most. Seconds mean expensive queries or a machine that is too small.",
                unit="s",
            ),
        ],
    )


def errors() -> Section:
    """Return the section about errors."""
    failed = "sum by (job, instance) (rate(%s[RATE]))"
    return Section(
        "Golden signals: errors",
        [
            series(
                "Requests that failed",
                [
                    Query(failed % 'prometheus_http_requests_total{job=~"$job", code=~"5.."}', "{{job}} {{instance}}"),
                    Query(failed % 'alertmanager_http_request_duration_seconds_count{job=~"$job", code=~"5.."}', "{{job}} {{instance}}"),
                    Query(failed % 'grafana_http_request_duration_seconds_count{job=~"$job", status_code=~"5.."}', "{{job}} {{instance}}"),
                ],
                "Answers with status 5xx in a second. Above zero a server is in trouble: look at its log.",
                unit="reqps",
                empty="no request has ever failed",
            ),
            series(
                "Samples refused",
                [
                    Query('sum by (instance) (rate(prometheus_target_scrapes_sample_out_of_order_total{job=~"$job"}[RATE]))', "out of order {{instance}}"),
                    Query('sum by (instance) (rate(prometheus_target_scrapes_sample_duplicate_timestamp_total{job=~"$job"}[RATE]))', "duplicate {{instance}}"),
                    Query('sum by (instance) (rate(prometheus_target_scrapes_sample_out_of_bounds_total{job=~"$job"}[RATE]))', "out of bounds {{instance}}"),
                ],
                "Samples that Prometheus scraped but could not store. Above zero: two targets with the same labels, or clocks that are wrong.",
                unit="cps",
            ),
            series(
                "Rules that fail or are skipped",
                [
                    Query('sum by (instance) (rate(prometheus_rule_evaluation_failures_total{job=~"$job"}[RATE]))', "failed {{instance}}"),
                    Query('sum by (instance) (rate(prometheus_rule_group_iterations_missed_total{job=~"$job"}[RATE]))', "skipped {{instance}}"),
                ],
                "Failed: the rule's query is wrong or too large. Skipped: the group takes longer than its interval.",
                unit="cps",
                empty="no rules",
            ),
            series(
                "Lost on the way to a person",
                [
                    Query('sum by (instance) (rate(prometheus_notifications_dropped_total{job=~"$job"}[RATE]))', "Prometheus dropped {{instance}}"),
                    Query(
                        'sum by (integration) (rate(alertmanager_notifications_failed_total{job=~"$job"}[RATE])) > 0',
                        "Alertmanager failed: {{integration}}",
                    ),
                ],
                "Alerts that were dropped because no Alertmanager took them, and notices that no receiver took. Both must be zero.",
                unit="cps",
            ),
        ],
    )


def saturation() -> Section:
    """Return the section about saturation."""
    return Section(
        "Golden signals: saturation",
        [
            series(
                "Series in memory",
                Query('sum by (instance) (prometheus_tsdb_head_series{job=~"$job"})', "{{instance}}"),
                "Series that each Prometheus holds in memory; about 3 to 8 KiB each. Steady growth ends in a lack of memory.",
            ),
            series(
                "Time that rule groups need of their interval",
                Query(
                    """max by (instance) (prometheus_rule_group_last_duration_seconds{job=~"$job"}
                       / prometheus_rule_group_interval_seconds{job=~"$job"})""",
                    "{{instance}}",
                ),
                "The busiest rule group of each Prometheus. At 100 % evaluations are skipped and alerts come late.",
                unit="percentunit",
                thresholds=above(0.5, 0.9),
                empty="no rules",
            ),
            series(
                "Memory of the parts",
                Query('sum by (job, instance) (process_resident_memory_bytes{job=~"$job", job!="node"})', "{{job}} {{instance}}"),
                "Resident memory of each server. What grows without end is killed by the system some day.",
                unit="bytes",
            ),
            series(
                "Processor time of the parts",
                Query('sum by (job, instance) (rate(process_cpu_seconds_total{job=~"$job", job!="node"}[RATE]))', "{{job}} {{instance}}"),
                "Processors that each server keeps busy; 1 is one core. Near the number of cores everything becomes slow.",
                unit="none",
            ),
        ],
    )
