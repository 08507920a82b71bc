# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service that checks, reloads and writes data: bad configuration and rules do not reach it; a failed start leaves no data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.hosts.support import NEW, PICTURE, Case, Outcome, Poller, archives, differences, merged, picture, run_cases
from tests.lab.lab import Lab

GOOD = "global: {scrape_interval: 15s}\nrule_files: [rules/*.yml]\n"
RULES = "groups: [{name: good, rules: [{record: answer, expr: '42'}]}]\n"


def prometheus(lab: Lab, config: str = GOOD, rules: dict[str, str] | None = None, **over: Any) -> dict[str, Any]:
    """Describe a Prometheus with rule files."""
    version, rules = NEW["prometheus"], {"good.yml": RULES} if rules is None else rules
    files = [{"path": "prometheus.yml", "content": config, "on_change": "reload"}]
    files += [{"path": f"rules/{name}", "content": text, "on_change": "reload"} for name, text in rules.items()]
    described = {
        "name": "prometheus",
        "release": {"name": "prometheus", "version": version},
        "archives": archives(lab, "prometheus", version, ["prometheus", "promtool"]),
        "directories": [{"path": "/var/lib/prometheus", "owner": "prometheus", "group": "prometheus", "mode": "0750"}],
        "files": files,
        "unit": {
            "exec": "prometheus",
            "flags": {"config.file": "/etc/prometheus/prometheus.yml", "storage.tsdb.path": "/var/lib/prometheus"},
            "read_write_paths": ["/var/lib/prometheus"],
        },
        "validate": [
            {"name": "promtool accepts configuration and rules", "argv": ["{release}/promtool", "check", "config", "{config}/prometheus.yml"]},
            {"name": "prometheus knows every flag", "argv": ["{exec}", "{flags}", "--version"]},
        ],
        "reload": {"proof": {"metric": "prometheus_config_last_reload_success_timestamp_seconds",
                             "success": "prometheus_config_last_reload_successful"}},
        "health": {"port": 9090, "path": "/-/ready", "timeout": 30},
        "ports": ["0.0.0.0:9090"],
    }  # fmt: skip
    return merged(described, over)


NOT_WRITABLE: dict[str, Any] = {"unit": {"flags": {"storage.tsdb.path": "/var/lib/elsewhere"}}}
BAD_RULES = "groups: [{name: bad, rules: [{record: x, expr: 'sum('}]}]\n"
# name: (what the error says, configuration, rules)
REFUSED = {
    "a configuration that promtool refuses": (
        ["promtool accepts configuration and rules", "refuses the change", "scrape_intervall"], GOOD + "scrape_intervall: 1s\n", None),
    "a bad rule file beside a good configuration": (
        ["refuses the change", "rules/bad.yml"], GOOD, {"good.yml": RULES, "bad.yml": BAD_RULES}),
    "no YAML at all": (["refuses the change"], "{\n", None),
}  # fmt: skip


class Run:
    """First installs that fail, a good one, and changes of it."""

    def __init__(self, lab: Lab, host: str) -> None:
        self.nothing = picture(lab, host)
        bad_start = Case("storage", prometheus(lab, **NOT_WRITABLE))
        self.first: Outcome = run_cases(lab, host, [bad_start], PICTURE)["storage"]
        assert run_cases(lab, host, [Case("good", prometheus(lab))])["good"].message == ""
        self.before = picture(lab, host)
        with Poller(lab.hosts[host].address, 9090, "/-/ready") as self.while_refused:
            cases = [Case(name, prometheus(lab, config, rules)) for name, (_says, config, rules) in REFUSED.items()]
            self.refused = run_cases(lab, host, cases, PICTURE)
        with Poller(lab.hosts[host].address, 9090, "/-/ready") as self.while_rolled_back:
            self.rolled_back = run_cases(lab, host, [bad_start], PICTURE)["storage"]
        with Poller(lab.hosts[host].address, 9090, "/-/ready") as self.while_reloaded:
            self.reloaded = run_cases(lab, host, [Case("rules", prometheus(lab, rules={"other.yml": RULES.replace("good", "other")}))])["rules"]
        answer = lab.run(host, ["python3", "-c", "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:9090/api/v1/rules').read().decode())"])
        self.groups = [group["name"] for group in json.loads(answer.stdout)["data"]["groups"]]


@pytest.fixture(scope="module")
def run(lab: Lab, boot: Callable[[str], str]) -> Run:
    return Run(lab, boot("faults3"))


@pytest.mark.parametrize("name", REFUSED)
def test_bad_configuration_does_not_reach_the_service(run: Run, name: str) -> None:
    outcome = run.refused[name]
    missing = [words for words in [*REFUSED[name][0], "the service was not touched"] if words not in outcome.message]
    assert not missing, f"the error does not say {missing}: {outcome.message!r}"
    assert differences(run.before, outcome.seen) == []


def test_the_service_answered_while_changes_were_refused(run: Run) -> None:
    run.while_refused.expect_no_failure()


def test_what_only_the_start_refuses_is_rolled_back(run: Run) -> None:
    for words in ("failed at its start", "Rolled back to generation 1", "it answers again", "/var/lib/elsewhere"):
        assert words in run.rolled_back.message
    assert differences(run.before, run.rolled_back.seen) == []
    assert run.while_rolled_back.gap < 15, "longer than two starts"


def test_a_first_install_that_fails_leaves_nothing(run: Run) -> None:
    assert "failed at its start" in run.first.message
    assert differences(run.nothing, run.first.seen) == []


def test_rules_are_exchanged_by_a_reload_without_a_gap(run: Run) -> None:
    assert run.reloaded.message == ""
    assert (run.reloaded.result["reloaded"], run.reloaded.result["restarted"]) == (True, False)
    assert run.groups == ["other"]
    run.while_reloaded.expect_no_failure()
