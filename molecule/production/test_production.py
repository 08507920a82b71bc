# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Life with the production inventory: proofs, limited runs, rolling changes, hosts that come and go, other groups and stacks."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.hosts.support import Poller
from tests.lab.core import CHECKOUT
from tests.lab.playbook import environment, program

INVENTORY = CHECKOUT / "inventories" / "production"
# What a user keeps in an encrypted file.
VAULT = CHECKOUT / "molecule" / "production" / "inventory" / "secrets.yml"
SITE = "playbooks/site.yml"
ALERTMANAGERS = ["am1", "am2", "am3"]
PROMETHEUS = ["prom1", "prom2"]


def site(mine, *args, inventories=(INVENTORY,)):
    """Run the playbook site."""
    return mine.playbook(SITE, *args, inventories=[*inventories, VAULT])


def changed_hosts(played):
    """Return the hosts on which a run changed something."""
    return sorted(host for host, counts in played.stats.items() if counts["changed"])


def flags(mine, host, unit="alertmanager"):
    """Return the command line of a unit's process."""
    return mine.run(host, f"tr '\\0' ' ' < /proc/$(systemctl show -P MainPID {unit})/cmdline", check=True).stdout


def failed_notifications(mine):
    """Return how many notifications to webhooks failed; only the test alerts' receiver is one."""
    total = 0.0
    for host in ALERTMANAGERS:
        with urllib.request.urlopen(f"http://{mine.hosts[host].address}:9093/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        counts = [line for line in lines if line.startswith("alertmanager_notifications_failed_total{") and 'integration="webhook"' in line]
        assert counts, "the metric by which this test counts has another name now"
        total += sum(float(line.rpartition(" ")[2]) for line in counts)
    return total


def receivers(mine, state):
    """Start, read or stop a webhook receiver beside each Alertmanager; when reading, return the alerts that came to any."""
    play = CHECKOUT / "molecule" / "production" / "receiver.yml"
    played = mine.playbook(play, "-e", f"state={state}", inventories=[INVENTORY]).expect_success()
    return [alert for host in ALERTMANAGERS for alert in played.result("Receiver", host).get("alerts", [])]


def post(mine, labels):
    """Send an alert to every Alertmanager, as each Prometheus does."""
    body = json.dumps([{"labels": {"alertname": "Once", "observability_verify": "true", **labels}}]).encode()
    for host in ALERTMANAGERS:
        url = f"http://{mine.hosts[host].address}:9093/api/v2/alerts"
        request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200


def test_every_proof_holds(mine, tmp_path):
    played = mine.playbook("playbooks/verify.yml", "-e", f"observability_report_dir={tmp_path}", inventories=[INVENTORY, VAULT]).expect_success()
    assert played.changed == 0
    proofs = json.loads((tmp_path / "verify.json").read_text())["proofs"]
    assert {proof["ok"] for proof in proofs} == {True}
    held = [(proof["name"], proof["host"]) for proof in proofs]
    assert [host for name, host in held if name == "mesh is whole"] == ALERTMANAGERS
    assert len([name for name, _host in held if name == "sends alerts to Alertmanager"]) == len(PROMETHEUS) * len(ALERTMANAGERS)
    # Eight node_exporters, two of the others each, three Alertmanagers, a Grafana: seen by both servers.
    assert len([name for name, _host in held if name == "target is up"]) == 2 * (8 + 2 + 2 + 3 + 1)


def test_an_alert_is_told_once_while_limited_runs_change_nothing(mine):
    receivers(mine, "started")
    told, run = time.monotonic(), f"once-{time.time():.0f}"
    post(mine, {"run": run})
    for limit in ("app1", "prom2", "am3"):
        played = site(mine, "--limit", limit).expect_success()
        assert list(played.stats) == [limit]
        assert played.changed == 0
    # The last member waits 30 seconds for those before it.
    time.sleep(max(0.0, told + 37 - time.monotonic()))
    came = [alert["status"] for alert in receivers(mine, "read") if alert["labels"].get("run") == run]
    assert came == ["firing"]
    # By now whatever the proofs' alerts could still cause has happened too.
    assert failed_notifications(mine) == 0
    receivers(mine, "stopped")


def test_a_restart_of_the_group_leaves_two_of_three_answering_at_any_time(mine):
    with ExitStack() as stack:
        pollers = {host: stack.enter_context(Poller(mine.hosts[host].address, 9093, "/-/ready")) for host in ALERTMANAGERS}
        played = site(mine, "-e", json.dumps({"alertmanager_log_level": "debug"})).expect_success()
    assert changed_hosts(played) == ALERTMANAGERS
    assert all(played.result("Bring Alertmanager", host)["restarted"] for host in ALERTMANAGERS)
    silences = [(moment, host) for host, poller in pollers.items() for moment, _why in poller.failures]
    order = [host for _moment, host in sorted(silences)]
    assert order == sorted(order), f"more than one did not answer at the same time: {sorted(silences)}"
    assert max(poller.gap for poller in pollers.values()) < 15


def test_a_member_that_fails_stops_the_roll_and_the_rest_stays_as_it_was(mine):
    # The program knows this flag, so only its start shows that the file is not there.
    bad = "{{ {'cluster.tls-config': '/nowhere.yml'} if inventory_hostname == 'am2' else {'log.level': 'warn'} }}"
    with Poller(mine.hosts["am3"].address, 9093, "/-/ready") as poller:
        played = site(mine, "-e", json.dumps({"alertmanager_config_flags_extra": bad}))
    assert played.rc != 0
    failed = [task for task in played.tasks if task["status"] == "failed"]
    assert [(task["host"], "Bring Alertmanager" in task["task"]) for task in failed] == [("am2", True)]
    with pytest.raises(KeyError):
        played.result("Bring Alertmanager", "am3")
    with pytest.raises(KeyError):
        played.result("Bring Prometheus")
    poller.expect_no_failure()
    assert "--log.level=warn" in flags(mine, "am1")
    # What the test before this one left.
    assert "--log.level=debug" in flags(mine, "am2") and "/nowhere.yml" not in flags(mine, "am2")
    assert "--log.level=debug" in flags(mine, "am3")
    assert changed_hosts(site(mine).expect_success()) == ALERTMANAGERS


def test_a_host_that_comes_or_goes_changes_prometheus_alone_by_a_reload(mine, api, tmp_path):
    # Another name of app1: nothing is installed there that was not there already.
    how = yaml.safe_load(Path(mine.inventory).read_text())["all"]["hosts"]["app1"]
    more = {"all": {"children": {"nodes": {"hosts": {"app3": how}}}}}
    (tmp_path / "more.yml").write_text(yaml.safe_dump(more))

    def instances():
        return {target["labels"]["instance"] for target in api("prom1", 9090, "/api/v1/targets")["activeTargets"]}

    for inventories, there in (((INVENTORY, tmp_path / "more.yml"), True), ((INVENTORY,), False)):
        with Poller(mine.hosts["prom1"].address, 9090, "/-/ready") as poller:
            played = site(mine, inventories=inventories).expect_success()
        poller.expect_no_failure()
        assert changed_hosts(played) == PROMETHEUS
        for host in PROMETHEUS:
            result = played.result("Bring Prometheus", host)
            assert (result["reloaded"], result["restarted"]) == (True, False)
        assert ("app3:9100" in instances()) is there


def regrouped(target):
    """Write the production inventory with other names of groups."""
    names = {"prometheus": "metrics", "alertmanager": "paging", "nodes": "linux", "blackbox_exporter": "probers"}
    shutil.copytree(INVENTORY, target)
    groups = yaml.safe_load((INVENTORY / "hosts.yml").read_text())["all"]["children"]
    groups = {names.get(group, group): content for group, content in groups.items()}
    groups["linux"]["children"] = {names.get(group, group): None for group in groups["linux"]["children"]}
    inventory = {"all": {"children": groups, "vars": {"observability_groups": names}}}
    (target / "hosts.yml").write_text(yaml.safe_dump(inventory, sort_keys=False))
    for group in ("prometheus", "alertmanager"):
        (target / "group_vars" / group).rename(target / "group_vars" / names[group])


def installed(directory):
    """Build the collection, install it below a directory, and return the settings of Ansible that use only this copy."""
    tree = Path(environment()["ANSIBLE_COLLECTIONS_PATH"]) / "ansible_collections" / "observability" / "stack"
    galaxy = [program("ansible-galaxy"), "collection"]
    subprocess.run([*galaxy, "build", "--output-path", str(directory), str(tree)], check=True, capture_output=True)
    archive = next(directory.glob("observability-stack-*.tar.gz"))
    # By force, since another copy may be installed with Ansible itself.
    subprocess.run([*galaxy, "install", "--force", str(archive), "-p", str(directory / "installed")], check=True, capture_output=True)
    return environment({"ANSIBLE_COLLECTIONS_PATH": str(directory / "installed")})


def test_an_installed_copy_and_other_names_of_groups_describe_the_same_stack(mine, tmp_path):
    """From any directory, by its full name; what is to do does not depend on how groups are called."""
    elsewhere = tmp_path / "elsewhere"
    regrouped(elsewhere / "inventory")
    # The lab knows our names: here only its addresses are wanted.
    lab = yaml.safe_load(Path(mine.inventory).read_text())
    lab["all"].pop("children", None)
    (elsewhere / "addresses.yml").write_text(yaml.safe_dump(lab))
    argv = [program("ansible-playbook"), "observability.stack.site", "-i", "inventory", "-i", str(VAULT), "-i", "addresses.yml", "-v"]
    done = subprocess.run(argv, cwd=elsewhere, env=installed(tmp_path), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert done.stdout.partition("PLAY RECAP")[2].count("changed=0") == 8, done.stdout[-4000:]
    assert done.stdout.count("TASK [observability.stack.prometheus : Bring Prometheus") == len(PROMETHEUS)
    assert f'"path": "{tmp_path / "installed"}/ansible_collections/' in done.stdout


def test_two_stacks_of_one_inventory_do_not_see_each_other(mine, api, tmp_path):
    west = {"all": {"hosts": {host: {"observability_stack": "west"} for host in ("prom2", "am3", "app2")}}}
    (tmp_path / "west.yml").write_text(yaml.safe_dump(west))
    inventories = (INVENTORY, tmp_path / "west.yml")
    site(mine, inventories=inventories).expect_success()
    played = mine.playbook("playbooks/verify.yml", "--check", "-e", f"observability_report_dir={tmp_path}", inventories=[*inventories, VAULT]).expect_success()
    assert "Report" in {task["task"] for task in played.tasks}
    seen = {}
    for host in PROMETHEUS:
        targets = [target["labels"] for target in api(host, 9090, "/api/v1/targets")["activeTargets"]]
        seen[host] = {labels["instance"].partition(":")[0] for labels in targets if "prober" not in labels}
    assert seen == {"prom1": {"prom1", "am1", "am2", "app1", "graf1"}, "prom2": {"prom2", "am3", "app2"}}
