# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alertmanager: what it gets, whom it tells, and whether its mesh is whole."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, job_and_instance, moments
from tools.dashboards.panels import Column, series, stat, table
from tools.dashboards.parts import YES_NO, Json, Query, above

ALONE = "no mesh"
UPTIME = "(time() - process_start_time_seconds{SEL}) * on (job, instance) group_left (version) alertmanager_build_info{SEL}"


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "alertmanager",
        "Alertmanager",
        "The servers that group alerts and tell people.",
        service="alertmanager",
        variables=job_and_instance("alertmanager_build_info"),
        annotations=[
            alerts_firing(),
            moments("Restarts", "process_start_time_seconds{SEL}", "blue"),
            moments("Reloads", "alertmanager_config_last_reload_success_timestamp_seconds{SEL}", "purple"),
        ],
        sections=[_now(), _alerts(), _notifications(), _mesh(), _process()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat("Members up", Query("sum(up{SEL})"), "Alertmanagers that answer. One is enough for alerts to arrive; none, and nobody is told."),
            stat(
                "Configuration loaded",
                Query("min(alertmanager_config_last_reload_successful{SEL})"),
                "Whether the last load succeeded on every member. No: one runs with an older configuration; its log says why.",
                mappings=YES_NO,
            ),
            stat(
                "Same configuration",
                Query('count(count_values("hash", alertmanager_config_hash{SEL}))'),
                "How many different configurations the members run. More than one: the same alert is told differently, depending on who tells.",
                thresholds=above(2),
            ),
            stat(
                "Alerts active",
                Query('max(alertmanager_alerts{SEL, state="active"})'),
                "Alerts that somebody is told about, as the member with the most sees them.",
                thresholds=above(1, 1000),
            ),
            stat(
                "Alerts suppressed",
                Query('max(alertmanager_alerts{SEL, state="suppressed"})'),
                "Alerts that a silence or an inhibition keeps quiet. Many for long: somebody forgot a silence.",
            ),
            stat(
                "Notifications failed",
                Query("sum(increase(alertmanager_notifications_failed_total{SEL}[RANGE]))"),
                "Notices that no receiver took within the chosen time. Above zero, somebody was not told.",
                thresholds=above(1),
                decimals=0,
            ),
            table(
                "Members",
                {"instance": "Member", "version": "Version"},
                [Column("Up for", f"max by (instance, version) ({UPTIME})", "s", properties={"decimals": 1})],
                "Version of each member, and the time since its last start. Different versions: an upgrade has stopped half-way.",
            ).sized(24, 5),
        ],
    )


def _alerts() -> Section:
    return Section(
        "Alerts and silences",
        [
            series(
                "Alerts by state",
                Query("max by (state) (alertmanager_alerts{SEL})", "{{state}}"),
                "A flood of active ones: inhibition and grouping want work. Unprocessed ones that stay: the member is overloaded.",
            ),
            series(
                "Alerts received",
                [
                    Query("sum by (instance, status) (rate(alertmanager_alerts_received_total{SEL}[RATE]))", "{{status}} {{instance}}"),
                    Query("sum by (instance) (rate(alertmanager_alerts_invalid_total{SEL}[RATE]))", "invalid {{instance}}"),
                ],
                "Alerts that come in; a firing one comes about once a minute from each Prometheus. Zero while something fires: nobody reaches this member.",
                unit="cps",
            ),
            series(
                "Silences",
                Query("max by (state) (alertmanager_silences{SEL})", "{{state}}"),
                "Active silences keep alerts quiet. Many pending ones: somebody plans a maintenance.",
            ),
            series(
                "Groups of alerts",
                Query("sum by (instance) (alertmanager_dispatcher_aggregation_groups{SEL})", "{{instance}}"),
                "Each group becomes one notice. Thousands: group_by holds a label with too many values.",
            ),
        ],
    )


def _notifications() -> Section:
    latency = "sum by (integration, le) (rate(alertmanager_notification_latency_seconds_bucket{SEL}[RATE]))"
    count = "sum by (integration) (rate(alertmanager_notification_latency_seconds_count{SEL}[RATE])) > 0"
    return Section(
        "Notifications",
        [
            series(
                "Sent",
                Query("sum by (integration) (rate(alertmanager_notifications_total{SEL}[RATE])) > 0", "{{integration}}"),
                "Notices in a second by the way they go. None while alerts are active is right only if nothing new has come.",
                unit="cps",
                empty="nobody was told anything",
            ),
            series(
                "Failed",
                Query("sum by (integration, reason) (rate(alertmanager_notifications_failed_total{SEL}[RATE])) > 0", "{{integration}}: {{reason}}"),
                "Notices that no receiver took, after all attempts. clientError: wrong address or token; serverError: the receiver is down.",
                unit="cps",
                empty="none",
            ),
            series(
                "Time of a notification (95th percentile)",
                Query(f"histogram_quantile(0.95, {latency}) and on (integration) ({count})", "{{integration}}"),
                "How long 95 % of the deliveries take at most. Ten seconds or more: the receiver is slow, and others wait.",
                unit="s",
                empty="nobody was told anything",
            ),
            series(
                "Attempts that failed",
                Query("sum by (integration) (rate(alertmanager_notification_requests_failed_total{SEL}[RATE])) > 0", "{{integration}}"),
                "Single attempts; they are repeated. Many of them, though no notice failed: the receiver is shaky.",
                unit="cps",
                empty="none",
            ),
        ],
    )


def _mesh() -> Section:
    return Section(
        "Mesh",
        [
            series(
                "Members seen",
                Query("alertmanager_cluster_members{SEL}", "by {{instance}}"),
                "Every member should see as many as there are. Fewer: it is cut off, and the same alert is told twice.",
                empty=ALONE,
            ),
            series(
                "Health",
                [
                    Query("alertmanager_cluster_health_score{SEL}", "score {{instance}}"),
                    Query("alertmanager_cluster_failed_peers{SEL}", "failed members {{instance}}"),
                ],
                "Zero is healthy. A score above zero: the network or the host is slow; failed members cannot be reached at all.",
                empty=ALONE,
            ),
            series(
                "Messages",
                [
                    Query("sum by (instance) (rate(alertmanager_cluster_messages_sent_total{SEL}[RATE]))", "sent {{instance}}"),
                    Query("sum by (instance) (rate(alertmanager_cluster_messages_received_total{SEL}[RATE]))", "received {{instance}}"),
                    Query("sum by (instance) (alertmanager_cluster_messages_queued{SEL})", "waiting {{instance}}"),
                ],
                "What the members tell each other. Waiting messages that pile up: the port of the mesh (9094, TCP and UDP) is half closed.",
                empty=ALONE,
            ),
            series(
                "Ways to members (95th percentile)",
                Query("histogram_quantile(0.95, sum by (instance, le) (rate(alertmanager_cluster_pings_seconds_bucket{SEL}[RATE])))", "{{instance}}"),
                "Round trip between members. Above 200 ms, members far apart begin to tell twice.",
                unit="s",
                empty=ALONE,
            ),
        ],
    )


def _process() -> Section:
    return Section(
        "The process",
        [
            series(
                "Time of requests (95th percentile)",
                Query("histogram_quantile(0.95, sum by (instance, le) (rate(alertmanager_http_request_duration_seconds_bucket{SEL}[RATE])))", "{{instance}}"),
                "How long 95 % of the requests take at most. Seconds: Prometheus gives up and counts the alerts as not delivered.",
                unit="s",
            ).sized(8),
            series(
                "Memory",
                Query("process_resident_memory_bytes{SEL}", "{{instance}}"),
                "Resident memory. What grows with the number of alerts is normal, what grows without end is not.",
                unit="bytes",
            ).sized(8),
            series(
                "Processor time",
                Query("rate(process_cpu_seconds_total{SEL}[RATE])", "{{instance}}"),
                "Processors kept busy; 1 is one core. More than a fraction of a core: a flood of alerts.",
                unit="none",
            ).sized(8),
        ],
    )
