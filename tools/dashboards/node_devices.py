# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What of a host is outside its processors and memory: sections of the dashboard node detail."""

from __future__ import annotations

from tools.dashboards.board import Section
from tools.dashboards.node_queries import DISK_FREE, DISKS, NET, NO_DISKS
from tools.dashboards.panels import Column, series, stat, table
from tools.dashboards.parts import Query, above, below, by_pattern, words

NO_DEVICES = "no disk"
DOWNWARDS = by_pattern(".*(sent|write).*", {"custom.transform": "negative-Y"})


def disks() -> Section:
    """Return the section about file systems and disks."""
    columns = [
        Column("Size", f"max by (mountpoint, device, fstype) (node_filesystem_size_bytes{{SEL, {DISKS}}})", "bytes"),
        Column("Free", f"max by (mountpoint, device, fstype) (node_filesystem_avail_bytes{{SEL, {DISKS}}})", "bytes"),
        Column("Used", f"max by (mountpoint, device, fstype) (1 - {DISK_FREE})", "percentunit", above(0.8, 0.95), "gauge", {"min": 0, "max": 1, "decimals": 0}),
        Column(
            "Inodes free",
            f"""max by (mountpoint, device, fstype) (node_filesystem_files_free{{SEL, {DISKS}}} / (node_filesystem_files{{SEL, {DISKS}}} > 0))""",
            "percentunit",
            below(0.1, 0.05),
            "color-text",
        ),
    ]
    return Section(
        "Disks",
        [
            table(
                "File systems",
                {"mountpoint": "Mounted at", "device": "Device", "fstype": "Type"},
                columns,
                "Used above 95 %, or inodes free below 5 %: programs soon cannot write. Inodes are used up by very many small files.",
                sort="Used",
                empty=NO_DISKS,
            ).sized(12, 8),
            series(
                "Free space",
                Query(f"node_filesystem_avail_bytes{{SEL, {DISKS}}}", "{{mountpoint}}"),
                "Bytes that programs can still write. A straight line downwards shows when the disk is full.",
                unit="bytes",
                calcs=["lastNotNull", "min"],
                empty=NO_DISKS,
            ),
            series(
                "Throughput",
                [
                    Query("rate(node_disk_read_bytes_total{SEL}[RATE])", "{{device}} read"),
                    Query("rate(node_disk_written_bytes_total{SEL}[RATE])", "{{device}} write"),
                ],
                "Bytes read (above zero) and written (below) in a second. Flat at the device's limit: it is the bottleneck.",
                unit="Bps",
                least=None,
                overrides=[DOWNWARDS],
                empty=NO_DEVICES,
            ),
            series(
                "Operations",
                [
                    Query("rate(node_disk_reads_completed_total{SEL}[RATE])", "{{device}} read"),
                    Query("rate(node_disk_writes_completed_total{SEL}[RATE])", "{{device}} write"),
                ],
                "Reads (above zero) and writes (below) in a second. Flat at the device's limit: it is the bottleneck.",
                unit="iops",
                least=None,
                overrides=[DOWNWARDS],
                empty=NO_DEVICES,
            ),
            series(
                "Busy",
                Query("rate(node_disk_io_time_seconds_total{SEL}[RATE])", "{{device}}"),
                "Share of time in which a device had something to do. Near 100 % a single disk is at its limit; arrays and SSDs can still have room.",
                unit="percentunit",
                thresholds=above(0.8, 0.95),
                empty=NO_DEVICES,
            ),
            series(
                "Time of an operation",
                [
                    Query("rate(node_disk_read_time_seconds_total{SEL}[RATE]) / (rate(node_disk_reads_completed_total{SEL}[RATE]) > 0)", "{{device}} read"),
                    Query("rate(node_disk_write_time_seconds_total{SEL}[RATE]) / (rate(node_disk_writes_completed_total{SEL}[RATE]) > 0)", "{{device}} write"),
                ],
                "Mean time of a read and a write, waiting included. SSDs need about 1 ms, disks 10 ms; much more means a queue.",
                unit="s",
                empty="no disk, or nothing read or written",
            ),
        ],
    )


def network() -> Section:
    """Return the section about interfaces and TCP."""
    sides = (("receive", "received"), ("transmit", "sent"))
    return Section(
        "Network",
        [
            series(
                "Traffic",
                [Query(f"rate(node_network_{side}_bytes_total{{SEL, {NET}}}[RATE])", f"{{{{device}}}} {word}") for side, word in sides],
                "Bytes received (above zero) and sent (below) in a second. Flat at the card's speed: packets get lost.",
                unit="Bps",
                least=None,
                overrides=[DOWNWARDS],
            ),
            series(
                "Packets lost",
                [
                    Query(f"rate(node_network_{side}_{kind}_total{{SEL, {NET}}}[RATE])", f"{{{{device}}}} {word}, {text}")
                    for side, word in sides
                    for kind, text in (("errs", "broken"), ("drop", "dropped"))
                ],
                "Broken: cable, card or driver. Dropped: the host is too slow for what comes, or does not want it. Both should stay near zero.",
                unit="pps",
            ),
            series(
                "TCP",
                [
                    Query("node_netstat_Tcp_CurrEstab{SEL}", "connections"),
                    Query("node_sockstat_TCP_tw{SEL}", "closing (time wait)"),
                    Query("node_sockstat_TCP_alloc{SEL}", "sockets"),
                ],
                "Connections and sockets. What rises without end is a leak in some program.",
            ),
            series(
                "TCP in trouble",
                [
                    Query("rate(node_netstat_Tcp_RetransSegs{SEL}[RATE])", "sent again"),
                    Query("rate(node_netstat_TcpExt_ListenDrops{SEL}[RATE])", "refused: queue full"),
                    Query("rate(node_netstat_Tcp_InErrs{SEL}[RATE])", "broken"),
                ],
                "Segments in a second. Sent again: the network loses packets. Refused: a program accepts connections too slowly.",
                unit="pps",
            ),
        ],
    )


def system() -> Section:
    """Return the section about units, files, sensors and the clock."""
    failed = 'max by (name, type) (node_systemd_unit_state{SEL, state="failed"}) == 1'
    return Section(
        "System",
        [
            series(
                "Open files",
                [Query("node_filefd_allocated{SEL}", "open"), Query("node_filefd_maximum{SEL} < 1e9", "at most")],
                "File handles of the whole host. At the limit no program can open anything.",
            ),
            series(
                "Clock",
                [Query("node_timex_offset_seconds{SEL}", "offset"), Query("node_timex_estimated_error_seconds{SEL}", "estimated error")],
                "How far the clock is from the time server's, as the kernel thinks. Above 50 ms, compare nothing between hosts.",
                unit="s",
                least=None,
            ),
            table(
                "Units that failed",
                {"name": "Unit", "type": "Type"},
                [Column("State", failed, cell="color-text", properties={"mappings": words(v1=("failed", "red"))})],
                "Units of systemd in the state failed. systemctl status UNIT says why.",
                empty="no unit has failed",
            ).sized(12, 7),
            series(
                "Temperature",
                Query("node_hwmon_temp_celsius{SEL}", "{{chip}} {{sensor}}"),
                "Temperatures of the sensors that the hardware has. Above 90 °C processors slow down.",
                unit="celsius",
                empty="no sensor, as in virtual machines",
            ).sized(12, 7),
            series(
                "Time of the exporter's collectors",
                Query("topk(10, node_scrape_collector_duration_seconds{SEL})", "{{collector}}"),
                "The ten slowest collectors. One that takes seconds makes the whole scrape late: switch it off, or look what hangs.",
                unit="s",
            ).sized(12, 7),
            stat(
                "Textfile errors",
                Query("max(node_textfile_scrape_error{SEL})"),
                "Whether a *.prom file of the textfile collector could not be read. Yes: the exporter's log names it.",
                mappings=words(v0=("none", "green"), v1=("yes", "red")),
                empty="no textfile collector",
            ).sized(12, 7),
        ],
    )
