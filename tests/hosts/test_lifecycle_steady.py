# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All roles on one host: check mode says what the run then does, and a host that is as described is left alone.

The tests are one story on one host and run in their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.support import differences, picture
from tests.lab.lab import Lab
from tests.lab.playbook import PlayResult

ROLES = ("node_exporter", "prometheus", "alertmanager", "blackbox_exporter")
PLAY = """\
- hosts: "{{ target }}"
  gather_facts: false
  roles: [%s]
""" % ", ".join(f"observability.stack.{role}" for role in ROLES)
EMPTY: dict[str, Any] = {}
# One change for each role: what needs a reload and what needs a restart, files that come and files that change.
CHANGED: dict[str, Any] = {
    "node_exporter_disabled_collectors": ["zfs"],
    "prometheus_scrape_configs": [{"job_name": "mine", "static_configs": [{"targets": ["127.0.0.1:9100"]}]}],
    "prometheus_rule_groups": [{"name": "mine", "rules": [{"record": "mine:up", "expr": "sum(up)"}]}],
    "alertmanager_config_flags_extra": {"data.retention": "100h"},
    "blackbox_exporter_configuration_modules_extra": {"mine": {"prober": "tcp"}},
}
OLDER: dict[str, Any] = {"prometheus_version": "3.14.0", "node_exporter_version": "1.11.1", "alertmanager_version": "0.34.1"}
GONE: dict[str, Any] = {f"{role}_state": "absent" for role in ROLES}


class Site:
    """The four roles on one host."""

    def __init__(self, lab: Lab, host: str, directory: Path) -> None:
        self.lab, self.host = lab, host
        self.book = directory / "roles.yml"
        self.book.write_text(PLAY)

    def run(self, variables: dict[str, Any], *argv: str) -> PlayResult:
        """Run the roles."""
        return self.lab.playbook(self.book, "-e", json.dumps({"target": self.host, **variables}), *argv)


def said(done: PlayResult) -> dict[str, tuple[Any, Any]]:
    """Return changes and diff by role."""
    own = [record for record in done.expect_success().tasks if record["action"].endswith("service_release")]
    return {record["task"].split(" : ")[0].split(".")[-1]: (record["result"]["changes"], record["result"]["diff"]) for record in own}


@pytest.fixture(scope="module")
def site(lab: Lab, boot: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(lab, boot("life4"), tmp_path_factory.mktemp("play"))


@pytest.mark.parametrize("variables", [EMPTY, CHANGED, OLDER], ids=["empty host", "changed variables", "older versions"])
def test_check_mode_says_what_the_run_does(site: Site, variables: dict[str, Any]) -> None:
    before = picture(site.lab, site.host)
    foreseen = said(site.run(variables, "--check", "--diff"))
    assert differences(before, picture(site.lab, site.host)) == [], "check mode wrote something"
    done = said(site.run(variables, "--diff"))
    assert set(done) == set(ROLES)
    for role in ROLES:
        assert foreseen[role] == done[role]
        assert done[role][0] or variables is OLDER, "nothing was changed: this proves nothing"
    assert site.run(variables).expect_success().changed == 0


def test_steady_state_is_cheap_and_asks_nobody(site: Site) -> None:
    site.run(EMPTY).expect_success()
    stamp = site.lab.run(site.host, "date +%s.%N").stdout.strip()
    site.lab.cut_network(site.host)
    try:
        done = site.run(EMPTY, "--diff").expect_success()
        assert site.lab.network_attempts(site.host) == 0
    finally:
        site.lab.restore_network(site.host)
    assert done.changed == 0
    for role in ROLES:
        results = [record for record in done.tasks if role in record["task"]]
        assert 1 <= len(results) <= 3, [record["task"] for record in results]
    # Every module says in the host's journal that it was invoked.
    journal = site.lab.run(site.host, f"journalctl --quiet -o cat --since @{stamp} | grep 'Invoked with'").stdout.splitlines()
    assert len(journal) == len(ROLES), [line[:100] for line in journal]


def test_every_unit_keeps_to_its_budget(site: Site) -> None:
    scores = {}
    for role in ROLES:
        report = site.lab.run(site.host, ["systemd-analyze", "security", "--no-pager", role]).stdout
        scores[role] = float(report.strip().splitlines()[-1].split(":")[1].split()[0])
    assert all(score <= 2.5 for score in scores.values()), scores


def test_check_mode_says_what_a_removal_takes(site: Site) -> None:
    foreseen = said(site.run(GONE, "--check", "--diff"))
    assert foreseen == said(site.run(GONE, "--diff"))
    assert site.run(GONE).expect_success().changed == 0
