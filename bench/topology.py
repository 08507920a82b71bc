# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading the topology of 1,000 hosts: the `endpoints` filter on a real inventory."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

from bench.report import table
from tests.lab.playbook import environment, program

COUNTS = (10, 100, 1000)
PLAY = [
    {
        "hosts": "prometheus",
        "gather_facts": False,
        "tasks": [{"ansible.builtin.debug": {"msg": "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname) | length }}"}}],
    }
]


def _seconds(count: int, folder: Path) -> float:
    names = {f"node{number:04d}": {"ansible_host": f"10.0.{number // 250}.{number % 250 + 1}"} for number in range(count)}
    inventory = {"all": {"children": {"nodes": {"hosts": names}, "prometheus": {"hosts": {"node0000": {}}}}}}
    (folder / "hosts.yml").write_text(json.dumps(inventory))
    (folder / "play.yml").write_text(json.dumps(PLAY))
    began = time.monotonic()
    done = subprocess.run(
        [program("ansible-playbook"), "-i", str(folder / "hosts.yml"), str(folder / "play.yml")],
        check=True, capture_output=True, text=True, env=environment(),
    )  # fmt: skip
    if f'"msg": "{count + 1}"' not in done.stdout and f'"msg": {count + 1}' not in done.stdout:
        raise RuntimeError(f"expected {count + 1} endpoints: {done.stdout[-500:]}")
    return time.monotonic() - began


def measure() -> str:
    """Return the section."""
    with tempfile.TemporaryDirectory() as name:
        rows = [[str(count), f"{_seconds(count, Path(name)):.1f} s"] for count in COUNTS]
    return f"""## Reading the topology

A whole `ansible-playbook` run that asks for every endpoint once, Ansible's own start and inventory included.

{table(["hosts", "seconds"], rows)}"""
