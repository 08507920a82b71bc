# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each program is the distribution's, runs once, and runs as we describe it."""

from __future__ import annotations

import urllib.request

BUDGET = 2.5


def read(mine, host, port, path):
    with urllib.request.urlopen(f"http://{mine.hosts[host].address}:{port}{path}", timeout=15) as answer:
        return answer.read().decode()


def test_the_programs_come_from_the_packages(mine, expected):
    for host, unit, _port, _path in expected:
        pid = mine.run(host, ["systemctl", "show", "--value", "--property=MainPID", unit], check=True).stdout.strip()
        program = mine.run(host, ["readlink", f"/proc/{pid}/exe"], check=True).stdout.strip()
        assert mine.run(host, ["dpkg", "--search", program]).stdout == f"{unit}: {program}\n"


def test_the_units_stay_within_their_budget(mine, expected):
    for host, unit, _port, _path in expected:
        last = mine.run(host, ["systemd-analyze", "security", "--no-pager", f"{unit}.service"], check=True).stdout.splitlines()[-1]
        assert float(last.split(":")[1].split()[0]) <= BUDGET, last


def test_they_run_with_our_configuration(mine):
    for host in ("h1", "h2"):
        assert "observability-verify" in read(mine, host, 9093, "/api/v2/status")
        assert "probe_success 1" in read(mine, host, 9115, "/probe?module=icmp&target=127.0.0.1").splitlines()
        metrics = read(mine, host, 9100, "/metrics")
        assert 'node_scrape_collector_success{collector="systemd"} 1' in metrics.splitlines()
        assert "node_timex_tick_seconds" in metrics
