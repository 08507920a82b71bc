# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Node detail: one host, from its processors to its clock."""

from __future__ import annotations

from tools.dashboards.board import Section, alerts_firing, board, job_and_instance, moments
from tools.dashboards.node_devices import disks, network, system
from tools.dashboards.node_queries import BUSY, DISK_FREE, MEMORY_USED, NO_DISKS
from tools.dashboards.panels import series, stat
from tools.dashboards.parts import Json, Query, above, by_pattern, words


def dashboard() -> Json:
    """Return the dashboard."""
    return board(
        "node-detail",
        "Node detail",
        "One host: processors, memory, disks, network, units and clock.",
        service="node_exporter",
        variables=job_and_instance("node_uname_info", several=False, title="Node"),
        annotations=[alerts_firing('job=~"$job", instance=~"$instance"'), moments("Boots", "node_boot_time_seconds{SEL}", "blue")],
        sections=[_now(), _processors(), _memory(), disks(), network(), system()],
    )


def _now() -> Section:
    return Section(
        "Now",
        [
            stat(
                "Up for",
                Query("node_time_seconds{SEL} - node_boot_time_seconds{SEL}"),
                "Time since the last boot. Shorter than you think: somebody, or a crash, has restarted the host.",
                unit="s",
                decimals=1,
            ).sized(3),
            stat("Cores", Query('count(node_cpu_seconds_total{SEL, mode="idle"})'), "Processors of the host. For reading the load; no value is bad.").sized(3),
            stat(
                "CPU busy",
                Query(BUSY % ""),
                "Share of the processors that is busy. Above 85 % for long: too much work, or too few cores.",
                unit="percentunit",
                thresholds=above(0.7, 0.85),
                decimals=1,
                graph=True,
            ).sized(3),
            stat(
                "Memory used",
                Query(MEMORY_USED),
                "Share of memory that programs cannot get any more. Above 90 %, the system begins to swap or kill.",
                unit="percentunit",
                thresholds=above(0.8, 0.9),
                decimals=1,
                graph=True,
            ).sized(3),
            stat(
                "Fullest file system",
                Query(f"max(1 - {DISK_FREE})"),
                "Used share of the fullest file system. Above 95 %, programs soon cannot write.",
                unit="percentunit",
                thresholds=above(0.8, 0.95),
                decimals=1,
                empty=NO_DISKS,
            ).sized(3),
            stat(
                "Swap used",
                Query("1 - node_memory_SwapFree_bytes{SEL} / (node_memory_SwapTotal_bytes{SEL} > 0)"),
                "Used share of swap. Much of it together with swapping below: memory is too small.",
                unit="percentunit",
                thresholds=above(0.5, 0.9),
                decimals=1,
                empty="no swap",
            ).sized(3),
            stat(
                "Units failed",
                Query('sum(node_systemd_unit_state{SEL, state="failed"})'),
                "Units of systemd that have failed; they are named at the end of this page.",
                thresholds=above(1),
                empty="unknown: no systemd collector",
            ).sized(3),
            stat(
                "Clock synchronised",
                Query("node_timex_sync_status{SEL}"),
                "Whether the kernel's clock follows a time server. No: graphs and alerts of this host drift; look at chrony or systemd-timesyncd.",
                mappings=words(v0=("no", "orange"), v1=("yes", "green")),
            ).sized(3),
        ],
    )


def _processors() -> Section:
    return Section(
        "Processors",
        [
            series(
                "Processor time",
                Query(
                    """sum by (mode) (rate(node_cpu_seconds_total{SEL, mode!="idle"}[RATE]))
                       / scalar(count(node_cpu_seconds_total{SEL, mode="idle"}))""",
                    "{{mode}}",
                ),
                """What the processors do. Much iowait: slow disks. Much steal: the virtual machine's host is overloaded. Much system or softirq: network
                or the kernel.""",
                unit="percentunit",
                stack=True,
                max=1,
            ),
            series(
                "Load",
                [
                    Query("node_load1{SEL}", "1 minute"),
                    Query("node_load5{SEL}", "5 minutes"),
                    Query("node_load15{SEL}", "15 minutes"),
                    Query('count(node_cpu_seconds_total{SEL, mode="idle"})', "cores"),
                ],
                "Tasks that run or wait. For long above the number of cores: work queues up.",
                overrides=[by_pattern("cores", {"custom.lineStyle": {"dash": [10, 10], "fill": "dash"}, "custom.fillOpacity": 0})],
            ),
            series(
                "Pressure",
                [
                    Query("rate(node_pressure_cpu_waiting_seconds_total{SEL}[RATE])", "some wait for a processor"),
                    Query("rate(node_pressure_memory_waiting_seconds_total{SEL}[RATE])", "some wait for memory"),
                    Query("rate(node_pressure_io_waiting_seconds_total{SEL}[RATE])", "some wait for disks"),
                    Query("rate(node_pressure_memory_stalled_seconds_total{SEL}[RATE])", "all wait for memory"),
                    Query("rate(node_pressure_io_stalled_seconds_total{SEL}[RATE])", "all wait for disks"),
                ],
                "Share of time in which some or all tasks stood still for want of something. More than a few per cent is felt by users.",
                unit="percentunit",
                empty="unknown: the kernel counts no pressure",
            ),
            series(
                "Processes and switches",
                [
                    Query("node_procs_running{SEL}", "running"),
                    Query("node_procs_blocked{SEL}", "blocked by disks"),
                    Query("rate(node_forks_total{SEL}[RATE])", "started per second"),
                ],
                "Many blocked processes: disks or network file systems hang. Many started: something forks in a loop.",
            ),
        ],
    )


def _memory() -> Section:
    used = "node_memory_MemTotal_bytes{SEL} - node_memory_MemFree_bytes{SEL} - node_memory_Buffers_bytes{SEL} - node_memory_Cached_bytes{SEL}"
    return Section(
        "Memory",
        [
            series(
                "Memory",
                [
                    Query(f"{used} - node_memory_SReclaimable_bytes{{SEL}}", "programs"),
                    Query("node_memory_Buffers_bytes{SEL} + node_memory_Cached_bytes{SEL} + node_memory_SReclaimable_bytes{SEL}", "cache"),
                    Query("node_memory_MemFree_bytes{SEL}", "free"),
                ],
                "Who has the memory. Cache is given back when programs want it; when it is nearly gone, everything becomes slow.",
                unit="bytes",
                stack=True,
            ),
            series(
                "Swapping and kills",
                [
                    Query("rate(node_vmstat_pswpin{SEL}[RATE])", "pages in"),
                    Query("rate(node_vmstat_pswpout{SEL}[RATE])", "pages out"),
                    Query("rate(node_vmstat_pgmajfault{SEL}[RATE])", "major faults"),
                    Query("increase(node_vmstat_oom_kill{SEL}[RATE])", "killed for want of memory"),
                ],
                """Pages that move in a second between memory and disk, and processes that the system killed. Any kill, and steady movement both
                ways: too little memory.""",
            ),
        ],
    )
