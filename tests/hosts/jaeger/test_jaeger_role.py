# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role jaeger on a host, with the Prometheus that scrapes it. The tests are one story on one host and run in their order."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.module_utils.jaeger import otlp
from tests.hosts.support import Poller, differences
from tests.lab import lab as labs
from tests.lab.playbook import PlayResult

HOST = "jaeger1"
GROUPS = ("jaeger", "prometheus")
PICTURE = r"""
find /etc/jaeger /opt/observability/jaeger /usr/local /etc/systemd/system /var/lib/observability.stack -printf '%y %m %u:%g %p %l\n'
find /etc/jaeger -type f -exec sha256sum {} +
cat /etc/passwd /etc/group; ls -d /tmp/observability*; exit 0
"""
SECRET = "kw7-geheim"


class Site:
    """The host, and its Jaeger as others see it."""

    def __init__(self, lab: labs.Lab, directory: Path) -> None:
        self.lab, self.directory, self.said = lab, directory, ""
        self.address = lab.hosts[HOST].address
        self.inventory = directory / "hosts.yml"
        self.variables: dict[str, Any] = {"jaeger_storage_retention": "2d", "jaeger_spanmetrics": {"metrics_flush_interval": "1s"}}
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

    def jaeger(self, *argv: str, **variables: Any) -> dict[str, Any]:
        """Bring only Jaeger to the described state; return the transaction's result."""
        done = self.play("--tags", "jaeger", *argv, **variables).expect_success()
        return dict(done.result("Bring Jaeger", host=HOST))

    def refused(self, **variables: Any) -> str:
        """Run with variables that are wrong, and forget them; return the error."""
        before = dict(self.variables)
        failed = self.play("--tags", "jaeger", **variables)
        self.variables = before
        assert failed.rc, "it was not refused"
        return str(failed.result("Bring Jaeger", host=HOST)["msg"])

    def ask(self, path: str, port: int = 16686) -> Any:
        """Return what an API answers; raises urllib's errors."""
        with urllib.request.urlopen(f"http://{self.address}:{port}{path}", timeout=10) as reply:
            return json.loads(reply.read())

    def send(self, service: str) -> str:
        """Send a trace of one span; return its id."""
        span = {"name": "work", "service": service, "parent": None, "kind": "server", "duration": 0.02, "attributes": {}, "error": None}
        made = otlp.trace({"trace_id": None, "spans": [span]})
        body = json.dumps(otlp.payload(made, {})).encode()
        request = urllib.request.Request(f"http://{self.address}:4318/v1/traces", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()
        return str(made["trace_id"])

    def has(self, trace: str) -> bool:
        """Whether the trace is found."""
        try:
            return bool(self.ask(f"/api/traces/{trace}")["data"])
        except OSError:
            return False


@pytest.fixture(scope="module")
def site(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Site:
    lab.hosts.update(labs.up(lab.name, {HOST: "trixie"}).hosts)
    return Site(lab, tmp_path_factory.mktemp("jaeger"))


def wait_until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Return the first true answer of ``condition``, or its last one."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return answer


def test_jaeger_comes_up_takes_a_trace_and_is_left_alone_afterwards(site: Site) -> None:
    site.play().expect_success()
    sent = site.send("first")
    assert wait_until(lambda: site.has(sent)), "the trace is not found"
    again = site.play().expect_success()
    assert [task["result"] for task in again.tasks if task["result"].get("changed")] == []
    assert site.has(sent)


def test_prometheus_scrapes_it_and_the_metrics_of_its_spans(site: Site) -> None:
    site.send("measured")

    def up() -> dict[str, str]:
        answer = site.ask("/api/v1/query?query=up", port=9090)["data"]["result"]
        return {one["metric"]["job"]: one["value"][1] for one in answer}

    assert wait_until(lambda: {"jaeger", "jaeger-spanmetrics"} <= {job for job, value in up().items() if value == "1"}), up()
    query = "/api/v1/query?query=traces_span_metrics_calls_total%7Bservice_name%3D%22measured%22%7D"
    assert wait_until(lambda: site.ask(query, port=9090)["data"]["result"]), "no metrics of spans"

    def monitor() -> Any:
        # A rate needs a second look at a number that has grown.
        site.send("measured")
        asked = f"service=measured&spanKind=server&endTs={int(time.time() * 1000)}&lookback=600000&step=15000&ratePer=60000"
        return site.ask(f"/api/metrics/calls?{asked}")["metrics"]

    assert wait_until(monitor, 120), "the tab Monitor has nothing to show"


def test_verify_proves_it(site: Site) -> None:
    site.play(playbook="verify", observability_report_dir=str(site.directory / "reports"), observability_verify_dashboards=False)
    proofs = json.loads((site.directory / "reports/verify.json").read_text(encoding="utf-8"))["proofs"]
    found = {(proof["service"], proof["name"]): proof["ok"] for proof in proofs}
    assert found[("jaeger", "API answers")] and found[("jaeger", "a trace that is sent is found")], proofs
    assert {"jaeger_metrics", "jaeger_spanmetrics"} <= {service for service, _name in found}
    assert all(proof["ok"] for proof in proofs if proof["service"].startswith("jaeger")), proofs


def test_check_mode_says_what_the_run_does_and_writes_nothing(site: Site) -> None:
    change = {"jaeger_log_level": "warn", "jaeger_secret_files": {"storage": SECRET}}
    before = site.lab.run(HOST, PICTURE).stdout.splitlines()
    foreseen = site.jaeger("--check", **change)
    assert differences(before, site.lab.run(HOST, PICTURE).stdout.splitlines()) == []
    kept = site.send("before the restart")
    assert wait_until(lambda: site.has(kept))
    done = site.jaeger()
    assert (foreseen["changes"], foreseen["diff"]) == (done["changes"], done["diff"]) and done["restarted"]
    assert "level: warn" in json.dumps(done["diff"])
    assert site.jaeger()["changes"] == []
    assert wait_until(lambda: site.has(kept)), "a restart lost a trace"


BAD = {
    "a receiver that nobody knows": ({"jaeger_receivers_extra": {"smoke": {}}}, "smoke"),
    "a pipeline to nowhere": ({"jaeger_config_extra": {"service": {"pipelines": {"traces": {"exporters": ["nobody"]}}}}}, "nobody"),
    "a secret that is not there": (
        {"jaeger_storage_type": "clickhouse", "jaeger_storage_retention": "",
         "jaeger_storage": {"addresses": ["127.0.0.1:9000"], "auth": {"basic": {"username": "u", "password": "${file:/etc/jaeger/secrets/none}"}}}},
        "secrets/none",
    ),
    "a flag that nobody knows": ({"jaeger_config_flags_extra": {"nonsense": "1"}}, "nonsense"),
    "a storage that does not answer": (
        {"jaeger_storage_type": "elasticsearch", "jaeger_storage_retention": "", "jaeger_storage": {"server_urls": ["http://127.0.0.1:9"]},
         "jaeger_health": {"timeout": 15}},
        "127.0.0.1:9",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_refused_and_the_service_goes_on(site: Site, name: str) -> None:
    variables, words = BAD[name]
    before = site.lab.run(HOST, ["systemctl", "show", "--value", "--property=MainPID", "jaeger"]).stdout
    with Poller(site.address, port=16686, path="/api/services") as poller:
        error = site.refused(**variables)
    assert re.search(words, error), error
    if name != "a storage that does not answer":
        # That one is only found out by starting; it is rolled back then.
        poller.expect_no_failure()
        assert site.lab.run(HOST, ["systemctl", "show", "--value", "--property=MainPID", "jaeger"]).stdout == before
    sent = site.send("after it")
    assert wait_until(lambda: site.has(sent)), "it does not work as before"
    assert site.jaeger()["changes"] == []


def test_sampling_strategies_change_without_a_restart(site: Site) -> None:
    site.jaeger(jaeger_sampling_strategies={"default_strategy": {"type": "probabilistic", "param": 0.25}})

    def rate() -> float:
        return float(site.ask("/api/sampling?service=x", port=5778)["probabilisticSampling"]["samplingRate"])

    assert wait_until(lambda: rate() == 0.25)
    done = site.jaeger(jaeger_sampling_strategies={"default_strategy": {"type": "probabilistic", "param": 0.5}})
    assert not done["restarted"] and wait_until(lambda: rate() == 0.5), rate()


def test_it_is_restarted_when_it_dies_and_keeps_its_traces(site: Site) -> None:
    sent = site.send("before the crash")
    assert wait_until(lambda: site.has(sent))
    site.lab.run(HOST, ["systemctl", "kill", "--signal=KILL", "jaeger"])
    assert wait_until(lambda: site.has(sent)), "it did not come back with its traces"


def test_the_sandbox_is_as_tight_as_is_said(site: Site) -> None:
    said = site.lab.run(HOST, ["systemd-analyze", "security", "--no-pager", "jaeger.service"]).stdout
    score = float(re.findall(r"Overall exposure level[^:]*: ([0-9.]+)", said)[0])
    assert score <= 2.5, said


def test_secrets_are_nowhere_to_be_seen(site: Site) -> None:
    assert SECRET not in site.said
    assert SECRET not in site.lab.run(HOST, "journalctl --no-pager -o cat; systemctl show jaeger").stdout
    modes = site.lab.run(HOST, "stat -L -c '%a %U:%G' /etc/jaeger/secrets/storage /etc/jaeger/jaeger.yaml").stdout.split("\n")
    assert modes[:2] == ["640 root:jaeger"] * 2


def test_removal_leaves_the_data_only(site: Site) -> None:
    kept = site.send("before the removal")
    assert wait_until(lambda: site.has(kept))
    site.play("--tags", "jaeger", playbook="remove", observability_remove=True).expect_success()
    left = site.lab.run(HOST, "ls -d /etc/jaeger /opt/observability/jaeger /usr/local/bin/jaeger /etc/systemd/system/jaeger.service* /var/lib/jaeger; exit 0")
    assert left.stdout.split() == ["/var/lib/jaeger"]
    site.jaeger()
    assert wait_until(lambda: site.has(kept)), "the data is not found again"
    site.play("--tags", "jaeger", playbook="remove", observability_remove_data=True).expect_success()
    assert site.lab.run(HOST, "ls -d /var/lib/jaeger; exit 0").stdout == ""
