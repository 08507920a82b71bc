# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people look for is where they look for it, when they come over from prometheus.prometheus with their plays and variables.

One host, twice: with as little as can be said, and with everything in another place. Ansible logs in as a user with sudo.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.playbook import PlayResult

HERE = Path(__file__).resolve().parent
HOST = "life1"
ROLES = ["node_exporter", "blackbox_exporter", "alertmanager", "prometheus"]
UNITS = [f"/etc/systemd/system/{role}.service" for role in ROLES]
PROGRAMS = [f"/usr/local/bin/{name}" for name in ("prometheus", "promtool", "node_exporter", "blackbox_exporter")]

USUAL = {
    "d": ["/etc/prometheus/rules", "/etc/prometheus/file_sd", "/etc/prometheus/scrapes", "/etc/alertmanager/templates", "/var/lib/prometheus",
          "/var/lib/alertmanager", "/var/lib/node_exporter"],
    "f": ["/etc/prometheus/prometheus.yml", "/etc/prometheus/web.yml", "/etc/prometheus/rules/ansible_managed.rules",
          "/etc/prometheus/scrapes/empty_scrapes.yml", "/etc/alertmanager/alertmanager.yml", "/etc/blackbox_exporter/blackbox_exporter.yml",
          "/usr/local/bin/alertmanager", "/usr/local/bin/amtool", *PROGRAMS, *UNITS],
    "listens": ["*:9090", "*:9093", "*:9100", "*:9115"],
}  # fmt: skip
ELSEWHERE = {
    "d": ["/opt/prom/etc/rules", "/opt/prom/etc/file_sd", "/opt/prom/etc/scrapes", "/opt/prom/lib", "/opt/am/etc/templates", "/opt/am/lib"],
    "f": ["/opt/prom/etc/prometheus.yml", "/opt/prom/etc/rules/ansible_managed.yml", "/opt/prom/etc/rules/ansible_managed.rules",
          "/opt/prom/etc/file_sd/docker.yml", "/opt/am/etc/alertmanager.yml", "/opt/am/bin/alertmanager", "/opt/am/bin/amtool",
          "/etc/blackbox_exporter/blackbox_exporter.yml", *PROGRAMS, *UNITS],
    "listens": ["127.0.0.1:9090", "127.0.0.1:9093", "127.0.1.1:9093", "127.0.0.1:6783", "127.0.0.1:8080", "127.0.1.1:8080", "127.0.0.1:9000"],
}  # fmt: skip
WHOLE_UNIT = [
    "--enable-feature=exemplar-storage", "--enable-feature=extra-scrape-metrics", "--enable-feature=promql-experimental-functions",
    "--web.enable-admin-api", "--query.timeout=1m", "ReadOnlyPaths=/etc", "TimeoutStopSec=60s",
]  # fmt: skip


@dataclass
class Host:
    """One host after its first run, and what the run said."""

    lab: Lab
    play: Callable[..., PlayResult]
    first: PlayResult

    def sh(self, command: str) -> str:
        """Return what a command prints, which must succeed."""
        return self.lab.run(HOST, command, check=True).stdout

    def holds(self, test: str, path: str) -> bool:
        """Tell whether `test -d` or `test -f` is true of a path."""
        return self.lab.run(HOST, ["test", f"-{test}", path]).returncode == 0


def come_over(lab: Lab, boot: Callable[[str], str], variables: str, prepare: Callable[[], None] = lambda: None) -> Host:
    boot(HOST)
    lab.renew(HOST)
    prepare()

    def play(*argv: str, roles: list[str] = ROLES) -> PlayResult:
        given = json.dumps({"roles_to_run": roles, "ansible_user": "ops"})
        return lab.playbook(HERE / "play.yml", "--limit", HOST, "-e", f"@{HERE / variables}", "-e", given, *argv)

    return Host(lab, play, play().expect_success())


@pytest.fixture(scope="module")
def usual(lab: Lab, boot: Callable[[str], str]) -> Host:
    return come_over(lab, boot, "usual.yml")


def certificate(lab: Lab, directory: Path) -> None:
    """Leave a self-signed certificate on the host that carries no name at all, as quick recipes make them."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.cert -days 2 -subj / -addext basicConstraints=CA:FALSE"
    subprocess.run(command.split(), cwd=directory, check=True, capture_output=True)
    lab.run(HOST, ["install", "-d", "-m", "0775", "/etc/node_exporter"], check=True)
    for name in ("tls.key", "tls.cert"):
        lab.put(HOST, directory / name, f"/etc/node_exporter/{name}", mode="0644")


@pytest.fixture(scope="module")
def elsewhere(lab: Lab, boot: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Host:
    return come_over(lab, boot, "elsewhere.yml", lambda: certificate(lab, tmp_path_factory.mktemp("tls")))


class TestUsual:
    @pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind in "df" for path in USUAL[kind]])
    def test_it_is_there(self, usual: Host, kind: str, path: str) -> None:
        assert usual.holds(kind, path)

    def test_it_listens(self, usual: Host) -> None:
        assert set(USUAL["listens"]) <= set(usual.sh("ss -Hltn | awk '{print $4}'").split())

    def test_latest_is_what_the_collection_knows_and_says_so(self, usual: Host) -> None:
        assert "prometheus_version is 'latest'" in usual.first.stderr + usual.first.stdout
        assert "prometheus, version 3." in usual.sh("/usr/local/bin/prometheus --version")

    def test_the_accounts_are_those_that_were_there(self, usual: Host) -> None:
        assert usual.sh("getent passwd node-exp | cut -d: -f7") == "/usr/sbin/nologin\n"
        assert "node-exp" in usual.sh("id -Gn node-exp").split()

    def test_a_second_run_changes_nothing(self, usual: Host) -> None:
        assert usual.play().expect_success().changed == 0

    def test_the_first_user_of_the_pages_needs_no_restart(self, usual: Host) -> None:
        before = usual.sh("systemctl show -p ExecMainStartTimestampMonotonic prometheus")
        usual.play("-e", '{"prometheus_web_config": {"basic_auth_users": {"ann": "example-password"}}}', roles=["prometheus"]).expect_success()
        assert usual.sh("systemctl show -p ExecMainStartTimestampMonotonic prometheus") == before
        ask = "python3 -c 'import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:9090/-/ready\").status)'"
        assert "401" in usual.lab.run(HOST, ask).stderr

    def test_programs_are_no_longer_found_when_they_are_gone(self, usual: Host) -> None:
        usual.play("-e", "node_exporter_state=absent", roles=["node_exporter"]).expect_success()
        assert not usual.holds("e", "/usr/local/bin/node_exporter") and not usual.holds("L", "/usr/local/bin/node_exporter")


class TestElsewhere:
    @pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind in "df" for path in ELSEWHERE[kind]])
    def test_it_is_there(self, elsewhere: Host, kind: str, path: str) -> None:
        assert elsewhere.holds(kind, path)

    @pytest.mark.parametrize("path", ["/etc/prometheus", "/etc/alertmanager", "/var/lib/node_exporter", "/usr/local/bin/amtool"])
    def test_and_nowhere_else(self, elsewhere: Host, path: str) -> None:
        assert not elsewhere.holds("e", path)

    def test_it_listens_on_every_address_and_no_other(self, elsewhere: Host) -> None:
        listening = set(elsewhere.sh("ss -Hltnp | grep -v sshd | awk '{print $4}'").split())
        assert set(ELSEWHERE["listens"]) <= listening
        assert not {address for address in listening if address.startswith(("*", "0.0.0.0"))} & {"*:9090", "*:9093", "*:9115", "*:9100"}

    @pytest.mark.parametrize("words", WHOLE_UNIT)
    def test_the_whole_unit_is_what_systemd_says(self, elsewhere: Host, words: str) -> None:
        assert words in elsewhere.sh("systemctl cat prometheus")

    def test_paths_of_external_urls_are_followed(self, elsewhere: Host) -> None:
        for url in ("http://127.0.0.1:9090/prometheus/-/ready", "http://127.0.1.1:9093/alertmanager/-/ready"):
            assert elsewhere.sh(f"python3 -c 'import urllib.request as u; print(u.urlopen(\"{url}\").status)'") == "200\n"

    @pytest.mark.parametrize(
        "name", ["prometheus_binary_local_dir", "prometheus_local_cache_path", "prometheus_skip_install", "alertmanager_hipchat_api_url",
                 "node_exporter_download_host", "blackbox_exporter_service_name"],
    )  # fmt: skip
    def test_names_without_effect_are_explained(self, elsewhere: Host, name: str) -> None:
        said = " ".join((elsewhere.first.stdout + elsewhere.first.stderr).split())
        assert f"The variable {name} has no effect: " in said

    def test_a_second_run_changes_nothing(self, elsewhere: Host) -> None:
        assert elsewhere.play().expect_success().changed == 0
