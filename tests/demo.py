# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demo: one host, the whole stack on it, and the proof: python -m tests.demo up|down.

The host is DEMO_HOST=user@host (by ssh, with sudo; programs come from upstream or from OBSERVABILITY_MIRROR_URL), or else
one that the lab boots on this machine, for which it must be root on Debian or Ubuntu.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager
from ansible_collections.observability.stack.plugins.plugin_utils.topology import endpoints

from tests.lab.mirror import Store
from tests.lab.playbook import environment
from tools.build_tree import ROOT

LAB = os.environ.get("DEMO_LAB", "demo")
INVENTORY = ROOT / "inventories" / "demo"
MINE = ROOT / ".build" / "demo" / "host.yml"


class DemoError(Exception):
    """A sentence that tells the user what to do."""


@dataclass(frozen=True)
class Place:
    """Where the demo runs: the inventory that says how to reach the host, and how the choice is told."""

    inventory: Path
    told: str


def say(text: str) -> None:
    """Print a line at once, so that it stands before what the next program prints."""
    print(f"\n== {text}", flush=True)


def module(*arguments: str, capture: bool = False) -> str:
    """Run one of our own programs with its progress on the screen; return its output when `capture` is set."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE if capture else None, text=True, check=False)
    if done.returncode:
        raise DemoError(f"`{' '.join(arguments)}` failed; the lines above say why. `make demo` goes on where it stopped.")
    return (done.stdout or "").strip()


def demo_host() -> str:
    """Return the name of the demo inventory's host."""
    return str(InventoryManager(loader=DataLoader(), sources=[str(INVENTORY)]).get_hosts()[0].name)


def own_host(target: str) -> Place:
    """Return the place that DEMO_HOST names, as an inventory written below .build."""
    user, _, address = target.rpartition("@")
    variables = {"ansible_host": address, "ansible_become": user != "root"} | ({"ansible_user": user} if user else {})
    mirror = os.environ.get("OBSERVABILITY_MIRROR_URL")
    shared = {"observability_mirror_url": mirror} if mirror else {}
    MINE.parent.mkdir(parents=True, exist_ok=True)
    MINE.write_text(yaml.safe_dump({"all": {"hosts": {demo_host(): variables}, "vars": shared}}), encoding="utf-8")
    return Place(MINE, f"your host {address}, by ssh as {user or 'the user that ssh chooses'}")


def lab_host() -> Place:
    """Boot the lab's host with its mirror filled, and return it."""
    say("programs: from upstream where it can be reached, otherwise built from pinned sources (once, about ten minutes)")
    module("tests.lab.mirror", "fill")
    say("host: a systemd container of the lab")
    if any(archive.program == "grafana" for archive in Store().built()):
        say("Grafana's own archive is out of reach: a stand-in that answers its API is installed in its place; it draws no pages")
    path = module("tests.lab", "up", LAB, "--inventory", str(INVENTORY.relative_to(ROOT)), capture=True)
    return Place(Path(path.splitlines()[-1]), "a host that the lab booted on this machine")


def choose() -> Place:
    """Return the place to run in, as the environment and this machine allow."""
    target = os.environ.get("DEMO_HOST")
    if target:
        return own_host(target)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return lab_host()
    raise DemoError(
        "The demo needs a host: name one with DEMO_HOST=user@host (systemd, Python 3.8 or newer, sudo), "
        "or run it as root on Debian or Ubuntu, where it boots one."
    )


def playbook(name: str, place: Place, *arguments: str) -> None:
    """Run a playbook of the collection on the place's host, its output on the screen."""
    words = ["-i", os.path.relpath(INVENTORY, ROOT), "-i", str(place.inventory), f"playbooks/{name}.yml", *arguments]
    shown = " ".join(["ansible-playbook", *words])
    say(shown)
    if subprocess.run([str(Path(sys.executable).parent / "ansible-playbook"), *words], cwd=ROOT, env=environment(), check=False).returncode:
        raise DemoError(f"`{shown}` failed; the lines above say why. Nothing is lost: mend it and run `make demo` again.")


def urls(place: Place) -> list[str]:
    """Return one line per service: its name and the address of its pages."""
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(INVENTORY), str(place.inventory)])
    variables = VariableManager(loader=loader, inventory=inventory)
    known = {host.name: variables.get_vars(host=host) for host in inventory.get_hosts()}
    records = endpoints(inventory.get_groups_dict(), known.__getitem__, next(iter(known)))
    return [f"  {row['service']:20} {row['scheme']}://{row['address']}:{row['port']}{row['path_prefix']}/" for row in records]


def up() -> None:
    """Bring up the demo, prove it and say where it is."""
    started = time.monotonic()
    place = choose()
    say(f"the demo runs on {place.told}")
    playbook("site", place)
    playbook("verify", place)
    say(f"ready after {time.monotonic() - started:.0f} s, on {place.told}")
    print("\n".join(urls(place)))
    print("  Again: make demo (quick, changed=0). Remove: make demo-down.", flush=True)


def down() -> None:
    """Remove the demo: from a host of the user's by playbook, otherwise together with the lab's host."""
    if os.environ.get("DEMO_HOST"):
        playbook("remove", own_host(os.environ["DEMO_HOST"]), "-e", "observability_remove=true", "-e", "observability_remove_data=true")
    else:
        module("tests.lab", "down", LAB)
    say("the demo is removed")


def main(arguments: list[str]) -> int:
    """Do what is asked; an error is one sentence."""
    actions = {"up": up, "down": down}
    if len(arguments) != 1 or arguments[0] not in actions:
        print("usage: python -m tests.demo up|down", file=sys.stderr)
        return 2
    try:
        actions[arguments[0]]()
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
