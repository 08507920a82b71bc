# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alertmanager's mesh, routes, secrets and reloads on real hosts."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from tests.hosts.support import Poller

HOSTS = ["a1", "a2"]
BUDGET = 2.5
CONFIG = "/etc/alertmanager/alertmanager.yml"
SECRET = "a-key-that-nobody-may-see"
on_each_host = pytest.mark.parametrize("host", HOSTS)


def status(mine, host):
    with urllib.request.urlopen(f"http://{mine.hosts[host].address}:9093/api/v2/status", timeout=10) as answer:
        return json.load(answer)


def again(mine, **variables):
    """Run the site once more with other variables."""
    inventory = os.path.join(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "inventory")
    return mine.playbook("playbooks/site.yml", "-e", json.dumps(variables), inventories=[inventory])


@on_each_host
def test_the_mesh_is_whole(mine, host):
    deadline = time.monotonic() + 60  # a member settles before it sends
    while (cluster := status(mine, host)["cluster"])["status"] != "ready" and time.monotonic() < deadline:
        time.sleep(1)
    assert cluster["status"] == "ready"
    assert {peer["address"] for peer in cluster["peers"]} == {f"{mine.hosts[name].address}:9094" for name in HOSTS}


@on_each_host
@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        (["severity=critical", "team=shop"], {"pager", "shop-chat"}),
        (["severity=critical", "team=ops"], {"pager"}),
        (["severity=warning", "team=shop"], {"shop-chat"}),
        (["severity=info", "team=shop"], {"nobody"}),
        (["severity=warning"], {"ops"}),
        (["severity=critical", "observability_verify=true"], {"observability-verify"}),
    ],
)
def test_alerts_go_where_their_labels_say(mine, host, labels, receivers):
    answer = mine.run(host, ["amtool", "config", "routes", "test", f"--config.file={CONFIG}", *labels], check=True)
    assert set(answer.stdout.strip().split(",")) == receivers


@on_each_host
def test_secrets_are_for_the_service_alone(mine, host):
    listed = mine.run(host, ["stat", "-L", "-c", "%a %U:%G", "/etc/alertmanager/secrets/pagerduty", CONFIG], check=True).stdout
    assert listed.splitlines() == ["640 root:alertmanager"] * 2
    assert mine.run(host, ["runuser", "-u", "nobody", "--", "cat", "/etc/alertmanager/secrets/pagerduty"]).returncode != 0
    seen = mine.run(host, "journalctl --no-pager; cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr '\\0' '\\n'").stdout
    assert SECRET not in seen


@on_each_host
def test_the_unit_stays_within_its_budget(mine, host):
    last = mine.run(host, ["systemd-analyze", "security", "--no-pager", "alertmanager.service"], check=True).stdout.splitlines()[-1]
    assert float(last.split(":")[1].split()[0]) <= BUDGET, last


def test_a_change_is_loaded_without_a_restart_and_no_request_fails(mine):
    with Poller(mine.hosts["a1"].address, 9093, "/-/ready") as poller:
        done = again(mine, alertmanager_resolve_timeout="7m").expect_success()
    poller.expect_no_failure()
    for host in HOSTS:
        result = done.result("Bring Alertmanager", host)
        assert (result["reloaded"], result["restarted"]) == (True, False)
        assert "resolve_timeout: 7m" in status(mine, host)["config"]["original"]
    again(mine).expect_success()


def test_a_receiver_that_is_not_there_is_refused_before_anything_is_touched(mine):
    before = mine.run("a1", ["sha256sum", CONFIG]).stdout
    failed = again(mine, alertmanager_routes_by={"team": {"shop": "shop-caht"}})
    assert failed.rc != 0
    assert "'shop-caht'" in failed.stdout and "shop-chat" in failed.stdout
    assert mine.run("a1", ["sha256sum", CONFIG]).stdout == before


def test_a_broken_template_is_refused_and_the_old_configuration_keeps_running(mine):
    with Poller(mine.hosts["a1"].address, 9093, "/-/ready") as poller:
        failed = again(mine, alertmanager_templates={"broken.tmpl": "{% raw %}{{ define {% endraw %}"})
    poller.expect_no_failure()
    assert failed.rc != 0
    assert "amtool accepts the configuration and the templates" in failed.stdout
    assert again(mine).expect_success().changed == 0


@pytest.fixture(scope="module")
def certificates(mine, tmp_path_factory):
    """A certificate on each host, signed by itself; returns the directory of their copies here."""
    folder = tmp_path_factory.mktemp("tls")
    for host in HOSTS:
        names = f"subjectAltName=IP:{mine.hosts[host].address}"
        key, certificate = folder / f"{host}.key", folder / f"{host}.pem"
        request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        subprocess.run([*request, "-keyout", key, "-out", certificate, "-subj", f"/CN={host}", "-addext", names], check=True, capture_output=True)
        mine.run(host, ["install", "-d", "-m", "0755", "/etc/ssl/observability"], check=True)
        mine.put(host, certificate, "/etc/ssl/observability/host.pem", mode="0644")
        mine.put(host, key, "/etc/ssl/observability/host.key", mode="0640")
        mine.run(host, ["chgrp", "alertmanager", "/etc/ssl/observability/host.key"], check=True)
    return folder


def ready(mine, host, certificate, password):
    """Ask over TLS, trusting one certificate; returns the status code."""
    login = base64.b64encode(f"reader:{password}".encode()).decode()
    asked = urllib.request.Request(f"https://{mine.hosts[host].address}:9093/-/ready", headers={"Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(asked, timeout=10, context=ssl.create_default_context(cafile=certificate)) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_tls_and_passwords_are_proved_and_a_new_password_needs_no_restart(mine, certificates):
    tls = {"cert_file": "/etc/ssl/observability/host.pem", "key_file": "/etc/ssl/observability/host.key"}
    first = again(mine, alertmanager_tls_server_config=tls, alertmanager_basic_auth_users={"reader": "one"}).expect_success()
    assert first.result("Bring Alertmanager", "a1")["restarted"] is True
    assert {host: ready(mine, host, certificates / f"{host}.pem", "one") for host in HOSTS} == dict.fromkeys(HOSTS, 200)
    assert ready(mine, "a1", certificates / "a1.pem", "two") == 401
    second = again(mine, alertmanager_tls_server_config=tls, alertmanager_basic_auth_users={"reader": "two"}).expect_success()
    result = second.result("Bring Alertmanager", "a1")
    assert (second.changed, result["restarted"], result["reloaded"]) == (2, False, False)
    assert ready(mine, "a1", certificates / "a1.pem", "two") == 200
    assert again(mine).expect_success().result("Bring Alertmanager", "a1")["restarted"] is True
    assert status(mine, "a1")["versionInfo"]["version"]
