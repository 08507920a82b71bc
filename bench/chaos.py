# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""python -m bench.chaos [N] [--seed S]: change versions and configurations N times, and interrupt it at random moments.

Each round asks for the other of two descriptions of prometheus, alertmanager and node_exporter on one lab host, and either kills
the module with SIGKILL, takes the host's power away, or lets the run be; meanwhile all three are polled. After each, no service
may be a mixture: not on the disk, not as a process. At the end one plain run must converge and leave nothing behind. The seed is
printed; the same seed makes the same choices (the moments hit what they hit). Bounded: N rounds of at most two minutes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.hosts.support import Poller
from tests.lab import lab
from tests.lab.core import LabError
from tests.lab.playbook import PlayResult

HOST = "one"
SERVICES = {"prometheus": (9090, "/-/ready"), "alertmanager": (9093, "/-/ready"), "node_exporter": (9100, "/metrics")}
VERSIONS = {
    "old": {"prometheus": "3.14.0", "alertmanager": "0.34.1", "node_exporter": "1.11.1"},
    "new": {"prometheus": "3.15.0", "alertmanager": "0.34.2", "node_exporter": "1.12.1"},
}
# Seconds of a change among which the moment of the interruption is drawn, and for which a restart may be silent.
LONGEST, RESTART = 1.5, 12.0
MODULE = "^/usr/bin/python3"

# One line for each service: the words by which disk and process say which description they are of.
LOOK = r"""
for name in prometheus alertmanager node_exporter; do
  dir=/etc/$name; pid=$(systemctl show -P MainPID $name)
  echo "$name disk $(basename $(readlink -f $dir/current/release)) $(grep -rhoE 'CHAOS=(old|new)' $dir/current/unit.d) \
$(grep -hoE 'chaos-(old|new)' $dir/current/config/$name.yml | sort -u | tr '\n' ' ')"
  [ "$pid" = 0 ] || echo "$name process $(basename $(dirname $(readlink /proc/$pid/exe | sed 's/ (deleted)//'))) \
$(tr '\0' '\n' < /proc/$pid/environ | grep -oE 'CHAOS=(old|new)')"
done 2>/dev/null
"""
LITTER = r"""
find /etc /opt/observability /usr/local /var/lib/observability.stack /var/lib/alertmanager* /var/lib/prometheus -maxdepth 4 \
  \( -name '.staging-*' -o -name '*.observability-*' -o -name '*.adopted' -o -name '*.snapshot-generation-*' \)
ls -d /tmp/observability* 2>/dev/null
grep -l '"pending": {' /var/lib/observability.stack/services/*.json
for dir in /opt/observability/*/*; do
  for link in /etc/*/generations/*/release; do [ "$(readlink -f $link)" = "$dir" ] && continue 2; done
  echo "unreferenced $dir"
done
systemctl --failed --plain --no-legend
"""


def variables(which: str) -> dict[str, object]:
    """The description ``old`` or ``new``: its name is in the version, in the configuration and in the environment."""
    marked: dict[str, object] = {f"{name}_version": version for name, version in VERSIONS[which].items()}
    marked |= {f"{name}_environment": {"CHAOS": which} for name in SERVICES}
    receivers = [{"name": f"chaos-{which}"}]
    return marked | {"prometheus_external_labels": {"mark": f"chaos-{which}"}, "alertmanager_receivers": receivers}


@dataclass
class Tally:
    """What happened in all rounds, and what should not have."""

    kinds: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    restarts_gap: float = 0.0

    def blame(self, number: int, text: str) -> None:
        """Note a fault, and say it at once."""
        self.wrong.append(f"round {number}: {text}")
        print(f"  WRONG {self.wrong[-1]}", flush=True)


class Chaos:
    """The host, and one round on it."""

    def __init__(self, place: lab.Lab, seed: int) -> None:
        self.place, self.random, self.tally = place, random.Random(seed), Tally()
        self.which, self.done = "old", True

    def site(self, which: str) -> PlayResult:
        """Run the playbook site for one of the descriptions."""
        return self.place.playbook("playbooks/site.yml", "-e", json.dumps(variables(which)), timeout=240)

    def round(self, number: int) -> None:
        """One change with one interruption, and a look at what is there then."""
        # What was interrupted is now and then asked for once more, now and then the way back: both happen.
        if self.random.random() < 0.4 or self.done:
            self.which = "new" if self.which == "old" else "old"
        self.place.run(HOST, "rm -f /run/observability.stack/*.phase")  # what a killed run said last would be taken for this one
        kind = self.random.choice(["kill", "kill", "power", "none"])
        victim, moment = self.random.choice(list(SERVICES)), self.random.uniform(0.0, LONGEST)
        address = self.place.hosts[HOST].address
        pollers = {name: Poller(address, port, path) for name, (port, path) in SERVICES.items()}
        for poller in pollers.values():
            poller.__enter__()
        began, played = time.monotonic(), self._change(self.which, kind, victim, moment)
        self.done = played.rc == 0
        self._settle(number)
        for poller in pollers.values():
            poller.__exit__()
        self._judge(number, kind, played, pollers)
        gaps = ", ".join(f"{name} {poller.gap:.1f} s" for name, poller in pollers.items())
        what = kind if kind == "none" else f"{kind} {moment:.1f} s into {victim}"
        print(f"round {number}: to {self.which}, {what}, ended with {played.rc} after {time.monotonic() - began:.0f} s; silent: {gaps}", flush=True)

    def _change(self, which: str, kind: str, victim: str, moment: float) -> PlayResult:
        ended = threading.Event()
        disturber = threading.Thread(target=self._disturb, args=(kind, victim, moment, ended))
        disturber.start()
        try:
            return self.site(which)
        finally:
            ended.set()
            disturber.join()

    def _disturb(self, kind: str, victim: str, moment: float, ended: threading.Event) -> None:
        begun = ["test", "-e", f"/run/observability.stack/{victim}.phase"]
        while kind != "none" and not ended.is_set() and self.place.run(HOST, begun).returncode:
            ended.wait(0.02)
        hit = kind if kind == "none" else "missed" if ended.wait(moment) else self._hit(kind, ended)
        self.tally.kinds[hit] = self.tally.kinds.get(hit, 0) + 1

    def _hit(self, kind: str, ended: threading.Event) -> str:
        if kind == "power":
            self.place.reboot(HOST, power_loss=True)
            return kind
        while not ended.is_set():
            try:
                self.place.kill9(HOST, pattern=MODULE)
                return kind
            except LabError:
                ended.wait(0.02)
        return "missed"

    def _settle(self, number: int) -> None:
        """Every service answers again, without any help."""
        address = self.place.hosts[HOST].address
        for name, (port, path) in SERVICES.items():
            if not wait_until(partial(answers, f"http://{address}:{port}{path}"), 45):
                state = self.place.run(HOST, f"systemctl status --no-pager -n 5 {name}").stdout
                self.tally.blame(number, f"{name} does not answer 45 s after the interruption: {state}")

    def _judge(self, number: int, kind: str, played: PlayResult, pollers: dict[str, Poller]) -> None:
        for line in self.place.run(HOST, LOOK, check=True).stdout.splitlines():
            name, _place, version, *marks = line.split()
            of = {which for which, versions in VERSIONS.items() if versions[name] == version}
            of |= {mark.replace("CHAOS=", "").replace("chaos-", "") for mark in marks}
            if len(of) != 1:
                self.tally.blame(number, f"a mixture: {line}")
        if kind == "none" and played.rc:
            self.tally.blame(number, f"an undisturbed run failed: {played.failures}")
        for name, poller in pollers.items():
            if kind != "power" and poller.gap > RESTART:
                self.tally.blame(number, f"{name} was silent for {poller.gap:.1f} s, longer than a restart of its own")
            if kind != "power":
                self.tally.restarts_gap = max(self.tally.restarts_gap, poller.gap)

    def finish(self, number: int) -> None:
        """A plain run converges, the next one has nothing to do, and nothing is left behind."""
        played = self.site(self.which)
        if played.rc:
            self.tally.blame(number, f"the plain run at the end failed: {played.failures}")
        elif (again := self.site(self.which)).changed:
            self.tally.blame(number, f"a second plain run changed {again.changed} things")
        self._judge(number, "none", played, {})
        litter = self.place.run(HOST, LITTER).stdout.split("\n")
        for line in filter(None, litter):
            self.tally.blame(number, f"left behind: {line}")


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except (OSError, http.client.HTTPException):
        return False


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


def main(arguments: list[str]) -> int:
    """Run the rounds; the exit status is 1 when anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description="Interrupt changes at random moments, and look what is left.")
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(100_000))
    parser.add_argument("--keep", action="store_true", help="leave the host running")
    args = parser.parse_args(arguments)
    print(f"seed {args.seed}: python -m bench.chaos {args.rounds} --seed {args.seed}", flush=True)
    place = lab.up("chaos", {HOST: "bookworm"}, groups={group: [HOST] for group in ("nodes", "alertmanager", "prometheus")})
    place.renew(HOST)
    chaos = Chaos(place, args.seed)
    try:
        chaos.site("old").expect_success()
        for number in range(1, args.rounds + 1):
            chaos.round(number)
        chaos.finish(args.rounds + 1)
    finally:
        if not args.keep:
            lab.down("chaos")
    tally = chaos.tally
    print(f"{args.rounds} rounds: {tally.kinds}; longest silence without a power loss {tally.restarts_gap:.1f} s; {len(tally.wrong)} things were wrong")
    print("\n".join(tally.wrong))
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
