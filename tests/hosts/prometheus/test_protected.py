# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One host on which every service asks for a password and speaks TLS: what the inventory says of that is all that anybody needs.

The tests are one story and run in their order.
"""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.lab import lab as labs
from tests.lab.playbook import PlayResult

HOST = "auth1"
SERVICES = {"prometheus": 9090, "alertmanager": 9093, "node_exporter": 9100, "blackbox_exporter": 9115}
GROUPS = ("prometheus", "alertmanager", "nodes", "blackbox_exporter")
# Nothing else on a host or in a listing looks like these.
PASSWORD, OTHER = "gh3im-w0rt-eins", "gh3im-w0rt-zwei"
CERTIFICATE = "/etc/ssl/certs/stack.pem"
KEY = "/etc/ssl/stack.key"


class Protected:
    """The host, its inventory, and all that Ansible said."""

    def __init__(self, lab: labs.Lab, directory: Path) -> None:
        self.lab, self.directory = lab, directory
        self.address = lab.hosts[HOST].address
        self.said = ""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-days", "2", "-subj", "/CN=stack",
             "-addext", f"subjectAltName=IP:{self.address},IP:127.0.0.1"],
            cwd=directory, check=True, capture_output=True,
        )  # fmt: skip
        lab.put(HOST, directory / "cert", CERTIFICATE)
        lab.put(HOST, directory / "key", KEY)

    def play(self, playbook: str = "site", *argv: str, **variables: Any) -> PlayResult:
        """Run a playbook, as talkative as it can be, with variables in the inventory."""
        host = {**self.variables(), **variables}
        inventory = self.directory / "hosts.yml"
        inventory.write_text(yaml.safe_dump({"all": {"children": {group: {"hosts": {HOST: host}} for group in GROUPS}}}))
        done = self.lab.playbook(f"observability.stack.{playbook}", "--limit", HOST, "-vvvv", "--diff", *argv, inventories=[inventory])
        self.said += done.stdout + done.stderr
        return done

    def variables(self) -> dict[str, Any]:
        """What the inventory says, unless a test says otherwise."""
        web = {"tls_server_config": {"cert_file": CERTIFICATE, "key_file": KEY}, "basic_auth_users": {"ann": PASSWORD}}
        return {
            **{f"{service}_web_config": web for service in SERVICES},
            "observability_ca_file": CERTIFICATE,
            "observability_api_ca_file": str(self.directory / "cert"),
            "observability_probes": [{"name": "ssh", "module": "tcp_connect", "targets": [f"{self.address}:22"]}],
            "observability_report_dir": str(self.directory / "reports"),
        }

    def get(self, path: str, port: int = 9090, user: str = f"ann:{PASSWORD}") -> bytes:
        """Return what the host answers; raises urllib's errors."""
        request = urllib.request.Request(f"https://{self.address}:{port}{path}")
        if user:
            request.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
        with urllib.request.urlopen(request, timeout=10, context=ssl.create_default_context(cafile=self.directory / "cert")) as reply:
            return bytes(reply.read())

    def failures(self) -> dict[tuple[str, str], str]:
        """Return the proofs of the latest report that do not hold: (service, name) to the advice."""
        proofs = json.loads((self.directory / "reports/verify.json").read_text(encoding="utf-8"))["proofs"]
        return {(proof["service"], proof["name"]): proof["hint"] for proof in proofs if not proof["ok"]}


@pytest.fixture(scope="module")
def site(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Protected:
    there = HOST in lab.hosts
    lab.hosts.update(labs.up(lab.name, {HOST: "bookworm"}).hosts)
    if there:
        lab.renew(HOST)
    one = Protected(lab, tmp_path_factory.mktemp("protected"))
    # The services' accounts, which come to be in the first run, have to read it.
    lab.run(HOST, f"chmod 0644 {KEY}")
    return one


def test_the_stack_comes_up_and_a_second_run_changes_nothing(site: Protected) -> None:
    site.play().expect_success()
    assert site.play().expect_success().changed == 0
    assert site.play("site", "--check").expect_success().changed == 0


def test_everybody_is_asked_for_a_password(site: Protected) -> None:
    for port in SERVICES.values():
        with pytest.raises(urllib.error.HTTPError) as refused:
            site.get("/metrics", port, user="")
        assert refused.value.code == 401


def test_every_proof_holds(site: Protected) -> None:
    done = site.play("verify")
    assert site.failures() == {}
    assert done.rc == 0, done.stdout[-2000:]
    targets = json.loads(site.get("/api/v1/targets?state=active"))["data"]["activeTargets"]
    assert len(targets) == len(SERVICES) + 1
    assert {target["health"] for target in targets} == {"up"}
    assert {target["scrapeUrl"].partition(":")[0] for target in targets} == {"https"}
    (errors,) = json.loads(site.get("/api/v1/query?query=prometheus_notifications_errors_total"))["data"]["result"]
    assert errors["value"][1] == "0"


def test_one_file_holds_the_password_for_all(site: Protected) -> None:
    found = site.lab.run(HOST, "find /etc/prometheus/secrets/ -follow -type f -printf '%p %m %u:%g\\n'").stdout
    assert found == "/etc/prometheus/secrets/endpoints/ann 640 root:prometheus\n"


def test_a_new_password_is_followed(site: Protected) -> None:
    web = {**site.variables()["node_exporter_web_config"], "basic_auth_users": {"ann": OTHER}}
    site.play(node_exporter_web_config=web).expect_success()
    assert site.play("verify", node_exporter_web_config=web).rc == 0, site.failures()
    site.play().expect_success()


def test_of_a_password_that_nobody_knows_the_advice_is_to_set_variables(site: Protected) -> None:
    shown = site.lab.run(HOST, "cat /etc/prometheus/web.yml").stdout
    users = yaml.safe_load(shown)["basic_auth_users"]
    hashed = {f"{service}_web_config": {**site.variables()[f"{service}_web_config"], "basic_auth_users": users} for service in SERVICES}
    site.play(**hashed).expect_success()
    assert "node_exporter on auth1 asks for a password that is not known here" in " ".join(site.said.replace("[WARNING]:", "").split())
    assert site.play("verify", **hashed, observability_verify_timeout=10).rc != 0
    assert site.failures()["prometheus", "API answers"].startswith("Set observability_api_username and observability_api_password")
    named = {"observability_scrape_username": "ann", "observability_scrape_password": PASSWORD}
    site.play(**hashed, **named).expect_success()
    assert site.play("verify", **hashed, **named).rc == 0, site.failures()


def test_the_passwords_are_nowhere_to_be_seen(site: Protected) -> None:
    for password in (PASSWORD, OTHER):
        assert password not in site.said
        reports = "".join(path.read_text(encoding="utf-8") for path in (site.directory / "reports").iterdir())
        assert password not in reports
        # -a: a cmdline has no ends of lines. The pattern's brackets keep grep from finding itself.
        pattern = f"[{password[0]}]{password[1:]}"
        assert site.lab.run(HOST, f"grep -lae '{pattern}' /proc/[0-9]*/cmdline", check=False).stdout == ""
        readable = "find /etc /opt /usr/local /var /run /tmp /root /home -xdev -type f -perm -o=r -exec grep -lae '{}' {{}} +"
        assert site.lab.run(HOST, readable.format(pattern), check=False).stdout == ""
