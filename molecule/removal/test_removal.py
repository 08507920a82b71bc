# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removal leaves the host as it was: paths, owners, modes, accounts, units, ports."""

from __future__ import annotations

from pathlib import Path


def test_the_host_is_as_before(mine):
    script = (Path(__file__).parent / "snapshot.sh").read_text()
    after = mine.run("h1", ["sh", "-s"], input=script, check=True, timeout=120).stdout.splitlines()
    before = mine.get("h1", "/run/snapshot-before").splitlines()
    assert len(before) > 1000, "the note of before is no note of a whole host"
    assert sorted(set(after) - set(before)) == []
    assert sorted(set(before) - set(after)) == []


def test_no_process_and_no_port_is_left(mine):
    listening = mine.run("h1", ["ss", "--no-header", "-ltn"], check=True).stdout
    assert {line.split()[3].rpartition(":")[2] for line in listening.splitlines()} == {"22"}
    assert mine.run("h1", ["pgrep", "-f", "prometheus|alertmanager|_exporter"]).returncode == 1
