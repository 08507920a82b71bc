# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loki: what comes in and is refused, what it answers and how fast, what it stores."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, job_and_instance, moments
from tools.dashboards.panels import Column, series, stat, table
from tools.dashboards.parts import Json, Query, above

UPTIME = "(time() - process_start_time_seconds{SEL}) * on (job, instance) group_left (version) loki_build_info{SEL}"
PUSH = 'route=~"loki_api_v1_push|otlp_v1_logs|api_prom_push"'
QUERY = 'route=~"loki_api_v1_.*|api_prom_.*", route!~"loki_api_v1_push|api_prom_push|loki_api_v1_tail"'


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "loki",
        "Loki",
        "The servers that store log lines and find them again.",
        service="loki",
        variables=job_and_instance("loki_build_info"),
        annotations=[alerts_firing(), moments("Restarts", "process_start_time_seconds{SEL}", "blue")],
        sections=[_now(), _incoming(), _queries(), _storage(), _process()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat("Servers up", Query("sum(up{SEL})"), "Lokis that answer. None, and lines wait with the agents, as long as their queues last."),
            stat(
                "Lines a second",
                Query("sum(rate(loki_distributor_lines_received_total{SEL}[RATE]))"),
                "Lines that come in. Zero: no agent reaches Loki, or nothing is logged.",
                unit="cps",
                empty="no line yet",
            ),
            stat(
                "Lines refused",
                Query("sum(increase(loki_discarded_samples_total{SEL}[RANGE])) or vector(0)"),
                "Lines that Loki did not take within the chosen time. They are lost; the panel below says why.",
                thresholds=above(1),
                decimals=0,
            ),
            stat(
                "Streams in memory",
                Query("sum(loki_ingester_memory_streams{SEL})"),
                "Each set of label values is a stream. Tens of thousands: a label holds what belongs into the line.",
                thresholds=above(20000, 100000),
            ),
            stat(
                "Requests that failed",
                Query('100 * sum(rate(loki_request_duration_seconds_count{SEL, status_code=~"5.."}[RATE])) / '
                      "sum(rate(loki_request_duration_seconds_count{SEL}[RATE])) or vector(0)"),
                "Share of all requests that ended in an error of the server.",
                unit="percent",
                thresholds=above(1, 5),
            ),
            stat(
                "Panics",
                Query("sum(increase(loki_panic_total{SEL}[RANGE]))"),
                "Requests at which the program gave up. Above zero: an error in Loki, to be reported.",
                thresholds=above(1),
                decimals=0,
            ),
            table(
                "Servers",
                {"instance": "Server", "version": "Version"},
                [Column("Up for", f"max by (instance, version) ({UPTIME})", "s", properties={"decimals": 1})],
                "Version of each server, and the time since its last start.",
            ).sized(24, 5),
        ],
    )  # fmt: skip


def _incoming() -> Section:
    return Section(
        "What comes in",
        [
            series(
                "Lines",
                Query("sum by (tenant) (rate(loki_distributor_lines_received_total{SEL}[RATE]))", "{{tenant}}"),
                "Lines in a second by tenant (fake is the only one where tenants are not told apart).",
                unit="cps",
                empty="no line yet",
            ),
            series(
                "Bytes",
                Query("sum by (tenant) (rate(loki_distributor_bytes_received_total{SEL}[RATE]))", "{{tenant}}"),
                "Bytes in a second by tenant, before they are compressed. Near ingestion_rate_mb, lines are refused.",
                unit="Bps",
                empty="no line yet",
            ),
            series(
                "Why lines were refused",
                Query("sum by (tenant, reason) (rate(loki_discarded_samples_total{SEL}[RATE])) > 0", "{{tenant}}: {{reason}}"),
                "rate_limited: ingestion_rate_mb; line_too_long: max_line_size; greater_than_max_sample_age and too_far_behind: clocks, or old files.",
                unit="cps",
                empty="none",
            ),
            series(
                "Time to take lines in (95th percentile)",
                Query(f"histogram_quantile(0.95, sum by (instance, le) (rate(loki_request_duration_seconds_bucket{{SEL, {PUSH}}}[RATE])))", "{{instance}}"),
                "How long 95 % of the agents' requests take at most. Seconds: the disk or the object storage is slow.",
                unit="s",
                empty="no line yet",
            ),
        ],
    )


def _queries() -> Section:
    return Section(
        "What is asked",
        [
            series(
                "Queries",
                Query(f"sum by (route) (rate(loki_request_duration_seconds_count{{SEL, {QUERY}}}[RATE])) > 0", "{{route}}"),
                "Requests for lines, values and labels in a second.",
                unit="reqps",
                empty="nobody asks",
            ),
            series(
                "Time of a query (95th percentile)",
                Query(f"histogram_quantile(0.95, sum by (route, le) (rate(loki_request_duration_seconds_bucket{{SEL, {QUERY}}}[RATE])) > 0)", "{{route}}"),
                "How long 95 % of the queries take at most. Long ones want more labels in the selector or a shorter time.",
                unit="s",
                empty="nobody asks",
            ),
            series(
                "Answers by status",
                Query("sum by (status_code) (rate(loki_request_duration_seconds_count{SEL}[RATE])) > 0", "{{status_code}}"),
                "429 and 400 on pushes are lines refused; 5xx are errors of the server; 499 are those who did not wait.",
                unit="reqps",
            ),
            series(
                "Rules that failed",
                Query("sum by (rule_group) (rate(loki_prometheus_rule_evaluation_failures_total{SEL}[RATE])) > 0", "{{rule_group}}"),
                "Evaluations of the ruler that failed: an alert that nobody gets. Its log says why.",
                unit="cps",
                empty="none",
            ),
        ],
    )


def _storage() -> Section:
    return Section(
        "What is stored",
        [
            series(
                "In memory",
                [
                    Query("sum by (instance) (loki_ingester_memory_streams{SEL})", "streams {{instance}}"),
                    Query("sum by (instance) (loki_ingester_memory_chunks{SEL})", "chunks {{instance}}"),
                ],
                "Streams, and pieces of them that are not stored yet. What grows without end: a label with too many values.",
            ),
            series(
                "Chunks stored",
                Query("sum by (reason) (rate(loki_ingester_chunks_flushed_total{SEL}[RATE])) > 0", "{{reason}}"),
                "Pieces that are written to the storage. Mostly idle ones: many streams with few lines each.",
                unit="cps",
                empty="none yet",
            ),
            series(
                "Write-ahead log",
                [
                    Query("rate(loki_ingester_wal_logged_bytes_total{SEL}[RATE])", "written {{instance}}"),
                    Query("rate(loki_ingester_checkpoint_logged_bytes_total{SEL}[RATE]) > 0", "checkpoints {{instance}}"),
                ],
                "What is written so that a crash loses nothing. Zero while lines come in: the disk is full.",
                unit="Bps",
            ),
            series(
                "Disk full",
                Query("rate(loki_ingester_wal_disk_full_failures_total{SEL}[RATE]) > 0", "{{instance}}"),
                "Writes of the log that found no room. Lines are still taken in, and a crash would lose them.",
                unit="cps",
                empty="never",
            ),
        ],
    )


def _process() -> Section:
    return Section(
        "The process",
        [
            series(
                "Memory",
                Query("process_resident_memory_bytes{SEL}", "{{instance}}"),
                "Resident memory. It follows the streams in memory and the queries that run.",
                unit="bytes",
            ).sized(12),
            series(
                "Processor time",
                Query("rate(process_cpu_seconds_total{SEL}[RATE])", "{{instance}}"),
                "Processors kept busy; 1 is one core. Queries take them all while they run.",
                unit="none",
            ).sized(12),
        ],
    )
