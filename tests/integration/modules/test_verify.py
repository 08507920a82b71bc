# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook verify against real servers: a healthy stack, a broken one, and what is left behind."""

from __future__ import annotations

import json
import re
import socket
import time
import urllib.request

PLAYBOOK = "observability.stack.verify"


def report(stack):
    return json.loads((stack.root / "reports/verify.json").read_text(encoding="utf-8"))


def by_verdict(stack, verdict):
    proofs = report(stack)["proofs"]
    return {(item["service"], item["host"], item["name"], item["subject"]): item["detail"] for item in proofs if item["ok"] is verdict}


def somebody_listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return False
    except ConnectionResetError:
        pass  # it closes its socket at this moment; the next look will tell
    return True


def nothing_is_left(stack):
    assert list((stack.root / "textfile").iterdir()) == []
    # In a mesh of two the receiver listens on while the second member may still send (27 s), and ends by itself.
    for _ in range(90):
        if not somebody_listens(stack.ports["receiver"]):
            return
        time.sleep(0.5)
    raise AssertionError("the receiver still listens")


def until_the_mesh_has_one_member(stack):
    for _ in range(300):
        with urllib.request.urlopen(f"{stack.url('am1')}/api/v2/status", timeout=5) as answer:
            if len(json.load(answer)["cluster"]["peers"]) == 1:
                return
        time.sleep(0.1)
    raise AssertionError("the mesh does not miss its member")


def test_a_healthy_stack_is_proven_and_nothing_is_left(stack):
    run = stack.playbook(PLAYBOOK)
    assert run.returncode == 0, run.stdout + run.stderr
    assert by_verdict(stack, False) == {}
    assert by_verdict(stack, None) == {}
    held = by_verdict(stack, True)
    assert {name for _, _, name, _ in held} == {
        "API answers",
        "runs the configuration on disk",
        "rule group is loaded and healthy",
        "sends alerts to Alertmanager",
        "target is up",
        "mesh is whole",
        "probe succeeds",
        "test rule fires",
        "test alerts reach it",
        "alert by rule arrives",
        "alert by rule resolves",
        "alert by API arrives",
        "alert by API resolves",
    }
    assert held["alertmanager", "mon1", "mesh is whole", ""] == "2 of 2 members, ready"
    assert {subject for _, _, name, subject in held if name == "rule group is loaded and healthy"} == {"mine", "observability-verify"}
    assert re.search(r"changed=0 .*failed=0", run.stdout)
    assert f"{len(held)} proofs: {len(held)} hold, 0 failed." in run.stdout
    assert {path.name for path in (stack.root / "reports").iterdir()} == {"verify.json", "verify.xml", "verify.html"}
    nothing_is_left(stack)


def test_in_check_mode_it_only_reads(stack):
    (stack.root / "reports/verify.json").unlink()
    run = stack.playbook(PLAYBOOK, "--check", "--diff")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "in check mode verify only reads" in run.stdout
    assert not (stack.root / "reports/verify.json").exists()
    nothing_is_left(stack)


def test_limited_to_one_host_it_proves_that_host(stack):
    run = stack.playbook(PLAYBOOK, "--limit", "mon2", "--check")
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.partition("TASK [Report]")[2].splitlines()
    proofs = [line.split("  ") for line in lines if line.startswith(("ok  ", "-   "))]
    assert len(proofs) == 6
    assert all("mon2" in [cell.strip() for cell in cells] for cells in proofs)


def test_a_host_out_of_reach_is_a_finding_and_ends_nothing(stack):
    gone = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_ssh_common_args": "-oBatchMode=yes"}
    run = stack.playbook(PLAYBOOK, changes={"mon2": gone})
    assert run.returncode == 2, run.stdout + run.stderr
    found = by_verdict(stack, False)
    assert list(found) == [("alertmanager", "mon2", "runs the configuration on disk", "")]
    assert "ssh" in next(iter(found.values()))
    nothing_is_left(stack)


def test_of_a_broken_stack_each_culprit_is_named(stack):
    prometheus = stack.root / "prometheus"
    secret = "geheimes-wort"
    text = (prometheus / "prometheus.yml").read_text(encoding="utf-8")
    edited = text.replace("job_name: node\n", f"job_name: node\n  basic_auth: {{username: u, password: {secret}}}\n")
    assert edited != text
    (prometheus / "prometheus.yml").write_text(edited, encoding="utf-8")
    (prometheus / "rules/b.yml").write_text("groups: [{name: new, rules: [{record: 'a:b', expr: '1'}]}]", encoding="utf-8")
    member = stack.root / "am1/alertmanager.yml"
    member.write_text(member.read_text(encoding="utf-8").replace("group_wait: 1s", "group_wait: 2s"), encoding="utf-8")
    stack.stop("blackbox_exporter")
    stack.stop("am2")
    until_the_mesh_has_one_member(stack)
    run = stack.playbook(PLAYBOOK)
    assert run.returncode == 2, run.stdout + run.stderr
    found = by_verdict(stack, False)
    probe = f"self: {stack.url('prometheus')}/-/healthy"
    assert set(found) == {
        ("prometheus", "mon1", "runs the configuration on disk", ""),
        ("prometheus", "mon1", "rule group is loaded and healthy", "new"),
        ("alertmanager", "mon1", "runs the configuration on disk", ""),
        ("alertmanager", "mon2", "API answers", ""),
        ("alertmanager", "mon2", "target is up", "from mon1"),
        ("alertmanager", "mon2", "test alerts reach it", ""),
        ("alertmanager", "mon1", "mesh is whole", ""),
        ("blackbox_exporter", "mon1", "target is up", "from mon1"),
        ("blackbox_exporter", "mon1", "probe succeeds", probe),
    }
    assert found["prometheus", "mon1", "runs the configuration on disk", ""] == "differs in scrape_configs[node].basic_auth (on disk only)"
    assert found["blackbox_exporter", "mon1", "target is up", "from mon1"] == "down: connection refused"
    assert found["blackbox_exporter", "mon1", "probe succeeds", probe] == "down: connection refused (asked mon1)"
    assert "connection refused" in found["alertmanager", "mon2", "API answers", ""]
    assert "blackbox_exporter on mon1: target is up (from mon1): down: connection refused." in run.stdout + run.stderr
    everything = run.stdout + run.stderr + "".join(path.read_text(encoding="utf-8") for path in (stack.root / "reports").iterdir())
    assert secret not in everything
    nothing_is_left(stack)
