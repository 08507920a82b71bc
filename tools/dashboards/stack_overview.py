# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stack overview: whether each part works, and the golden signals of the stack itself."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, label, moments
from tools.dashboards.golden_signals import errors, saturation, traffic
from tools.dashboards.panels import Column, stat, states, table
from tools.dashboards.parts import Json, Query, above, below, detail_link, words

NO_ALERTMANAGER = "no Alertmanager"
QUIET_ALERTS = 'ALERTS{alertname!="ObservabilityVerify"'
LOADED = '{__name__=~".+_config_last_reload_successful", job=~"$job"}'


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "stack-overview",
        "Stack overview",
        "Whether each part of the observability stack works, and how hard it works.",
        variables=[label("job", "up")],
        annotations=[alerts_firing(), moments("Restarts", 'process_start_time_seconds{job=~"prometheus|alertmanager|blackbox_exporter|grafana"}', "blue")],
        sections=[_now(), _parts(), traffic(), errors(), saturation()],
    )


def _now() -> Section:
    alerting = 'prometheus_notifications_errors_total{job=~"$job"}'
    return Section(
        "Does it work?",
        [
            stat(
                "Targets up",
                Query('sum(up{job=~"$job"}) / count(up{job=~"$job"})'),
                "Share of all targets that answered the last scrape. Below 100 %, some part is not watched: the table below names it.",
                unit="percentunit",
                thresholds=below(1, 0.9),
                decimals=1,
                graph=True,
            ),
            stat(
                "Alerts firing",
                Query(f'count({QUIET_ALERTS}, alertstate="firing"}}) or vector(0)'),
                "Alerts that fire now, without verify's test alert. Red: somebody should have been told.",
                thresholds=above(1),
                links=[detail_link("alertmanager", "Alertmanager")],
            ),
            stat(
                "Configuration loaded",
                Query(f"min({LOADED})"),
                "Whether every server took its configuration at the last load. No: one runs with an older one than its disk holds; its log says why.",
                mappings=words(v0=("no", "red"), v1=("yes", "green")),
            ),
            stat(
                "Rule failures",
                Query('sum(increase(prometheus_rule_evaluation_failures_total{job=~"$job"}[RANGE]))'),
                "Rule evaluations that failed within the chosen time. Above zero, alerts of those rules cannot be trusted.",
                thresholds=above(1),
                decimals=0,
                empty="no rules",
                links=[detail_link("prometheus", "Prometheus")],
            ),
            stat(
                "Alerts not delivered",
                Query(f"sum(increase({alerting}[RANGE]))"),
                "Alerts that Prometheus could not hand to an Alertmanager within the chosen time. Above zero, check that the Alertmanagers are reachable.",
                thresholds=above(1),
                decimals=0,
                empty=NO_ALERTMANAGER,
            ),
            stat(
                "Notifications failed",
                Query('sum(increase(alertmanager_notifications_failed_total{job=~"$job"}[RANGE]))'),
                "Notices that Alertmanager could not send to a receiver within the chosen time. Above zero, somebody was not told.",
                thresholds=above(1),
                decimals=0,
                empty=NO_ALERTMANAGER,
                links=[detail_link("alertmanager", "Alertmanager")],
            ),
        ],
    )


def _parts() -> Section:
    columns = [
        Column("Targets", 'count by (job) (up{job=~"$job"})'),
        Column("Up", 'avg by (job) (up{job=~"$job"})', "percentunit", below(1, 0.9), "color-background"),
        Column("Slowest scrape", 'max by (job) (scrape_duration_seconds{job=~"$job"})', "s", above(5, 9), "color-text"),
        Column("Samples per scrape", 'sum by (job) (scrape_samples_scraped{job=~"$job"})'),
        Column("New series per scrape", 'sum by (job) (scrape_series_added{job=~"$job"})'),
    ]
    down = 'max by (job, instance) (up{job=~"$job"} == bool 0) == 1'
    alerts = f'max by (alertname, alertstate, severity, job, instance) ({QUIET_ALERTS}, alertstate=~"firing|pending"}})'
    return Section(
        "Parts",
        [
            table(
                "Jobs",
                {"job": "Job"},
                columns,
                "One line for each scrape job. Up below 100 %: some of its targets do not answer. A scrape longer than the timeout (10 s) is lost.",
                sort="Job",
                desc=False,
            ).sized(12, 9),
            states(
                "Up, by job",
                Query('avg by (job) (up{job=~"$job"})', "{{job}}"),
                "Share of each job's targets that answered, over time. Red: most of them did not.",
                unit="percentunit",
                thresholds=below(1, 0.5),
                min=0,
                max=1,
            ).sized(12, 9),
            table(
                "Targets that are down",
                {"job": "Job", "instance": "Instance"},
                [Column("State", down, properties={"mappings": words(v1=("down", "red"))}, cell="color-text")],
                "Targets whose last scrape failed. On the host: systemctl status, and whether Prometheus can reach the port.",
                empty="every target is up",
            ).sized(12, 7),
            table(
                "Alerts",
                {"alertname": "Alert", "severity": "Severity", "alertstate": "State", "job": "Job", "instance": "Instance"},
                [Column("Value", alerts, shown=False)],
                "What fires (Alertmanager was told) and what is pending (it has to last before anybody is told).",
                empty="no alert",
            ).sized(12, 7),
        ],
    )
