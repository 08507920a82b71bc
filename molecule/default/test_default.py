# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo's stack watches itself, and check mode says beforehand what a run does."""

from __future__ import annotations

import time


def wait_until(condition, seconds: float = 60):
    """Return the first true answer of ``condition``, or its last one."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(1)
    return answer


def test_all_targets_are_up(api):
    def healths():
        targets = api("demo1", 9090, "/api/v1/targets")["activeTargets"]
        jobs = {target["labels"]["job"]: target["health"] for target in targets}
        return jobs if {"node", "prometheus", "alertmanager"} <= jobs.keys() and set(jobs.values()) == {"up"} else None

    assert wait_until(healths), api("demo1", 9090, "/api/v1/targets")["activeTargets"]


def test_prometheus_knows_its_alertmanager(api, mine):
    found = wait_until(lambda: api("demo1", 9090, "/api/v1/alertmanagers")["activeAlertmanagers"])
    assert [manager["url"] for manager in found] == [f"http://{mine.hosts['demo1'].address}:9093/api/v2/alerts"]


def changes(played):
    """Return what a run says that it changed: task, readable changes and diff."""
    results = [(task["task"], task["result"]) for task in played.tasks]
    return [(name, result.get("changes"), result.get("diff")) for name, result in results if result.get("changed")]


def test_check_mode_predicts_the_first_run_and_the_second(mine):
    mine.renew("demo1")
    run = {"inventories": ["inventories/demo"]}
    predicted = mine.playbook("playbooks/site.yml", "--check", "--diff", **run).expect_success()
    assert mine.run("demo1", ["ls", "/etc/prometheus", "/opt/observability"]).returncode != 0, "check mode touched the host"
    done = mine.playbook("playbooks/site.yml", "--diff", **run).expect_success()
    assert changes(predicted) == changes(done)
    assert changes(done)
    again = mine.playbook("playbooks/site.yml", "--check", **run).expect_success()
    assert changes(again) == []
