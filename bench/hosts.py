# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How time grows with hosts: node_exporter on 1, 2, 5 and 10 hosts with forks=10, and where it goes."""

from __future__ import annotations

import os
from pathlib import Path

from bench.report import median, table
from tests.lab import lab

PLAY = Path(__file__).resolve().parent / "node_exporter.yml"
COUNTS = (1, 2, 5, 10)
REPEATS = 3


def _row(place: lab.Lab, count: int) -> list[float]:
    chosen = ",".join(list(place.hosts)[:count])
    for host in list(place.hosts)[:count]:
        place.renew(host)
    first = place.playbook(PLAY, "--limit", chosen, "--forks", "10").expect_success()
    again = [place.playbook(PLAY, "--limit", chosen, "--forks", "10").expect_success() for _each in range(REPEATS)]
    phases = first.result("Bring node_exporter")["phases"]
    return [float(count), first.seconds, median([run.seconds for run in again]), sum(phases.values())]


def measure() -> str:
    """Return the section."""
    place = lab.up("bench-hosts", {f"h{number:02d}": "bookworm" for number in range(max(COUNTS))}, groups={"nodes": [f"h{n:02d}" for n in range(max(COUNTS))]})
    try:
        rows = [_row(place, count) for count in COUNTS]
    finally:
        lab.down("bench-hosts")
    one = rows[0]
    shown = [
        [f"{row[0]:.0f}", f"{row[1]:.1f} s", f"{row[1] / one[1]:.1f}", f"{row[2]:.1f} s", f"{row[2] / one[2]:.1f}", f"{row[3]:.2f} s"]
        for row in rows
    ]
    head = ["hosts", "first run", "times one host", "second run", "times one host", "module's own phases on the last host"]
    return f"""## Growth with hosts: node_exporter, forks=10, all hosts on the same {os.cpu_count()} cores

{table(head, shown)}

The hosts are containers that share the controller's cores, so this is the worst case: once the cores are busy, each host adds the CPU
time of its own work (Ansible's fork and ssh on the controller, one start of Python on the host), and nothing else waits."""
