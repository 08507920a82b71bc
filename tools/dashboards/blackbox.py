# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Probes: what the blackbox exporters see from outside."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, label
from tools.dashboards.panels import Column, series, stat, states, table
from tools.dashboards.parts import YES_NO, Json, Query, above, below, words

SEL = 'job=~"$job", instance=~"$instance", prober=~"$prober"'
NO_HTTP = "no HTTP probe"
NO_TLS = "no probe by TLS"
CERTIFICATE = f"(min by (job, instance) (probe_ssl_earliest_cert_expiry{{{SEL}}}) - time())"


def dashboard() -> Json:
    """Return the dashboard."""
    chosen = 'job=~"$job", instance=~"$instance"'
    variables = [
        label("job", "probe_success"),
        label("instance", 'probe_success{job=~"$job"}', title="Target", everything=".+"),
        label("prober", f"probe_success{{{chosen}}}", title="Seen by", everything=".*"),
    ]
    return board(
        "blackbox",
        "Probes",
        "What the blackbox exporters see of your sites and services from outside.",
        service="blackbox_exporter",
        variables=variables,
        annotations=[alerts_firing(chosen)],
        sections=[_now(), _targets(), _http(), _exporters()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat("Targets", Query(f"count(count by (instance) (probe_success{{{SEL}}}))"), "Addresses that are probed. Fewer than you expect: one is missing."),
            stat(
                "Failing",
                Query(f"count(min by (job, instance) (probe_success{{{SEL}}}) == 0) or vector(0)"),
                "Targets that at least one exporter cannot reach as it should. Red: the table below names them.",
                thresholds=above(1),
            ),
            stat(
                "Succeeded",
                Query(f"avg(avg_over_time(probe_success{{{SEL}}}[RANGE]))"),
                "Share of the probes within the chosen time that succeeded. This is the availability that users see.",
                unit="percentunit",
                thresholds=below(0.999, 0.99),
                decimals=2,
            ),
            stat(
                "Slowest",
                Query(f"max(probe_duration_seconds{{{SEL}}})"),
                "The longest probe. Near the timeout of its module it will fail.",
                unit="s",
                thresholds=above(2, 5),
                decimals=2,
            ),
            stat(
                "Next certificate ends in",
                Query(f"min({CERTIFICATE})"),
                "Time until the first certificate of a target ends. Below two weeks, its renewal does not work.",
                unit="s",
                thresholds=below(21 * 86400, 14 * 86400),
                decimals=0,
                empty=NO_TLS,
            ),
            stat(
                "Configuration loaded",
                Query("min(blackbox_exporter_config_last_reload_successful)"),
                "Whether every blackbox exporter took its configuration at the last load. No: one runs with an older one; its log says why.",
                mappings=YES_NO,
                empty="the exporters are not scraped",
            ),
        ],
    )


def _targets() -> Section:
    row = "by (job, instance)"
    columns = [
        Column("Now", f"min {row} (probe_success{{{SEL}}})", properties={"mappings": words(v0=("fails", "red"), v1=("ok", "green"))}, cell="color-text"),
        Column("Succeeded", f"avg {row} (avg_over_time(probe_success{{{SEL}}}[RANGE]))", "percentunit", below(0.999, 0.99), "color-text", {"decimals": 2}),
        Column("Time", f"max {row} (probe_duration_seconds{{{SEL}}})", "s", above(2, 5), "color-text"),
        Column("Status", f"max {row} (probe_http_status_code{{{SEL}}})", "none", above(400, 500), "color-text"),
        Column("Certificate ends in", CERTIFICATE, "s", below(21 * 86400, 14 * 86400), "color-text", {"decimals": 0}),
    ]
    return Section(
        "Targets",
        [
            table(
                "Each target",
                {"instance": "Target", "job": "Job"},
                columns,
                "One line for each target; the worst of what the exporters see. A failing one: ask the exporter with debug=true, which says why.",
                sort="Now",
                desc=False,
            ).sized(24, 10),
            states(
                "Success",
                Query(f"min by (job, instance) (probe_success{{{SEL}}})", "{{instance}} ({{job}})"),
                "Green: every exporter reached the target. Red: at least one did not.",
                thresholds=below(1),
                mappings=words(v0=("fails", "red"), v1=("ok", "green")),
            ),
            series(
                "Time of the probes",
                Query(f"max by (instance, job) (probe_duration_seconds{{{SEL}}})", "{{instance}} ({{job}})"),
                "How long each probe takes. A jump: the target, its network or its name server has become slow.",
                unit="s",
            ),
        ],
    )


def _http() -> Section:
    return Section(
        "HTTP and TLS",
        [
            series(
                "Where HTTP probes spend their time",
                Query(f"avg by (phase) (probe_http_duration_seconds{{{SEL}}})", "{{phase}}"),
                "resolve: the name server. connect: the network. tls: the handshake. processing: the application. transfer: the size of the page.",
                unit="s",
                stack=True,
                empty=NO_HTTP,
            ),
            series(
                "Status codes",
                Query(f'count_values by (job) ("code", probe_http_status_code{{{SEL}}})', "{{code}} ({{job}})"),
                "Targets by the status of their answer. 0: no answer at all; 5xx: the application fails.",
                empty=NO_HTTP,
            ),
            series(
                "Time of the name server",
                Query(f"max by (instance) (probe_dns_lookup_time_seconds{{{SEL}}})", "{{instance}}"),
                "How long it takes to find the address of a name. Above a second, every user of the site waits as long.",
                unit="s",
                thresholds=above(0.5, 1),
            ),
            series(
                "Certificates: days left",
                Query(f"{CERTIFICATE} / 86400", "{{instance}}"),
                "Days until the earliest certificate of each target's chain ends. A saw is right; a line that reaches 14 is not renewed.",
                unit="none",
                calcs=["lastNotNull"],
                empty=NO_TLS,
            ),
        ],
    )


def _exporters() -> Section:
    return Section(
        "The exporters",
        [
            series(
                "Success, by who looks",
                Query(f"avg by (prober) (probe_success{{{SEL}}})", "{{prober}}"),
                "Share of the targets that each exporter reaches. One much below the others: its own network is the trouble.",
                unit="percentunit",
                calcs=["lastNotNull", "mean", "min"],
            ),
            series(
                "Probes of modules that are not there",
                Query("sum by (instance) (rate(blackbox_module_unknown_total[RATE]))", "{{instance}}"),
                "Requests for a module that the exporter's configuration does not have. Above zero, a probe names a wrong one.",
                unit="cps",
                empty="the exporters are not scraped",
            ),
        ],
    )
