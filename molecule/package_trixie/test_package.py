# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program is the distribution's; the configuration and the way it runs are ours."""

from __future__ import annotations


def test_the_program_comes_from_the_package(mine):
    pid = mine.run("h1", ["systemctl", "show", "--value", "--property=MainPID", "prometheus"]).stdout.strip()
    program = mine.run("h1", ["readlink", f"/proc/{pid}/exe"]).stdout.strip()
    assert mine.run("h1", ["dpkg", "--search", program]).stdout == f"prometheus: {program}\n"


def test_it_runs_with_our_configuration(mine, api):
    assert "job_name: node" in api("h1", 9090, "/api/v1/status/config")["yaml"]
    assert api("h1", 9090, "/api/v1/status/runtimeinfo")["reloadConfigSuccess"] is True
