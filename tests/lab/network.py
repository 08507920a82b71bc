# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bridge network of a lab: its own subnet, names that resolve, the machine's MTU."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.core import LabError, lock, run
from tests.lab.namespace import podman, podman_json

FIRST_HOST = 10


@dataclass(frozen=True)
class Network:
    """A lab's network as podman made it."""

    name: str
    subnet: str
    gateway: str

    def free_address(self, taken: Iterable[str]) -> str:
        """Return the first address that no host has. A host keeps its address for as long as it lives."""
        used = set(taken)
        for address in list(ipaddress.ip_network(self.subnet).hosts())[FIRST_HOST - 1 :]:
            if str(address) not in used:
                return str(address)
        raise LabError(f"The network {self.name} ({self.subnet}) has no free address left.")


def _mtu() -> str:
    """MTU of the interface of the default route: a larger one on the bridge would lose packets without a word."""
    words = run(["ip", "-4", "route", "show", "default"], check=False).stdout.decode().split()
    if "dev" not in words:
        return "1500"
    return Path(f"/sys/class/net/{words[words.index('dev') + 1]}/mtu").read_text().strip()


def find(name: str) -> Network | None:
    """Return the network when it exists."""
    found = podman_json(["network", "inspect", name])
    if not found:
        return None
    subnet = found[0]["subnets"][0]
    return Network(name, subnet["subnet"], subnet["gateway"])


def ensure(name: str) -> Network:
    """Return the network, made when needed."""
    with lock("network"):
        if not find(name):
            podman("network", "create", "--opt", f"mtu={_mtu()}", name)
    network = find(name)
    if network is None:
        raise LabError(f"podman made no network {name}.")
    return network


def remove(name: str) -> None:
    """Remove the network; its bridge goes with it."""
    podman("network", "rm", "--force", name, check=False)
