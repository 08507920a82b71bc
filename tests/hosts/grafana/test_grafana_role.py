# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role grafana on a host: what a change does to the server that runs, asked from outside through its API.

The lab has a stand-in for Grafana, packed as upstream packs it. The tests are one story on one host and run in their order.
"""

from __future__ import annotations

import base64
import json
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.doubles.grafana import pack
from tests.hosts.support import Poller, differences
from tests.lab import lab as labs
from tests.lab.mirror.pack import sha256_of
from tests.lab.playbook import PlayResult
from tests.lab.served_mirror import lab_lock

HOST = "graf1"
GROUPS = ("grafana", "prometheus", "alertmanager")
# Nothing else on a host or in a listing looks like these.
FIRST, SECOND, READER = "gh3im-eins", "gh3im-zwei", "gh3im-$drei$$"
CERTIFICATE, KEY = "/etc/ssl/certs/grafana.pem", "/etc/ssl/grafana.key"
PICTURE = r"""
find /etc/grafana /opt/observability/grafana /usr/local /etc/systemd/system /var/lib/observability.stack -printf '%y %m %u:%g %p %l\n'
find /etc/grafana -type f -exec sha256sum {} +
cat /etc/passwd /etc/group; ls -d /tmp/tmp.* /tmp/observability*; exit 0
"""
WATCH = r"""
while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' >> /run/commands; sleep 0.02; done
"""


class Site:
    """The host, and its Grafana as others see it."""

    def __init__(self, lab: labs.Lab, directory: Path) -> None:
        self.lab, self.directory, self.said = lab, directory, ""
        self.address = lab.hosts[HOST].address
        self.inventory = directory / "hosts.yml"
        self.variables: dict[str, Any] = {
            "grafana_admin_password": FIRST,
            "prometheus_basic_auth_users": {"reader": READER},
            "grafana_dashboards_dir": str(directory / "dashboards"),
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

    def grafana(self, *argv: str, **variables: Any) -> dict[str, Any]:
        """Bring only Grafana to the described state; return the transaction's result."""
        done = self.play("--tags", "grafana", *argv, **variables).expect_success()
        return dict(done.result("Bring Grafana", host=HOST))

    def refused(self, **variables: Any) -> str:
        """Run with variables that are wrong, and forget them; return the error."""
        before = dict(self.variables)
        failed = self.play("--tags", "grafana", **variables)
        self.variables = before
        assert failed.rc, "it was not refused"
        return str(failed.result("Bring Grafana", host=HOST)["msg"])

    def ask(self, path: str, password: str = "", scheme: str = "http", port: int = 3000, method: str = "GET", body: Any = None) -> Any:
        """Return what the API answers; raises urllib's errors."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{scheme}://{self.address}:{port}{path}", data, {"Content-Type": "application/json"}, method=method)
        login = f"admin:{password or self.variables['grafana_admin_password']}"
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
        context = ssl.create_default_context(cafile=self.directory / "cert") if scheme == "https" else None
        with urllib.request.urlopen(request, timeout=10, context=context) as reply:
            return json.loads(reply.read())

    def titles(self) -> set[str]:
        """Return the dashboards' titles."""
        return {str(one["title"]) for one in self.ask("/api/search?type=dash-db")}

    def pid(self) -> str:
        """Return the server's process."""
        return self.lab.run(HOST, ["systemctl", "show", "--value", "--property=MainPID", "grafana"]).stdout.strip()


@pytest.fixture(scope="module")
def site(lab: labs.Lab, tmp_path_factory: pytest.TempPathFactory) -> Site:
    lab.hosts.update(labs.up(lab.name, {HOST: "trixie"}).hosts)
    return Site(lab, tmp_path_factory.mktemp("grafana"))


def wait_until(condition: Callable[[], Any], seconds: float = 40) -> Any:
    """Return the first true answer of ``condition``, or its last one."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return answer


def test_a_stack_with_grafana_comes_up_and_is_left_alone_afterwards(site: Site) -> None:
    site.play().expect_success()
    assert site.ask("/api/health")["database"] == "ok"
    again = site.play().expect_success()
    assert [task["result"] for task in again.tasks if task["result"].get("changed")] == []


def test_a_protected_prometheus_answers_through_grafana(site: Site) -> None:
    """Its password has dollar signs, which provisioning would take for variables."""
    assert site.ask("/api/datasources/uid/prometheus/health")["status"] == "OK"
    assert site.ask("/api/datasources/uid/alertmanager/health")["status"] == "OK"


def test_verify_proves_it_and_its_data_sources(site: Site) -> None:
    site.play(playbook="verify", observability_report_dir=str(site.directory / "reports"), observability_verify_dashboards=False)
    proofs = json.loads((site.directory / "reports/verify.json").read_text(encoding="utf-8"))["proofs"]
    found = {(proof["name"], proof["subject"]): proof["ok"] for proof in proofs if proof["service"] == "grafana"}
    assert found[("API answers", "")] and found[("data source works", "Prometheus")] and found[("data source works", "Alertmanager")]
    assert all(found.values()), proofs


def test_check_mode_says_what_the_run_does_and_writes_nothing(site: Site) -> None:
    site.directory.joinpath("dashboards").mkdir()
    site.directory.joinpath("dashboards/mine.json").write_text(json.dumps({"uid": "mine", "title": "Mine", "panels": []}))
    change = {"grafana_ini": {"users": {"default_theme": "light"}, "database": {"password": "gh3im-db"}}, "grafana_admin_password": FIRST}
    before = site.lab.run(HOST, PICTURE).stdout.splitlines()
    foreseen = site.grafana("--check", **change)
    assert differences(before, site.lab.run(HOST, PICTURE).stdout.splitlines()) == []
    done = site.grafana()
    assert (foreseen["changes"], foreseen["diff"]) == (done["changes"], done["diff"]) and done["restarted"]
    shown = json.dumps(done["diff"])
    assert "default_theme = light" in shown and "gh3im" not in shown
    assert "Mine" in site.titles()
    assert site.grafana()["changes"] == []


def test_a_password_is_rotated_without_a_restart_and_without_being_seen(site: Site) -> None:
    before = site.pid()
    site.lab.put(HOST, WATCH, "/run/watch")
    site.lab.run(HOST, ["systemd-run", "--quiet", "--unit", "watch", "sh", "/run/watch"])
    done = site.grafana(grafana_admin_password=SECOND)
    assert "set the administrator's password" in done["changes"] and not done["restarted"]
    assert site.ask("/api/org", SECOND)["id"] == 1 and site.pid() == before
    with pytest.raises(urllib.error.HTTPError, match="401"):
        site.ask("/api/org", FIRST)
    commands = site.lab.run(HOST, "systemctl stop watch; cat /run/commands").stdout
    assert "reset-admin-password" in commands, "the step was not seen at work: this proves nothing"
    assert SECOND not in commands
    assert site.grafana()["changes"] == []


def test_dashboards_change_without_a_restart_and_stay_what_they_are(site: Site) -> None:
    before, number = site.pid(), site.ask("/api/dashboards/uid/mine")["dashboard"]["id"]
    site.directory.joinpath("dashboards/mine.json").write_text(json.dumps({"uid": "mine", "title": "Mine too", "panels": []}))
    done = site.grafana()
    assert not done["restarted"] and site.pid() == before
    assert wait_until(lambda: "Mine too" in site.titles())
    assert site.ask("/api/dashboards/uid/mine")["dashboard"]["id"] == number, "a dashboard was removed and made anew"
    site.directory.joinpath("dashboards/mine.json").rename(site.directory / "mine.json")
    site.grafana()
    assert wait_until(lambda: "Mine too" not in site.titles())


BAD = {
    "a secret that is not there": ({"grafana_ini": {"database": {"password": "$__file{/run/nowhere}"}}}, "/run/nowhere"),
    "a certificate that is not there": (
        {"grafana_web_config": {"tls_server_config": {"cert_file": "/run/no.pem", "key_file": "/run/no.key"}}},
        "no.pem|No such file",
    ),
    "a plugin that nobody has": (
        {"grafana_plugins": ["no-panel 1.0.0"], "grafana_plugin_url": "http://127.0.0.1:9/{id}-{version}.zip"},
        "install the plugin no-panel 1.0.0",
    ),
    "no password": ({"grafana_admin_password": ""}, "grafana_admin_password is not set"),
    "a version that nobody has": ({"grafana_version": "13.99.99"}, "13.99.99"),
}


def test_content_comes_in_through_the_api_and_is_left_alone(site: Site) -> None:
    content = {"folders": [{"title": "Shop", "uid": "shop"}], "teams": [{"name": "Shop keepers"}]}
    board = site.directory / "by-hand.json"
    board.write_text(json.dumps({"uid": "by-hand", "title": "By hand", "panels": []}))
    variables = {"grafana_content": content, "grafana_dashboards": [{"path": str(board), "folder": "Shop"}]}
    pid = site.pid()
    foreseen = site.play("--tags", "grafana", "--check", **variables).expect_success()
    assert "By hand" not in site.titles()
    done = site.play("--tags", "grafana").expect_success()
    words = "Bring folders"
    assert foreseen.result(words, host=HOST)["summary"] == done.result(words, host=HOST)["summary"]
    assert {one["uid"] for one in site.ask("/api/folders")} >= {"shop"}
    assert "By hand" in site.titles()
    assert site.play("--tags", "grafana").expect_success().changed == 0
    assert site.pid() == pid
    # Without a description they stay, and nobody asks the API any more.
    assert site.play("--tags", "grafana", grafana_content={}, grafana_dashboards=[]).expect_success().changed == 0
    assert "By hand" in site.titles()



@pytest.mark.parametrize(("variables", "why"), BAD.values(), ids=BAD)
def test_what_cannot_work_is_refused_and_the_server_goes_on(site: Site, variables: dict[str, Any], why: str) -> None:
    before, pid = site.lab.run(HOST, PICTURE).stdout.splitlines(), site.pid()
    with Poller(site.address, 3000, "/api/health") as poller:
        error = site.refused(**variables)
    assert re.search(why, error), error
    assert "gh3im" not in error
    poller.expect_no_failure()
    assert site.pid() == pid
    assert differences(before, site.lab.run(HOST, PICTURE).stdout.splitlines()) == []


def test_a_plugin_comes_from_a_mirror_and_is_left_alone(site: Site) -> None:
    pack.pack_plugin(site.lab.mirror.overlay / "plugins", "clock-panel", "2.1.3")
    where = {"grafana_plugin_url": f"{site.lab.mirror.url}/plugins/{{id}}-{{version}}.zip", "grafana_plugins": ["clock-panel 2.1.3"]}
    assert "install the plugin clock-panel 2.1.3" in site.grafana(**where)["changes"]
    assert site.ask("/api/plugins/clock-panel/settings")["info"]["version"] == "2.1.3"
    assert site.grafana()["changes"] == []


def digest_lock(site: Site, version: str, path: Path) -> str:
    """Return a lock file that pins an archive."""
    lock = site.directory / "newer.lock.yml"
    lock.write_text(yaml.safe_dump({"format": 1, "programs": {"grafana": {"digests": {version: {"amd64": sha256_of(path)}}}}}))
    return str(lock)


def test_an_upgrade_keeps_the_data_and_one_that_fails_is_taken_back(site: Site) -> None:
    folder = site.ask("/api/folders", method="POST", body={"title": "Made by hand", "uid": "by-hand"})
    path = pack.pack(site.lab.mirror.overlay / "dl.grafana.com/oss/release", "13.3.0")
    done = site.grafana(grafana_version="13.3.0", observability_lock_files=[str(lab_lock()), digest_lock(site, "13.3.0", path)])
    assert (done["previous_version"], done["version"]) == ("13.2.2", "13.3.0")
    assert site.ask("/api/health")["version"] == "13.3.0"
    assert site.ask("/api/folders/by-hand")["title"] == folder["title"]


def test_tls_and_a_user_for_the_metrics(site: Site) -> None:
    names = f"subjectAltName=IP:{site.address},IP:127.0.0.1"
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "cert", "-days", "2", "-subj", "/CN=g", "-addext", names]
    subprocess.run(argv, cwd=site.directory, check=True, capture_output=True)
    site.lab.put(HOST, site.directory / "cert", CERTIFICATE)
    site.lab.put(HOST, site.directory / "key", KEY)
    site.lab.run(HOST, f"chgrp grafana {KEY}; chmod 640 {KEY}")
    web = {"tls_server_config": {"cert_file": CERTIFICATE, "key_file": KEY}, "basic_auth_users": {"scraper": "gh3im-scrape"}}
    site.play(grafana_web_config=web, observability_ca_file=CERTIFICATE).expect_success()
    assert site.ask("/api/health", scheme="https")["database"] == "ok"

    def health() -> str:
        request = urllib.request.Request(f"http://{site.address}:9090/api/v1/targets")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"reader:{READER}".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            targets = json.loads(answer.read())["data"]["activeTargets"]
        return next((str(one["health"]) for one in targets if one["labels"]["job"] == "grafana"), "")

    assert wait_until(lambda: health() == "up")
    assert site.play().expect_success().changed == 0


def test_the_sandbox_is_tight(site: Site) -> None:
    report = site.lab.run(HOST, ["systemd-analyze", "security", "--no-pager", "grafana"]).stdout
    assert float(report.strip().splitlines()[-1].split(":")[1].split()[0]) <= 2.5


def test_no_secret_was_shown_or_can_be_read(site: Site) -> None:
    said = site.said.replace(str(site.directory), "")
    assert not [line[:200] for line in said.splitlines() if "gh3im" in line]
    assert "gh3im" not in site.lab.run(HOST, "journalctl --quiet -o cat").stdout
    readable = site.lab.run(HOST, "su -s /bin/sh nobody -c 'grep -rl gh3im /etc /var/lib /opt /usr/local /tmp /run 2>/dev/null'; true").stdout
    assert readable == ""


def test_removal_leaves_the_data_or_nothing(site: Site) -> None:
    site.play("--tags", "grafana", playbook="remove", observability_remove=True).expect_success()
    assert site.lab.run(HOST, "ls -d /etc/grafana /opt/observability/grafana /usr/local/bin/grafana /etc/systemd/system/grafana.service").stdout == ""
    assert "grafana.db" in site.lab.run(HOST, "ls /var/lib/grafana").stdout
    site.grafana(grafana_admin_password=FIRST)
    assert site.ask("/api/folders/by-hand", FIRST, "https")["title"] == "Made by hand", "data were kept, and the password is the described one"
    site.play("--tags", "grafana", playbook="remove", observability_remove_data=True).expect_success()
    assert site.lab.run(HOST, "ls -d /var/lib/grafana /etc/grafana").stdout == ""
