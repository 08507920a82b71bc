# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The system packages that the lab stands on: name them, or install them when that is possible and allowed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.lab.core import LabError, run, say

# program -> Debian package. Helpers of podman live outside PATH.
PROGRAMS = {
    "podman": "podman",
    "crun": "crun",
    "debootstrap": "debootstrap",
    "netavark": "netavark",
    "aardvark-dns": "aardvark-dns",
    "iptables": "iptables",
    "nft": "nftables",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "nsenter": "util-linux",
    "tar": "tar",
}
_SEARCH = ":".join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/lib/podman", "/usr/libexec/podman"])
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def _find(program: str) -> str | None:
    return shutil.which(program, path=_SEARCH)


def missing(find: Callable[[str], str | None] = _find, keyring: Path = KEYRING) -> list[str]:
    """Return the packages that are not installed, sorted."""
    packages = {package for program, package in PROGRAMS.items() if not find(program)}
    if not keyring.exists():
        packages.add("debian-archive-keyring")
    return sorted(packages)


def ensure() -> None:
    """Install what is missing. Raises LabError naming the packages when this process may not."""
    if os.geteuid() != 0:
        raise LabError("The lab boots systemd hosts and must run as root. Run it with sudo, or use hosts of your own.")
    packages = missing()
    if not packages:
        return
    names = " ".join(packages)
    if os.environ.get("INSTALL") == "0" or not shutil.which("apt-get"):
        raise LabError(f"The lab needs packages that are not installed: {names}. Install them (apt-get install {names}).")
    say(f"installing {names}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-y", "-o", "DPkg::Lock::Timeout=300"]
    run([*apt, "update"], env=env, timeout=600)
    run([*apt, "install", "--no-install-recommends", *packages], env=env, timeout=900)
