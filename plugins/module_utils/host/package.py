# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The distribution's package as the source of the program."""
from __future__ import annotations

import os
import shutil
import subprocess

from .errors import ServiceError
from .systemd import Unit

_ENV = {"PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def installed_version(name: str) -> str:
    """Return the installed version of a package, empty when it is not installed."""
    if shutil.which("dpkg-query"):
        done = _run(["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Version}", name])
        words = done.stdout.split()
        return words[1] if done.returncode == 0 and words[:1] == ["installed"] else ""
    done = _run(["rpm", "--query", "--queryformat", "%{VERSION}", name])
    return done.stdout.strip() if done.returncode == 0 else ""


def install(name: str, unit: str) -> None:
    """Install a package while its unit is masked, so that it does not start with the distribution's configuration.

    :raises ServiceError: with the package manager's last words.
    """
    held = _mask(unit)
    try:
        done = _run(_command(name))
    finally:
        if held:
            Unit(unit).act("unmask --runtime")
    if done.returncode:
        raise ServiceError("The package %s could not be installed: %s" % (name, "\n".join(done.stdout.strip().splitlines()[-5:])),
                           "Check the host's package sources; nothing of the service was touched.")


def _mask(unit: str) -> bool:
    if Unit(unit).show().get("LoadState") not in ("not-found", "masked"):
        return False
    Unit(unit).act("mask --runtime")
    return True


def _command(name: str) -> list:
    if shutil.which("apt-get"):
        if not os.path.isdir("/var/lib/apt/lists") or len(os.listdir("/var/lib/apt/lists")) < 4:
            _run(["apt-get", "update", "-q"])
        return ["apt-get", "install", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", name]
    for tool in ("dnf", "yum"):
        if shutil.which(tool):
            return [tool, "install", "-y", name]
    raise ServiceError("This host has neither apt-get nor dnf.", "Use install_method: archive here.")


def remove(name: str) -> None:
    """Remove a package and keep its data and configuration (as the package manager's remove does)."""
    tool = "apt-get" if shutil.which("apt-get") else "dnf"
    done = _run([tool, "remove", "-y", name])
    if done.returncode:
        raise ServiceError("The package %s could not be removed: %s" % (name, done.stdout.strip()[-400:]))


def _run(argv: list):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=_ENV)
