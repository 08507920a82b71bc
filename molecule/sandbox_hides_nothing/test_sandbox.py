# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The units are as closed as they can be, and yet measure and probe what they would without a sandbox."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

HOSTS = ["h1", "h2"]
BUDGET = 2.5
OUTSIDE = Path(__file__).with_name("outside.py").read_text(encoding="utf-8")
# Of the process itself, of a moment, or of what the second exporter does.
OWN = ("go_", "process_", "promhttp_", "node_exporter_build_info", "node_processes_state", "node_processes_threads_state", "node_tcp_connection_states")
EXACT = (
    "node_filesystem_size_bytes",
    "node_filesystem_files{",
    "node_filesystem_readonly",
    "node_filesystem_device_error",
    "node_scrape_collector_success",
    "node_uname_info",
    "node_timex_status",
)
on_each_host = pytest.mark.parametrize("host", HOSTS)


@pytest.fixture(scope="module")
def metrics(mine):
    """A function: the metrics of a host from inside and outside of the sandbox, asked once."""
    asked: dict[str, dict] = {}

    def of(host):
        if host not in asked:
            asked[host] = json.loads(mine.run(host, ["python3", "-"], input=OUTSIDE, check=True).stdout)
        return asked[host]

    return of


def probe(mine, host, module, target):
    query = urllib.parse.urlencode({"module": module, "target": target})
    with urllib.request.urlopen(f"http://{mine.hosts[host].address}:9115/probe?{query}", timeout=15) as answer:
        return "probe_success 1" in answer.read().decode().splitlines()


@on_each_host
def test_no_series_is_missing_inside(metrics, host):
    found = metrics(host)
    missing = {name for name in found["outside"].keys() - found["inside"].keys() if not name.startswith(OWN)}
    assert len(found["outside"]) > 1000
    # What is read by a capability of the unit's has no counterpart outside.
    assert missing == set()


@on_each_host
def test_values_of_file_systems_are_the_hosts(metrics, host):
    found = metrics(host)
    outside = {name: value for name, value in found["outside"].items() if name.startswith(EXACT)}
    by_capability = {f'node_scrape_collector_success{{collector="{name}"}}' for name in ("slabinfo",)}
    assert {name: (found["inside"][name], value) for name, value in outside.items() if found["inside"][name] != value and name not in by_capability} == {}
    sizes = [name for name in outside if name.startswith("node_filesystem_size_bytes")]
    assert {mount for mount in ("/", "/home/someone", "/srv/data", "/dev/pool") if not any(f'mountpoint="{mount}"' in name for name in sizes)} == set()


@on_each_host
def test_collectors_that_need_more_work_when_they_are_named(metrics, host):
    inside = metrics(host)["inside"]
    wanted = ("systemd", "logind", "timex", "textfile", "processes", "slabinfo", "netdev", "arp")
    assert {name for name in wanted if inside[f'node_scrape_collector_success{{collector="{name}"}}'] != 1} == set()
    assert inside['node_systemd_unit_state{name="ssh.service",state="active",type="notify"}'] == 1
    assert inside["node_timex_tick_seconds"] > 0


@on_each_host
def test_members_of_the_group_leave_metrics_and_the_exporter_cannot_write(mine, host):
    mine.run(host, ["sh", "-c", "id writer || useradd --groups node-exp writer"], check=True)
    write = "umask 027; echo written_by_a_member 7 > /var/lib/node_exporter/member.prom"
    mine.run(host, ["runuser", "-u", "writer", "--", "sh", "-c", write], check=True)
    with urllib.request.urlopen(f"http://{mine.hosts[host].address}:9100/metrics", timeout=20) as answer:
        assert "written_by_a_member 7" in answer.read().decode().splitlines()
    inside = "nsenter --mount --target $(systemctl show --value --property=MainPID node_exporter) touch /var/lib/node_exporter/x"
    assert "Read-only file system" in mine.run(host, inside).stderr


@on_each_host
@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("icmp", "127.0.0.1"),
        ("tcp_connect", "127.0.0.1:22"),
        ("ssh_banner", "127.0.0.1:22"),
        ("http_2xx", "http://127.0.0.1:9100/"),
    ],
)
def test_probes_succeed(mine, host, module, target):
    assert probe(mine, host, module, target)


def test_a_ping_leaves_the_host(mine):
    assert probe(mine, "h1", "icmp", mine.hosts["h2"].address)


@on_each_host
def test_a_probe_of_nothing_fails(mine, host):
    assert not probe(mine, host, "tcp_connect", "127.0.0.1:1")
    assert not probe(mine, host, "tls_connect", "127.0.0.1:22")


@on_each_host
@pytest.mark.parametrize("unit", ["node_exporter", "blackbox_exporter"])
def test_the_unit_stays_within_its_budget(mine, host, unit):
    last = mine.run(host, ["systemd-analyze", "security", "--no-pager", f"{unit}.service"], check=True).stdout.splitlines()[-1]
    assert float(last.split(":")[1].split()[0]) <= BUDGET, last
