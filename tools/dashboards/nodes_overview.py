# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nodes overview: all hosts in one table, and who of them is the busiest."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, job_and_instance, moments
from tools.dashboards.node_queries import BUSY, DISK_FREE, DISKS, MEMORY_USED, NET, NO_DISKS
from tools.dashboards.panels import Column, series, stat, table
from tools.dashboards.parts import Json, Query, above, below, detail_link

ROW = "by (job, instance)"


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "nodes-overview",
        "Nodes overview",
        "All hosts with a node_exporter. Click on a node to see it in detail.",
        service="node_exporter",
        variables=job_and_instance("node_uname_info", title="Node"),
        annotations=[alerts_firing('job=~"$job", instance=~"$instance"'), moments("Boots", "node_boot_time_seconds{SEL}", "blue")],
        sections=[_sums(), _nodes(), _busiest()],
    )


def _sums() -> Section:
    return Section(
        "All nodes",
        [
            stat("Nodes", Query("count(node_uname_info{SEL})"), "Hosts that answer now. Fewer than you expect: some are down, or nobody scrapes them."),
            stat(
                "Nodes down",
                Query("count(up{SEL} == 0) or vector(0)"),
                "Hosts whose node_exporter did not answer the last scrape. Red: the host is off, or unreachable.",
                thresholds=above(1),
            ),
            stat("Processors", Query('count(node_cpu_seconds_total{SEL, mode="idle"})'), "Processors of all chosen hosts together; no value is bad."),
            stat(
                "Processors busy",
                Query(BUSY % ""),
                "Share of all processors that is busy, on average. Above 85 %, there is no room for a peak.",
                unit="percentunit",
                thresholds=above(0.7, 0.85),
                decimals=1,
            ),
            stat(
                "Memory used",
                Query("1 - sum(node_memory_MemAvailable_bytes{SEL}) / sum(node_memory_MemTotal_bytes{SEL})"),
                "Share of all memory that programs cannot get any more. Above 90 %, hosts begin to swap or kill.",
                unit="percentunit",
                thresholds=above(0.8, 0.9),
                decimals=1,
            ),
            stat(
                "Units failed",
                Query('sum(node_systemd_unit_state{SEL, state="failed"})'),
                "Units of systemd that have failed. Above zero: systemctl --failed on the host names them.",
                thresholds=above(1),
                empty="unknown: no systemd collector",
            ),
        ],
    )


def _nodes() -> Section:
    gauge = {"min": 0, "max": 1, "decimals": 0}
    columns = [
        Column("Up for", f"max {ROW} (node_time_seconds{{SEL}} - node_boot_time_seconds{{SEL}})", "s", properties={"decimals": 0}),
        Column("Cores", f'count {ROW} (node_cpu_seconds_total{{SEL, mode="idle"}})'),
        Column("CPU busy", BUSY % ROW, "percentunit", above(0.7, 0.85), "gauge", gauge),
        Column("Load per core", f'max {ROW} (node_load5{{SEL}}) / count {ROW} (node_cpu_seconds_total{{SEL, mode="idle"}})', "none", above(1, 2), "color-text"),
        Column("Memory", f"max {ROW} (node_memory_MemTotal_bytes{{SEL}})", "bytes"),
        Column("Memory used", f"max {ROW} ({MEMORY_USED})", "percentunit", above(0.8, 0.9), "gauge", gauge),
        Column("Fullest disk", f"max {ROW} (1 - {DISK_FREE})", "percentunit", above(0.8, 0.95), "gauge", gauge),
        Column("Disk busy", f"max {ROW} (rate(node_disk_io_time_seconds_total{{SEL}}[RATE]))", "percentunit", above(0.7, 0.9), "color-text"),
        Column("Received", f"sum {ROW} (rate(node_network_receive_bytes_total{{SEL, {NET}}}[RATE]))", "Bps"),
        Column("Sent", f"sum {ROW} (rate(node_network_transmit_bytes_total{{SEL, {NET}}}[RATE]))", "Bps"),
    ]
    link = detail_link("node-detail", "Details of ${__value.text}", "var-job=${__data.fields.Job}", "var-instance=${__value.raw}")
    return Section(
        "Node by node",
        [
            table(
                "Each node",
                {"instance": "Node", "job": "Job"},
                columns,
                """Processors, memory, disks, network and time since the last boot of each host. Orange and red cells want a look: click on the node.
                A cell is empty where a host has no such thing.""",
                links={"instance": link},
                sort="CPU busy",
            ).sized(24, 14),
        ],
    )


def _busiest() -> Section:
    top = "topk(10, %s)"
    return Section(
        "The ten busiest",
        [
            series(
                "Busy processors",
                Query(top % (BUSY % "by (instance)"), "{{instance}}"),
                "Share of each host's processors that is busy. Above 85 % for long: too much work, or too few cores.",
                unit="percentunit",
                thresholds=above(0.7, 0.85),
            ),
            series(
                "Memory",
                Query(top % f"max by (instance) ({MEMORY_USED})", "{{instance}}"),
                "Share of memory that is not available to programs. Above 90 %, the system begins to swap or kill.",
                unit="percentunit",
                thresholds=above(0.8, 0.9),
            ),
            series(
                "Fullest file systems",
                Query(top % f"max by (instance, mountpoint) (1 - {DISK_FREE})", "{{instance}} {{mountpoint}}"),
                "Used share of the fullest file systems. Above 95 %, programs soon cannot write.",
                unit="percentunit",
                thresholds=above(0.8, 0.95),
                empty=NO_DISKS,
            ),
            series(
                "Network",
                Query(
                    top
                    % f"""sum by (instance) (rate(node_network_receive_bytes_total{{SEL, {NET}}}[RATE])
                         + rate(node_network_transmit_bytes_total{{SEL, {NET}}}[RATE]))""",
                    "{{instance}}",
                ),
                "Bytes received and sent in a second. Near the speed of the card, packets get lost.",
                unit="Bps",
            ),
            series(
                "Waiting for disks",
                Query(top % 'avg by (instance) (rate(node_cpu_seconds_total{SEL, mode="iowait"}[RATE]))', "{{instance}}"),
                "Share of time in which processors had nothing to do but wait for disks. Above 10 % for long: the disks are too slow.",
                unit="percentunit",
                thresholds=above(0.1, 0.3),
            ),
            series(
                "Lowest free space in a day",
                Query(
                    f"""bottomk(10, min by (instance, mountpoint) (
                        predict_linear(node_filesystem_avail_bytes{{SEL, {DISKS}}}[6h], 86400) / node_filesystem_size_bytes{{SEL, {DISKS}}}))""",
                    "{{instance}} {{mountpoint}}",
                ),
                "The free share that file systems will have in a day if they go on as in the last six hours. Below zero: full by then.",
                unit="percentunit",
                thresholds=below(0.1, 0),
                least=-0.1,
                calcs=["lastNotNull", "min"],
                empty=NO_DISKS,
            ),
        ],
    )
