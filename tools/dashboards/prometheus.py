# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prometheus: scraping, storing, evaluating, answering, and handing on."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, job_and_instance, moments
from tools.dashboards.panels import Column, series, stat, table
from tools.dashboards.parts import YES_NO, Json, Query, above
from tools.dashboards.prometheus_work import NO_RULES, handing_on, process, queries, rules

UPTIME = "(time() - process_start_time_seconds{SEL}) * on (job, instance) group_left (version) prometheus_build_info{SEL}"


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "prometheus",
        "Prometheus",
        "The servers that scrape, store and evaluate.",
        service="prometheus",
        variables=job_and_instance("prometheus_build_info"),
        annotations=[
            alerts_firing('job=~"$job", instance=~"$instance"'),
            moments("Restarts", "process_start_time_seconds{SEL}", "blue"),
            moments("Reloads", "prometheus_config_last_reload_success_timestamp_seconds{SEL}", "purple"),
        ],
        sections=[_now(), _scraping(), _storage(), rules(), queries(), handing_on(), process()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat(
                "Servers up",
                Query("sum(up{SEL})"),
                "Servers that answer. Fewer than there are: the others neither watch nor alert.",
            ),
            stat(
                "Configuration loaded",
                Query("min(prometheus_config_last_reload_successful{SEL})"),
                "Whether the last load succeeded on every server. No: one runs with an older configuration; its log says why.",
                mappings=YES_NO,
            ),
            stat("Series", Query("sum(prometheus_tsdb_head_series{SEL})"), "Series in memory. Ten million on one server want more than 32 GiB.", graph=True),
            stat(
                "Samples",
                Query("sum(rate(prometheus_tsdb_head_samples_appended_total{SEL}[RATE]))"),
                "Samples stored in a second. Zero: nothing is scraped.",
                unit="cps",
                graph=True,
            ),
            stat(
                "Rule failures",
                Query("sum(increase(prometheus_rule_evaluation_failures_total{SEL}[RANGE]))"),
                "Evaluations that failed within the chosen time. Above zero, alerts of those rules cannot be trusted.",
                thresholds=above(1),
                decimals=0,
                empty=NO_RULES,
            ),
            stat(
                "Alertmanagers",
                Query("min(prometheus_notifications_alertmanagers_discovered{SEL})"),
                "Alertmanagers that the server with the fewest sends to. Zero: its alerts reach nobody.",
            ),
            table(
                "Servers",
                {"instance": "Server", "version": "Version"},
                [Column("Up for", f"max by (instance, version) ({UPTIME})", "s", properties={"decimals": 1})],
                "Version of each server, and the time since its last start. Different versions: an upgrade has stopped half-way.",
            ).sized(24, 5),
        ],
    )


def _scraping() -> Section:
    refused = ("sample_out_of_order", "sample_duplicate_timestamp", "sample_out_of_bounds", "exceeded_sample_limit", "exceeded_body_size_limit")
    return Section(
        "Scraping",
        [
            series(
                "Targets",
                Query("sum by (scrape_job) (prometheus_target_scrape_pool_targets{SEL})", "{{scrape_job}}"),
                "Targets of each scrape job. A sudden fall: service discovery or a file lost some.",
                stack=True,
            ),
            series(
                "Time between scrapes (99th percentile)",
                Query('max by (instance, interval) (prometheus_target_interval_length_seconds{SEL, quantile="0.99"})', "{{instance}} wants {{interval}}"),
                "How far scrapes of the same interval are apart. Much more than the interval: the server is overloaded.",
                unit="s",
            ),
            series(
                "Samples or scrapes refused",
                [
                    Query(f"sum by (instance) (rate(prometheus_target_scrapes_{kind}_total{{SEL}}[RATE]))", kind.replace("_", " ") + " {{instance}}")
                    for kind in refused
                ],
                "What was scraped but not stored. Out of order or duplicate: two targets with the same labels. Exceeded: a limit of the job.",
                unit="cps",
            ),
            series(
                "Discovery and reloads that failed",
                [
                    Query("sum by (instance) (prometheus_sd_failed_configs{SEL})", "discovery {{instance}}"),
                    Query("sum by (instance) (rate(prometheus_target_scrape_pools_failed_total{SEL}[RATE]))", "scrape job {{instance}}"),
                    Query("sum by (instance) (rate(prometheus_target_sync_failed_total{SEL}[RATE]))", "targets {{instance}}"),
                ],
                "Above zero: some targets are not known or not scraped; the log names them.",
            ),
        ],
    )


def _storage() -> Section:
    return Section(
        "Storage",
        [
            series(
                "Series in memory",
                Query("prometheus_tsdb_head_series{SEL}", "{{instance}}"),
                "Series of the last two to three hours. Steady growth without more targets: a label with ever new values.",
            ),
            series(
                "New and ended series",
                [
                    Query("rate(prometheus_tsdb_head_series_created_total{SEL}[RATE])", "new {{instance}}"),
                    Query("rate(prometheus_tsdb_head_series_removed_total{SEL}[RATE])", "ended {{instance}}"),
                ],
                "Churn. Many new series all the time cost memory and make queries slow.",
                unit="cps",
            ),
            series(
                "On disk",
                [
                    Query("prometheus_tsdb_storage_blocks_bytes{SEL}", "blocks {{instance}}"),
                    Query("prometheus_tsdb_wal_storage_size_bytes{SEL}", "write-ahead log {{instance}}"),
                    Query("prometheus_tsdb_retention_limit_bytes{SEL} > 0", "limit {{instance}}"),
                ],
                "Bytes of the database. A log that grows without end: compaction fails.",
                unit="bytes",
            ),
            series(
                "Oldest sample",
                Query("time() - prometheus_tsdb_lowest_timestamp_seconds{SEL}", "{{instance}}"),
                "How far back the data reach. Less than the retention that you set, on an old server: the limit of size cuts it, or blocks were lost.",
                unit="s",
                calcs=["lastNotNull"],
            ),
            series(
                "Trouble of the database",
                [
                    Query("increase(prometheus_tsdb_compactions_failed_total{SEL}[RATE])", "compaction {{instance}}"),
                    Query("increase(prometheus_tsdb_wal_corruptions_total{SEL}[RATE])", "corruption {{instance}}"),
                    Query("increase(prometheus_tsdb_wal_writes_failed_total{SEL}[RATE])", "write {{instance}}"),
                    Query("increase(prometheus_tsdb_reloads_failures_total{SEL}[RATE])", "reload of blocks {{instance}}"),
                ],
                "Failures of the database. Any is bad: a full or broken disk; the log says which.",
            ),
            series(
                "Time of a write to disk (99th percentile)",
                Query('prometheus_tsdb_wal_fsync_duration_seconds{SEL, quantile="0.99"}', "{{instance}}"),
                "How long the disk takes to hold what was written (fsync). Above a second, the disk is too slow.",
                unit="s",
                thresholds=above(0.5, 1),
            ),
        ],
    )
