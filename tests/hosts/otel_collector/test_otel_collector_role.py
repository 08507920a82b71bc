# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role otel_collector on real hosts: what is logged on a host arrives, whatever happens between.

The tests of a class are one story on one host and run in their order. A sink stands where Loki would be.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.doubles.otlp_sink import OtlpSink
from tests.hosts.prometheus.test_prometheus_role import fresh, until
from tests.hosts.support import Poller
from tests.lab import lab as labs
from tests.lab.playbook import PlayResult

HOST = "otel1"
LOG = "/srv/shop/shop.log"
QUICK = {"encoding": "json", "retry_on_failure": {"initial_interval": "500ms", "max_interval": "2s"}}
FILES = [{"name": "shop", "include": [LOG], "service": "shop", "format": "json", "level": "level"}]


class Agent:
    """One host with a collector, and the sink to which it sends."""

    def __init__(self, lab: labs.Lab, host: str, directory: Path, sink: OtlpSink) -> None:
        self.lab, self.host, self.sink = lab, host, sink
        self.address = lab.hosts[host].address
        self.inventory = directory / "hosts.yml"
        self.inventory.write_text(yaml.safe_dump({"all": {"children": {"otel_collector": {"hosts": {host: None}}}}}))

    def play(self, *argv: str, playbook: str = "observability.stack.site", **variables: Any) -> PlayResult:
        """Run a playbook on this host with variables as its inventory would have them."""
        endpoint = {"service": "loki", "url": self.sink.url}
        exporters = {"otlphttp/loki": QUICK}
        given = {"observability_external_endpoints": [endpoint], "otel_collector_files": FILES, "otel_collector_exporters": exporters, **variables}
        return self.lab.playbook(playbook, "--limit", self.host, "-e", json.dumps(given), *argv, inventories=[self.inventory])

    def sh(self, command: str) -> str:
        """Run a shell command on the host and return what it prints."""
        return self.lab.run(self.host, command, check=True, timeout=120).stdout

    def write(self, first: int, last: int, word: str = "line") -> None:
        """Append numbered lines to the log file."""
        self.sh(f"seq -f '{{\"level\": \"info\", \"msg\": \"{word} %06g\"}}' {first} {last} >> {LOG}")

    def numbers(self, word: str = "line") -> list[str]:
        """Return the numbered lines that came."""
        return [line.attributes["msg"] for line in list(self.sink.lines) if str(line.attributes.get("msg", "")).startswith(word)]

    def pid(self) -> str:
        """Return the process that runs."""
        return self.sh("systemctl show -p MainPID --value otel_collector").strip()


@pytest.fixture(scope="module")
def agent(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    directory = tmp_path_factory.mktemp("otel")
    fresh(lab, HOST, "bookworm", directory)
    with OtlpSink(urlsplit(lab.mirror.url).hostname or "") as sink:
        made = Agent(lab, HOST, directory, sink)
        # Logs belong to the program that writes them: nobody else may read these.
        made.sh(f"mkdir -p -m 0700 /srv/shop && install -m 0600 /dev/null {LOG}")
        yield made


class TestAgent:
    def test_it_comes_up_and_stays_as_it_is(self, agent: Agent) -> None:
        predicted = agent.play("--check").expect_success()
        assert predicted.changed > 0
        agent.play().expect_success()
        for argv in ((), ("--check",)):
            assert agent.play(*argv).expect_success().changed == 0

    def test_a_line_of_the_journal_arrives(self, agent: Agent) -> None:
        agent.sh("systemd-run --wait --unit journal-test.service sh -c 'echo written to the journal'")
        agent.sh("printf 'torn \\377 apart\\n' | systemd-cat -t garbage -p err")
        until(lambda: agent.sink.find("written to the journal") and agent.sink.find("apart"), 60)
        (line,) = [line for line in agent.sink.find("written to the journal") if line.attributes.get("identifier") == "sh"]
        assert line.body == "written to the journal"
        assert line.resource == {"host.name": HOST, "service.name": "journal-test"}
        assert (line.attributes["unit"], line.severity) == ("journal-test.service", "INFO")
        (torn,) = [line for line in agent.sink.find("apart") if line.attributes.get("identifier") == "garbage"]
        assert (torn.body, torn.severity) == ("torn \ufffd apart", "ERROR")

    def test_a_line_of_a_file_that_only_its_owner_reads_arrives(self, agent: Agent) -> None:
        agent.write(1, 1, "first")
        until(lambda: agent.numbers("first"), 60)
        (line,) = [line for line in agent.sink.lines if line.attributes.get("msg") == "first 000001"]
        assert line.resource == {"host.name": HOST, "service.name": "shop"}
        assert (line.severity, line.attributes["log.file.path"]) == ("info", LOG)

    def test_it_tells_its_state_and_keeps_to_its_budget(self, agent: Agent) -> None:
        with urllib.request.urlopen(f"http://{agent.address}:18888/metrics", timeout=10) as answer:
            assert "otelcol_exporter_sent_log_records" in answer.read().decode()
        report = agent.sh("systemd-analyze security --no-pager otel_collector")
        assert float(report.strip().splitlines()[-1].split(":")[1].split()[0]) <= 2.5
        owner, mode = agent.sh("stat -L -c '%U:%G %a' /etc/otel_collector/config.yml").split()
        assert (owner, mode) == ("root:otelcol", "640")

    def test_nothing_is_lost_while_the_sink_is_away(self, agent: Agent) -> None:
        agent.sink.refuse = 503
        for start in range(1, 30001, 3000):
            agent.write(start, start + 2999)
        agent.sh("logger -t outage 'said while nobody listened'")
        until(lambda: agent.sink.refused > 5, 60)
        agent.lab.kill9(agent.host, unit="otel_collector")
        agent.sh(f"mv {LOG} {LOG}.1")
        agent.write(30001, 31000)
        refused = agent.sink.refused
        until(lambda: agent.sink.refused > refused, 90)
        agent.sink.refuse = 0
        wanted = {f"line {number:06}" for number in range(1, 31001)}
        until(lambda: set(agent.numbers()) == wanted and bool(agent.sink.find("said while nobody listened")), 120)
        assert len(agent.numbers()) < 2 * len(wanted)

    def test_a_bad_pipeline_is_refused_and_the_old_one_runs_on(self, agent: Agent) -> None:
        before = agent.pid()
        with Poller(agent.address, 18888) as poller:
            refused = agent.play(otel_collector_config_extra={"service": {"pipelines": {"logs": {"exporters": ["nowhere"]}}}})
        poller.expect_no_failure()
        assert refused.rc != 0
        assert "nowhere" in refused.stdout
        assert agent.pid() == before
        assert agent.play().expect_success().changed == 0

    def test_one_that_cannot_start_is_taken_back(self, agent: Agent) -> None:
        agent.sh("systemd-run --unit taken.service python3 -m http.server 4999 --bind 127.0.0.1")
        receivers = {"otlp/own": {"protocols": {"http": {"endpoint": "127.0.0.1:4999"}}}}
        pipelines = {"logs/own": {"receivers": ["otlp/own"], "exporters": ["otlphttp/loki"]}}
        failed = agent.play(otel_collector_receivers=receivers, otel_collector_service={"pipelines": pipelines})
        assert failed.rc != 0
        agent.write(1, 1, "after")
        until(lambda: agent.numbers("after"), 60)
        assert agent.play().expect_success().changed == 0

    def test_a_change_is_predicted_and_carries_no_secret(self, agent: Agent) -> None:
        change = {"otel_collector_config_extra": {"exporters": {"otlphttp/loki": {"headers": {"X-Key": "s3cret-word"}}}}}
        predicted = agent.play("--check", "--diff", **change).expect_success()
        done = agent.play("--diff", **change).expect_success()
        assert predicted.changed == done.changed == 1
        assert "s3cret-word" not in predicted.stdout + done.stdout
        agent.write(2, 2, "after")
        until(lambda: "after 000002" in agent.numbers("after"), 60)
        assert agent.sink.headers["X-Key"] == "s3cret-word"

    def test_removal_leaves_nothing_but_the_data(self, agent: Agent) -> None:
        agent.play(playbook="observability.stack.remove", observability_remove=True).expect_success()
        places = "/etc/otel_collector /opt/observability /var/lib/otel_collector /usr/local/bin/otelcol-contrib"
        left = agent.lab.run(agent.host, f"ls -d {places} 2>/dev/null; true")
        assert left.stdout.split() == ["/var/lib/otel_collector"]
        assert agent.lab.run(agent.host, "systemctl cat otel_collector").returncode != 0
