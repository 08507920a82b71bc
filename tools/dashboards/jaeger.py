# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jaeger: what it receives, keeps and loses, how fast it answers, and what the spans say of the services that send them."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, label
from tools.dashboards.panels import series, stat
from tools.dashboards.parts import Json, Query, above

UPTIME = "otelcol_process_uptime_seconds_total"
STORED = "sum by (instance) (rate(otelcol_exporter_sent_spans_total{SEL}[RATE]))"
LOST = "sum by (instance, exporter) (rate(otelcol_exporter_send_failed_spans_total{SEL}[RATE]))"
RECEIVED = "sum by (instance, receiver, transport) (rate(otelcol_receiver_accepted_spans_total{SEL}[RATE]))"
REFUSED = "sum by (instance, receiver, transport) (rate(otelcol_receiver_refused_spans_total{SEL}[RATE]))"
BATCH = "sum by (instance) (rate(otelcol_processor_batch_batch_send_size_{}{{SEL}}[RATE]))"
CALLS = "traces_span_metrics_calls_total"
FAILED = f'sum by (service_name) (rate({CALLS}{{status_code="STATUS_CODE_ERROR"}}[RATE]))'
SLOW = "histogram_quantile(0.95, sum by (service_name, le) (rate(traces_span_metrics_duration_milliseconds_bucket[RATE])))"
SILENT = "no spans came"


def dashboard() -> Json:
    """Return the dashboard."""
    # Other collectors have the same metrics under other jobs.
    jobs = f'{UPTIME}{{job=~".*jaeger.*"}}'
    instances = f'{UPTIME}{{job=~"$job"}}'
    return board(
        "jaeger",
        "Jaeger",
        "The servers that receive, keep and show traces, and what the traces say.",
        # A Jaeger given by hand, which nobody here scrapes, has nothing to show.
        service="jaeger_metrics",
        variables=[label("job", jobs), label("instance", instances, everything=".+")],
        annotations=[alerts_firing()],
        sections=[_now(), _spans(), _storage(), _services(), _process()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat("Jaegers up", Query("sum(up{SEL})"), "Jaegers that answer. None: applications keep their spans for a while, then drop them."),
            stat("Spans received", Query("sum(rate(otelcol_receiver_accepted_spans_total{SEL}[RATE]))"), "Spans that come in each second, by any receiver.",
                 unit="cps", empty=SILENT),
            stat("Spans refused", Query("sum(increase(otelcol_receiver_refused_spans_total{SEL}[RANGE]))"),
                 "Spans that were sent back within the chosen time: memory was short, or the storage behind is too slow. Good senders try again.",
                 thresholds=above(1), decimals=0, empty="none"),
            stat("Spans lost", Query("sum(increase(otelcol_exporter_send_failed_spans_total{SEL}[RANGE]))"),
                 "Spans that the storage did not take within the chosen time. They are gone: see the log of Jaeger and the storage.",
                 thresholds=above(1), decimals=0, empty="none"),
            stat("Services", Query(f"count(count by (service_name) ({CALLS}))"), "Services whose spans were seen. One that is missing sends nothing.",
                 empty="no metrics of spans"),
            stat("Up for", Query(f"min({UPTIME}{{SEL}})"), "Time since the last start of any of them. A storage in memory began anew then.", unit="s"),
        ],
    )  # fmt: skip


def _spans() -> Section:
    return Section(
        "Spans",
        [
            series(
                "Received",
                Query(RECEIVED, "{{receiver}} {{transport}} {{instance}}"),
                "Spans that come in, by the way they come. A sudden fall: an application, or the collector between, has stopped sending.",
                unit="cps",
                empty=SILENT,
            ),
            series(
                "Written",
                Query(STORED, "{{instance}}"),
                "Spans handed to the storage (or to Kafka). Less than comes in for long: they wait in queues, and then they are lost.",
                unit="cps",
                empty=SILENT,
            ),
            series(
                "Refused and lost",
                [Query(f"{REFUSED} > 0", "refused by {{receiver}} {{transport}} {{instance}}"), Query(f"{LOST} > 0", "lost by {{exporter}} {{instance}}")],
                "Refused ones are sent again by good senders, lost ones are gone. Anything above zero wants a look at memory and storage.",
                unit="cps",
                empty="none",
            ),
            series(
                "Size of batches",
                Query(f"{BATCH.format('sum')} / {BATCH.format('count')}", "{{instance}}"),
                "Spans written at once, on average. Single ones cost the storage more than many together.",
                empty=SILENT,
            ),
        ],
    )  # fmt: skip


def _storage() -> Section:
    return Section(
        "Questions",
        [
            series(
                "Questions to the storage",
                Query("sum by (operation, result) (rate(jaeger_storage_requests_total{SEL}[RATE]))", "{{operation}}: {{result}}"),
                "What pages and API ask of the storage. Results that are err: the storage cannot be reached, or gives up.",
                unit="cps",
                empty="nobody asked",
            ),
            series(
                "Time of a question (95th percentile)",
                Query("histogram_quantile(0.95, sum by (operation, le) (rate(jaeger_storage_latency_seconds_bucket{SEL}[RATE])))", "{{operation}}"),
                "How long the storage takes for 95 % of the questions at most. Seconds: too long a time is searched, or the storage is overloaded.",
                unit="s",
                empty="nobody asked",
            ),
        ],
    )


def _services() -> Section:
    return Section(
        "What the spans say",
        [
            series(
                "Spans by service",
                Query(f"sum by (service_name) (rate({CALLS}[RATE]))", "{{service_name}}"),
                "Spans that each service makes. With sampling, only those that were sent count.",
                unit="cps",
                empty=SILENT,
            ).sized(8),
            series(
                "Errors by service",
                Query(f"{FAILED} / sum by (service_name) (rate({CALLS}[RATE]))", "{{service_name}}"),
                "Share of a service's spans that failed. What is normal differs; a step up after a deployment is not.",
                unit="percentunit",
                empty="no span failed",
            ).sized(8),
            series(
                "Duration by service (95th percentile)",
                Query(SLOW, "{{service_name}}"),
                "How long 95 % of a service's spans take at most, those inside it included. The exemplars lead to traces.",
                unit="ms",
                empty=SILENT,
            ).sized(8),
        ],
    )


def _process() -> Section:
    return Section(
        "The process",
        [
            series(
                "Memory",
                Query("otelcol_process_memory_rss_bytes{SEL}", "{{instance}}"),
                "Resident memory. Where it comes near jaeger_memory_limit_percentage of the host's, spans are refused.",
                unit="bytes",
            ),
            series(
                "Processor time",
                Query("rate(otelcol_process_cpu_seconds_total{SEL}[RATE])", "{{instance}}"),
                "Processors kept busy; 1 is one core. It rises with the spans that come in.",
                unit="none",
            ),
        ],
    )
