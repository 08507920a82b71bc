# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role prometheus on real hosts: what a change does to the server that runs, asked from outside through its API.

The tests of a class are one story on one host and run in their order.
"""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lab import lab as labs
from tests.lab.playbook import PlayResult

BOOKWORM, TRIXIE = "prom1", "prom2"
UNVERIFIED = ssl._create_unverified_context()


class Site:
    """One host in every group, and its Prometheus as others see it."""

    def __init__(self, lab: labs.Lab, host: str, directory: Path) -> None:
        self.lab, self.host = lab, host
        self.address = lab.hosts[host].address
        self.inventory = directory / "hosts.yml"
        groups = ("prometheus", "alertmanager", "nodes", "blackbox_exporter")
        self.inventory.write_text(yaml.safe_dump({"all": {"children": {group: {"hosts": {host: None}} for group in groups}}}))

    def play(self, *argv: str, playbook: str = "observability.stack.site", **variables: Any) -> PlayResult:
        """Run a playbook on this host alone, with variables as its inventory would have them."""
        given = json.dumps(variables)
        return self.lab.playbook(playbook, "--limit", self.host, "-e", given, *argv, inventories=[self.inventory])

    def prometheus(self, **variables: Any) -> PlayResult:
        """Bring only Prometheus to the described state."""
        return self.play("--tags", "prometheus", **variables).expect_success()

    def get(self, path: str, scheme: str = "http", user: str = "") -> tuple[int, str]:
        """Return status and body of a page of the server."""
        request = urllib.request.Request(f"{scheme}://{self.address}:9090{path}")
        if user:
            request.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=10, context=UNVERIFIED if scheme == "https" else None) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def api(self, path: str, prefix: str = "", **options: Any) -> Any:
        """Return the data of an API call."""
        status, body = self.get(f"{prefix}/api/v1/{path}", **options)
        assert status == 200, (path, status)
        return json.loads(body)["data"]

    def health(self, prefix: str = "", **options: Any) -> dict[tuple[str, str], str]:
        """Return the health of every active target by job and instance."""
        targets = self.api("targets?state=active", prefix, **options)["activeTargets"]
        return {(target["labels"]["job"], target["labels"]["instance"]): target["health"] for target in targets}

    def started(self) -> str:
        """Return when the server that runs was started."""
        return self.lab.run(self.host, ["systemctl", "show", "-p", "ExecMainStartTimestampMonotonic", "prometheus"]).stdout


def until(wanted: Callable[[], bool], seconds: float = 45) -> None:
    """Wait until something holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < deadline, f"did not hold within {seconds} s"
        time.sleep(0.5)


def fresh(lab: labs.Lab, host: str, system: str, directory: Path) -> Site:
    there = host in lab.hosts
    lab.hosts.update(labs.up(lab.name, {host: system}).hosts)
    if there:
        lab.renew(host)
    return Site(lab, host, directory)


@pytest.fixture(scope="module")
def site(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    return fresh(lab, BOOKWORM, "bookworm", tmp_path_factory.mktemp("bookworm"))


@pytest.fixture(scope="module")
def packaged(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    return fresh(lab, TRIXIE, "trixie", tmp_path_factory.mktemp("trixie"))


class TestServer:
    def test_the_whole_stack_comes_up_and_stays_as_it_is(self, site: Site) -> None:
        probes = [{"name": "own", "targets": [f"http://{site.address}:9090/-/healthy"]}]
        site.play(observability_probes=probes).expect_success()
        jobs = {("prometheus", 9090), ("alertmanager", 9093), ("node", 9100), ("blackbox_exporter", 9115)}
        expected = {(job, f"{site.host}:{port}") for job, port in jobs} | {("probe-own", probes[0]["targets"][0])}
        until(lambda: site.health() == dict.fromkeys(expected, "up"))
        alertmanagers = site.api("alertmanagers")["activeAlertmanagers"]
        assert [found["url"] for found in alertmanagers] == [f"http://{site.address}:9093/api/v2/alerts"]
        until(lambda: site.api("query?query=probe_success")["result"][0]["value"][1] == "1")
        for argv in ((), ("--check",)):
            assert site.play(*argv, observability_probes=probes).expect_success().changed == 0

    def test_every_rule_is_loaded_and_healthy(self, site: Site) -> None:
        until(lambda: {rule["health"] for group in site.api("rules")["groups"] for rule in group["rules"]} == {"ok"})
        names = {group["name"] for group in site.api("rules")["groups"]}
        assert {"observability-verify", "observability-hosts", "observability-probes", "observability-prometheus"} <= names

    def test_the_unit_keeps_to_its_budget(self, site: Site) -> None:
        report = site.lab.run(site.host, ["systemd-analyze", "security", "--no-pager", "prometheus"]).stdout
        assert float(report.strip().splitlines()[-1].split(":")[1].split()[0]) <= 2.5

    def test_targets_change_without_a_reload_of_the_configuration(self, site: Site) -> None:
        site.prometheus(prometheus_targets={"db": [{"targets": ["10.255.0.1:9187"]}]})
        until(lambda: ("db", "10.255.0.1:9187") in site.health())
        reloaded = site.api("status/runtimeinfo")["lastConfigTime"]
        site.prometheus(prometheus_targets={"db": [{"targets": ["10.255.0.2:9187"]}]})
        until(lambda: ("db", "10.255.0.2:9187") in site.health(), 15)
        assert ("db", "10.255.0.1:9187") not in site.health()
        assert site.api("status/runtimeinfo")["lastConfigTime"] == reloaded

    def test_retention_and_rules_are_a_reload(self, site: Site) -> None:
        before = site.started()
        group = {"name": "mine", "rules": [{"record": "mine:up", "expr": "sum(up)"}]}
        site.prometheus(prometheus_storage_retention="7d", prometheus_rule_groups=[group])
        assert site.api("status/runtimeinfo")["storageRetention"] == "1w"
        assert "mine" in {found["name"] for found in site.api("rules")["groups"]}
        assert site.started() == before

    def test_what_is_no_longer_described_goes(self, site: Site) -> None:
        site.prometheus()
        assert "mine" not in {found["name"] for found in site.api("rules")["groups"]}
        assert site.lab.run(site.host, "ls /etc/prometheus/file_sd").stdout == ""

    def test_a_path_in_the_external_url_is_followed(self, site: Site) -> None:
        site.prometheus(prometheus_web_external_url=f"http://{site.address}:9090/prom/")
        assert site.get("/prom/-/ready")[0] == 200
        until(lambda: site.health("/prom").get(("prometheus", f"{site.host}:9090")) == "up")

    def test_tls_and_users(self, site: Site, tmp_path: Path) -> None:
        certificate = "/etc/ssl/certs/prometheus-test.pem"
        key = self.certificate(site, tmp_path, certificate)
        variables = {
            "prometheus_secret_files": {"server.key": key, "self": "s3cret-word"},
            "prometheus_tls_server_config": {"cert_file": certificate, "key_file": "secrets/server.key"},
            "prometheus_basic_auth_users": {"ann": "s3cret-word"},
            "prometheus_endpoint": {"auth_user": "ann", "auth_file": "secrets/self"},
            "observability_ca_file": certificate,
        }
        shown = site.play("--tags", "prometheus", "--diff", **variables).expect_success().stdout
        assert "s3cret-word" not in shown
        assert "PRIVATE KEY" not in shown
        assert site.get("/-/ready", "https")[0] == 401
        assert site.get("/-/ready", "https", "ann:s3cret-word")[0] == 200
        own = ("prometheus", f"{site.host}:9090")
        until(lambda: site.health(scheme="https", user="ann:s3cret-word").get(own) == "up")
        before = site.started()
        site.prometheus(**variables, prometheus_storage_retention="9d")
        assert site.started() == before, "a change of the configuration restarted the server"
        assert site.prometheus(**variables, prometheus_storage_retention="9d").changed == 0

    @staticmethod
    def certificate(site: Site, directory: Path, path: str) -> str:
        """Put a self-signed certificate of the host there; returns its key."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-days", "2", "-subj", "/CN=x",
             "-addext", f"subjectAltName=IP:{site.address},IP:127.0.0.1"],
            cwd=directory, check=True, capture_output=True,
        )  # fmt: skip
        site.lab.put(site.host, directory / "cert", path)
        return (directory / "key").read_text()

    def test_variables_of_prometheus_prometheus_mean_the_same(self, site: Site) -> None:
        site.prometheus(**yaml.safe_load((Path(__file__).parent / "migrated.yml").read_text()))
        assert site.api("status/buildinfo", "/prometheus")["version"] == "3.14.0"
        assert site.api("status/flags", "/prometheus")["web.enable-lifecycle"] == "true"
        until(lambda: site.health("/prometheus").get(("node", "127.0.0.1:9100")) == "up")
        rules = [rule for group in site.api("rules", "/prometheus")["groups"] for rule in group["rules"]]
        (down,) = [rule for rule in rules if rule["name"] == "MyInstanceDown"]
        assert down["annotations"]["description"] == "{{ $labels.instance }} of job {{ $labels.job }} has been down for more than 5 minutes."

    def test_an_agent_scrapes_and_answers(self, site: Site) -> None:
        variables = {
            "prometheus_agent_mode": True,
            "prometheus_db_dir": "/var/lib/prometheus-agent",
            "prometheus_remote_write": [{"url": "http://127.0.0.1:1/write"}],
        }
        site.prometheus(**variables)
        assert site.api("status/flags")["agent"] == "true"
        until(lambda: site.health().get(("node", f"{site.host}:9100")) == "up")
        assert site.prometheus(**variables).changed == 0

    def test_removal_leaves_nothing_but_the_data(self, site: Site) -> None:
        site.play(playbook="observability.stack.remove", observability_remove=True).expect_success()
        left = site.lab.run(site.host, "ls -d /etc/prometheus /opt/observability /etc/alertmanager /var/lib/prometheus 2>/dev/null; true")
        assert left.stdout.split() == ["/var/lib/prometheus"]
        assert site.lab.run(site.host, "systemctl cat prometheus", check=False).returncode != 0


class TestPackage:
    def test_the_distributions_package_with_our_configuration(self, packaged: Site) -> None:
        variables = {"prometheus_install_method": "package"}
        packaged.prometheus(**variables)
        assert packaged.api("status/buildinfo")["version"].startswith("2.53")
        assert packaged.api("status/runtimeinfo")["storageRetention"] == "30d"
        assert packaged.api("status/flags")["storage.tsdb.path"] == "/var/lib/prometheus/metrics2"
        until(lambda: packaged.health().get(("prometheus", f"{packaged.host}:9090")) == "up")
        assert packaged.prometheus(**variables).changed == 0

    def test_an_option_that_differs_by_version_wants_the_version(self, packaged: Site) -> None:
        variables = {"prometheus_install_method": "package", "prometheus_otlp_receiver": True}
        refused = packaged.play("--tags", "prometheus", **variables)
        assert refused.rc != 0
        assert "Say in prometheus_version" in refused.failures[0]
        packaged.prometheus(**variables, prometheus_version="2.53.3")
        assert "otlp-write-receiver" in packaged.api("status/flags")["enable-feature"]
