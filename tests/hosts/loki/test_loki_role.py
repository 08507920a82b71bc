# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role loki on a host: what a change does to the server that runs, asked from outside through its API.

The tests are one story on one host and run in their order.
"""

from __future__ import annotations

import base64
import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hosts.support import Poller, differences
from tests.lab import lab as labs
from tests.lab.playbook import PlayResult

HOST = "loki1"
GROUPS = ("loki", "prometheus", "alertmanager", "grafana")
# Nothing else on a host or in a listing looks like these.
KEY, PASSWORD = 'l0k1k-"eins"$$', 'l0k1k-zwei: "$x'
PICTURE = r"""
find /etc/loki /opt/observability/loki /usr/local /etc/systemd/system /var/lib/observability.stack -printf '%y %m %u:%g %p %l\n'
find /etc/loki -type f -exec sha256sum {} +
cat /etc/passwd /etc/group; ls -d /tmp/tmp.* /tmp/observability*; exit 0
"""


class Site:
    """The host, and its Loki as others see it."""

    def __init__(self, lab: labs.Lab, directory: Path) -> None:
        self.lab, self.directory, self.said = lab, directory, ""
        self.address = lab.hosts[HOST].address
        self.inventory = directory / "hosts.yml"
        self.variables: dict[str, Any] = {
            "grafana_admin_password": "not-asked-here",
            "alertmanager_basic_auth_users": {"ruler": PASSWORD},
            "loki_secret_environment": {"LOKI_TEST_KEY": KEY},
            "loki_ruler": {"evaluation_interval": "1s", "poll_interval": "1s"},
        }
        self.inventory.write_text(yaml.safe_dump({"all": {"children": {group: {"hosts": {HOST: None}} for group in GROUPS}}}))

    def play(self, *argv: str, playbook: str = "site", **variables: Any) -> PlayResult:
        """Run a playbook on this host, as talkative as it can be; ``variables`` stay for the next run."""
        self.variables.update(variables)
        given = self.directory / "given.json"
        given.write_text(json.dumps(self.variables))
        words = ["--limit", HOST, "-e", f"@{given}", "-vvvv", "--diff", *argv]
        done = self.lab.playbook(f"observability.stack.{playbook}", *words, inventories=[self.inventory])
        self.said += done.stdout + done.stderr
        return done

    def loki(self, *argv: str, **variables: Any) -> dict[str, Any]:
        """Bring only Loki to the described state; return the transaction's result."""
        done = self.play("--tags", "loki", *argv, **variables).expect_success()
        return dict(done.result("Bring Loki", host=HOST))

    def refused(self, **variables: Any) -> str:
        """Run with variables that are wrong, and forget them; return the error."""
        before = dict(self.variables)
        failed = self.play("--tags", "loki", **variables)
        self.variables = before
        assert failed.rc, "it was not refused"
        return "\n".join(failed.failures)

    def ask(self, path: str, port: int = 3100, body: Any = None, **params: str) -> Any:
        """Return what the API answers; raises urllib's errors."""
        url = f"http://{self.address}:{port}{path}" + (f"?{urllib.parse.urlencode(params)}" if params else "")
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=10) as reply:
            text = reply.read().decode()
        return json.loads(text) if text.startswith(("{", "[")) else text

    def push(self, *lines: str) -> None:
        """Send lines of the job `story`."""
        now = time.time_ns()
        values = [[str(now + number), line] for number, line in enumerate(lines)]
        self.ask("/loki/api/v1/push", body={"streams": [{"stream": {"job": "story"}, "values": values}]})

    def lines(self) -> list[str]:
        """Return the lines of the job `story`."""
        result = self.ask("/loki/api/v1/query_range", query='{job="story"}', limit="1000")["data"]["result"]
        return sorted(value[1] for stream in result for value in stream["values"])

    def pid(self) -> str:
        """Return the server's process."""
        return self.lab.run(HOST, ["systemctl", "show", "--value", "--property=MainPID", "loki"]).stdout.strip()


@pytest.fixture(scope="module")
def site(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Site:
    lab.hosts.update(labs.up(lab.name, {HOST: "trixie"}).hosts)
    return Site(lab, tmp_path_factory.mktemp("loki"))


def wait_until(condition: Callable[[], Any], seconds: float = 40) -> Any:
    """Return the first true answer of ``condition``, or its last one."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return answer


def test_a_stack_with_loki_comes_up_and_is_left_alone_afterwards(site: Site) -> None:
    site.play().expect_success()
    site.push("one", "two")
    assert wait_until(site.lines) == ["one", "two"]
    again = site.play().expect_success()
    assert [task["result"] for task in again.tasks if task["result"].get("changed")] == []


def test_prometheus_scrapes_it_and_grafana_has_it(site: Site) -> None:
    def health() -> str:
        targets = site.ask("/api/v1/targets", port=9090)["data"]["activeTargets"]
        return next((str(one["health"]) for one in targets if one["labels"]["job"] == "loki"), "")

    assert wait_until(lambda: health() == "up")
    sources = yaml.safe_load(site.lab.run(HOST, ["cat", "/etc/grafana/provisioning/datasources/observability.yaml"]).stdout)["datasources"]
    assert [(one["uid"], one["url"]) for one in sources if one["type"] == "loki"] == [("loki", f"http://{site.address}:3100")]


def test_verify_proves_it(site: Site) -> None:
    site.play(playbook="verify", observability_report_dir=str(site.directory / "reports"), observability_verify_dashboards=False)
    proofs = json.loads((site.directory / "reports/verify.json").read_text(encoding="utf-8"))["proofs"]
    found = {proof["name"]: proof["ok"] for proof in proofs if proof["service"] == "loki"}
    assert set(found) == {"API answers", "runs the configuration on disk", "a line that is sent is found", "target is up"}
    assert all(found.values()), proofs


def test_check_mode_says_what_the_run_does_and_writes_nothing(site: Site) -> None:
    change = {"loki_limits_config": {"ingestion_rate_mb": 9}, "loki_retention": "31d"}
    before, pid = site.lab.run(HOST, PICTURE).stdout.splitlines(), site.pid()
    foreseen = site.loki("--check", **change)
    assert differences(before, site.lab.run(HOST, PICTURE).stdout.splitlines()) == [] and site.pid() == pid
    done = site.loki()
    assert (foreseen["changes"], foreseen["diff"]) == (done["changes"], done["diff"]) and done["restarted"]
    assert "retention_period: 31d" in json.dumps(done["diff"])
    assert "ingestion_rate_mb: 9" in site.ask("/config")
    assert site.lines() == ["one", "two"], "what was in memory came back"
    assert site.loki()["changes"] == []


def test_an_alert_of_a_rule_reaches_alertmanager_without_a_restart(site: Site) -> None:
    pid = site.pid()
    rule = {"alert": "StoryIsTold", "expr": 'sum(count_over_time({job="story"}[1h])) > 0', "labels": {"severity": "none"}}
    done = site.loki(loki_ruler_alerts=[{"name": "story", "rules": [rule]}])
    assert not done["restarted"] and site.pid() == pid

    def notified() -> list[str]:
        request = urllib.request.Request(f"http://{site.address}:9093/api/v2/alerts")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"ruler:{PASSWORD}".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as reply:
            return [one["labels"]["alertname"] for one in json.loads(reply.read())]

    assert wait_until(lambda: "StoryIsTold" in notified(), 90)


BAD = {
    "a key that nobody knows": ({"loki_config_extra": {"limits_config": {"no_such_limit": 1}}}, "no_such_limit"),
    "a value that cannot be": ({"loki_ingester": {"chunk_idle_period": "soon"}}, "soon"),
    "a flag that nobody knows": ({"loki_config_flags_extra": {"no.such-flag": 1}}, "no.such-flag"),
    "a schema period that has begun": ({"loki_schema_from": "2021-01-01"}, "(?s)from 2020-10-24.*from 2021-01-01.*loki_schema_config"),
    "another storage for what is stored": ({"loki_storage": "s3", "loki_storage_settings": {"bucketnames": "x", "region": "r"}}, "would no longer find"),
    "a part of Loki alone": ({"loki_target": "write"}, "loki_storage is filesystem"),
    "a rule without a query": ({"loki_ruler_alerts": [{"name": "g", "rules": [{"alert": "A"}]}]}, "needs an expr"),
    "users": ({"loki_basic_auth_users": {"a": "b"}}, "Loki knows no users"),
}


@pytest.mark.parametrize(("variables", "why"), BAD.values(), ids=BAD)
def test_what_cannot_work_is_refused_and_the_server_goes_on(site: Site, variables: dict[str, Any], why: str) -> None:
    before, pid = site.lab.run(HOST, PICTURE).stdout.splitlines(), site.pid()
    with Poller(site.address, 3100, "/ready") as poller:
        error = site.refused(**variables)
    assert re.search(why, error), error
    assert "l0k1k" not in error
    poller.expect_no_failure()
    assert site.pid() == pid
    assert differences(before, site.lab.run(HOST, PICTURE).stdout.splitlines()) == []


def test_a_configuration_that_starts_and_cannot_serve_is_taken_back(site: Site) -> None:
    """The program accepts it, and then cannot write where it is told to."""
    before = site.lab.run(HOST, ["cat", "/etc/loki/config.yml"]).stdout
    error = site.refused(loki_config_extra={"common": {"path_prefix": "/nowhere"}}, loki_health={"timeout": 30})
    assert "nowhere" in error, error
    assert site.ask("/ready").strip() == "ready" and site.lines() == ["one", "two"]
    assert site.lab.run(HOST, ["cat", "/etc/loki/config.yml"]).stdout == before


def test_a_period_that_lies_ahead_may_be_added(site: Site) -> None:
    common = {"store": "tsdb", "object_store": "filesystem", "schema": "v13"}
    first = {"from": "2020-10-24", **common, "index": {"prefix": "index_", "period": "24h"}}
    later = {"from": "2099-01-01", **common, "index": {"prefix": "logs_", "period": "24h"}}
    site.loki(loki_schema_config={"configs": [first, later]})
    assert "2099-01-01" in site.ask("/config") and site.lines() == ["one", "two"]


def test_it_comes_back_from_a_crash_with_what_it_had(site: Site) -> None:
    site.push("three")
    site.lab.run(HOST, ["systemctl", "kill", "--signal=SIGKILL", "loki"])

    def back() -> bool:
        try:
            return site.lines() == ["one", "three", "two"]
        except OSError:  # refused, an error of the server, or no answer in time
            return False

    assert wait_until(back, 60)


def test_the_sandbox_is_tight(site: Site) -> None:
    report = site.lab.run(HOST, ["systemd-analyze", "security", "--no-pager", "loki"]).stdout
    assert float(report.strip().splitlines()[-1].split(":")[1].split()[0]) <= 2.5


def test_no_secret_was_shown_or_can_be_read(site: Site) -> None:
    environment = site.lab.run(HOST, f"tr '\\0' '\\n' < /proc/{site.pid()}/environ").stdout
    assert f"LOKI_TEST_KEY={KEY}\n" in environment, "systemd read another value than was given"
    said = site.said.replace(str(site.directory), "")
    assert not [line[:200] for line in said.splitlines() if "l0k1k" in line]
    assert "l0k1k" not in site.lab.run(HOST, "journalctl --quiet -o cat").stdout
    readable = site.lab.run(HOST, "su -s /bin/sh nobody -c 'grep -rl l0k1k /etc /var/lib /opt /usr/local /tmp /run 2>/dev/null'; true").stdout
    assert readable == ""


def test_removal_leaves_the_data_or_nothing(site: Site) -> None:
    site.play("--tags", "loki", playbook="remove", observability_remove=True).expect_success()
    assert site.lab.run(HOST, "ls -d /etc/loki /opt/observability/loki /usr/local/bin/loki /etc/systemd/system/loki.service").stdout == ""
    assert "wal" in site.lab.run(HOST, "ls /var/lib/loki").stdout
    site.loki()
    assert wait_until(lambda: site.lines() == ["one", "three", "two"])
    site.play("--tags", "loki", playbook="remove", observability_remove_data=True).expect_success()
    assert site.lab.run(HOST, "ls -d /var/lib/loki /etc/loki").stdout == ""
