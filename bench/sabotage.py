# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""python -m bench.sabotage [--list] [--once] [part of a name ...]: break a proven stack in one way after the other.

After each, verify must fail and name the culprit. Then what the collection owns is repaired by site (the rest by undoing the
act), and verify must pass; with --once that is proven only at the end. Ends with a table; the exit status is the number of
acts that went wrong. At most a few minutes for each act, on one lab host that it boots and removes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import table
from tests.lab import lab
from tests.lab.playbook import PlayResult

HOST = "demo1"
LAB = "sabotage"
INVENTORY = "inventories/demo"
PAGE = 8099
DATA = "/var/lib/prometheus"
PROMETHEUS, ALERTMANAGER = "/etc/prometheus/prometheus.yml", "/etc/alertmanager/alertmanager.yml"
RULE = "/etc/prometheus/rules/observability-verify.yml"


@dataclass(frozen=True)
class Act:
    """One way to break it. ``hurt`` and ``undo`` are shell texts; without ``undo`` site must repair it."""

    name: str
    hurt: str
    service: str
    proof: str
    subject: str = ""
    undo: str = ""


def _stopped(service: str, proof: str) -> Act:
    return Act(f"{service} is stopped", f"systemctl stop {service}", service, proof)


def _edited(path: str, script: str) -> str:
    """sed behind the links that lead through `current`; it must change something."""
    return f'before=$(md5sum < {path}); sed -i --follow-symlinks \'{script}\' {path}; test "$before" != "$(md5sum < {path})"'


ON_DISK = "runs the configuration on disk"
RULES = "rule group is loaded and healthy"
RELOAD = " && systemctl reload "
ACTS = (
    _stopped("prometheus", "API answers"),
    _stopped("alertmanager", "API answers"),
    _stopped("node_exporter", "target is up"),
    _stopped("blackbox_exporter", "target is up"),
    Act("a rule file is removed", f"rm $(readlink -f {RULE})", "prometheus", RULES, "observability-verify"),
    Act("a rule file is replaced", _edited(RULE, "s/verify_probe > /verify_probe >= /"), "prometheus", RULES, "observability-verify"),
    Act("Prometheus' configuration is edited", _edited(PROMETHEUS, "s/^  scrape_interval: .*/  scrape_interval: 77s/"), "prometheus", ON_DISK),
    Act("Alertmanager's configuration is edited", _edited(ALERTMANAGER, "s/repeat_interval: .*/repeat_interval: 77h/"), "alertmanager", ON_DISK),
    Act(
        "alerts are sent elsewhere",
        _edited(PROMETHEUS, "/alertmanagers:/,/^scrape_configs/ s/:9093$/:9999/") + RELOAD + "prometheus",
        "prometheus", "sends alerts to Alertmanager", HOST,
    ),
    Act(
        "the route of test alerts is gone",
        _edited(ALERTMANAGER, 's/observability_verify="true"/observability_verify="never"/') + RELOAD + "alertmanager",
        "alertmanager", "alert by API arrives",
    ),
    Act("a probed page is gone", "systemctl stop page", "blackbox_exporter", "probe succeeds", f":{PAGE}/", undo="systemctl start page"),
    Act(
        "a port is blocked",
        "nft 'add table inet sabotage; add chain inet sabotage in { type filter hook input priority 0; }; add rule inet sabotage in tcp dport 9100 drop'",
        "node_exporter", "target is up", undo="nft delete table inet sabotage",
    ),
    Act(
        "the disk of Prometheus' data is full",
        f"dd if=/dev/zero of={DATA}/filler bs=1M status=none; test -s {DATA}/filler",
        "prometheus", "", undo=f"rm {DATA}/filler; systemctl restart prometheus",
    ),
)  # fmt: skip


@dataclass
class Outcome:
    """What became of an act; ``wrong`` is empty when all went as it must."""

    act: Act
    named: str = ""
    others: int = 0
    repaired: str = ""
    seconds: float = 0
    wrong: str = ""


class Stage:
    """The host with the stack, and how it is brought up and proven."""

    def __init__(self, place: lab.Lab, reports: Path) -> None:
        self.place, self.reports = place, reports
        probes = [{"name": "page", "module": "http_2xx", "targets": [f"http://{place.hosts[HOST].address}:{PAGE}/"]}]
        self.variables = {"observability_probes": probes, "observability_report_dir": str(reports), "observability_verify_timeout": 45}

    def prepare(self) -> None:
        """A page to probe, a small disk for the data; then the stack, proven."""
        self.shell(f"mkdir -p {DATA} /srv/page && mount -t tmpfs -o size=64m small {DATA}")
        self.place.put(HOST, f"[Service]\nExecStart=/usr/bin/python3 -m http.server {PAGE} --directory /srv/page\n", "/etc/systemd/system/page.service")
        self.shell("systemctl start page")
        self.play("site").expect_success()
        self.play("verify").expect_success()

    def shell(self, text: str) -> None:
        """Run something in the host; it must succeed."""
        self.place.run(HOST, text, check=True)

    def play(self, name: str) -> PlayResult:
        """Run one of the playbooks."""
        return self.place.playbook(f"playbooks/{name}.yml", "-e", json.dumps(self.variables), inventories=[INVENTORY])

    def failed_proofs(self) -> list[dict[str, Any]]:
        """The failed proofs of a verify run that is made now; empty when it passes."""
        (self.reports / "verify.json").unlink(missing_ok=True)
        played = self.play("verify")
        proofs = [] if played.rc == 0 else json.loads((self.reports / "verify.json").read_text())["proofs"]
        return [proof for proof in proofs if proof["ok"] is False]


def culprit(act: Act, failed: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The failed proof that names what the act broke."""
    for proof in failed:
        same = proof["service"] == act.service and HOST in proof["host"] and proof["name"].startswith(act.proof)
        if same and act.subject in proof["subject"]:
            return proof
    return None


def perform(act: Act, stage: Stage, prove_each: bool) -> Outcome:
    """Break, see it named, repair, and see it proven."""
    outcome, began = Outcome(act), time.monotonic()
    stage.shell(act.hurt)
    failed = stage.failed_proofs()
    found = culprit(act, failed)
    outcome.named = f"{found['name']} {found['subject']}: {found['detail']}"[:110] if found else "nothing"
    outcome.others = len(failed) - bool(found)
    if not found:
        outcome.wrong = f"verify named only {[(p['service'], p['name'], p['subject'], p['detail']) for p in failed]}" if failed else "verify passed"
    outcome.repaired, wrong = _repair(act, stage)
    left = stage.failed_proofs() if prove_each else []
    wrong = wrong or (f"after the repair verify fails: {[(p['service'], p['name'], p['detail']) for p in left]}" if left else "")
    outcome.wrong, outcome.seconds = outcome.wrong or wrong, time.monotonic() - began
    return outcome


def _repair(act: Act, stage: Stage) -> tuple[str, str]:
    """(how it was repaired, what was wrong with that)."""
    if act.undo:
        stage.shell(act.undo)
        return "by hand", ""
    played = stage.play("site")
    if played.rc or not played.changed:
        return "not at all", f"site ended with {played.rc}, changed={played.changed}: {played.failures}"
    return "by site", ""


def main(arguments: list[str]) -> int:
    """Perform the chosen acts and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.sabotage", description="Break a proven stack; verify must name the culprit.")
    parser.add_argument("names", nargs="*", help="parts of the names of acts; without them all")
    parser.add_argument("--list", action="store_true", help="print the acts")
    parser.add_argument("--once", action="store_true", help="prove the repairs once, at the end")
    parser.add_argument("--keep", action="store_true", help="leave the host running")
    args = parser.parse_args(arguments)
    acts = [act for act in ACTS if not args.names or any(name in act.name for name in args.names)]
    if args.list or not acts:
        print("\n".join(act.name for act in acts or ACTS))
        return 0 if acts else 2
    place = lab.up(LAB, {HOST: "bookworm"})
    place.renew(HOST)
    try:
        with tempfile.TemporaryDirectory(prefix="sabotage-") as reports:
            return _perform_all(acts, Stage(place, Path(reports)), not args.once)
    finally:
        if not args.keep:
            lab.down(LAB)


def _perform_all(acts: list[Act], stage: Stage, prove_each: bool) -> int:
    stage.prepare()
    outcomes = []
    for act in acts:
        outcomes.append(perform(act, stage, prove_each))
        print(f"{act.name}: {outcomes[-1].wrong or 'named, repaired'} ({outcomes[-1].seconds:.0f} s)", flush=True)
    rows = [[o.act.name, o.named, str(o.others), o.repaired, "WRONG" if o.wrong else "ok"] for o in outcomes]
    print(table(["broken", "named by verify", "further failed proofs", "repaired", "result"], rows))
    left = [] if prove_each else stage.failed_proofs()
    print(f"in the end: {len(left)} failed proofs")
    return sum(bool(outcome.wrong) for outcome in outcomes) + bool(left)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
