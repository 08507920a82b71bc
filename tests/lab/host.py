# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One lab host: a container in which systemd is process 1 and sshd answers."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.lab import image
from tests.lab.core import LabError, Stopwatch, say, scope
from tests.lab.namespace import LABEL, podman, podman_argv, podman_json

BOOT_SECONDS = 90
# --privileged: systemd mounts, unshares and makes cgroups. Its own limits keep a runaway test from starving the machine.
FLAGS = (
    "--systemd=always", "--privileged", "--pids-limit=-1", "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=30000:30000",
    "--stop-signal=SIGRTMIN+3", "--stop-timeout=20", "--log-driver=k8s-file", "--log-opt", "max-size=1mb",
)  # fmt: skip


@dataclass(frozen=True)
class Host:
    """A host as it was asked for, with the address that it got."""

    lab: str
    name: str
    release: str
    address: str
    binds: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Host name inside the lab: the inventory name without what a host name may not have."""
        return re.sub(r"[^a-z0-9-]+", "-", self.name.lower()).strip("-")[:50]

    @property
    def container(self) -> str:
        """Name of the container."""
        return f"obslab{scope()}-{self.lab}-{self.short}"

    @property
    def mac(self) -> str:
        """Hardware address, made from the address: after a reboot the neighbours' tables still hold."""
        return ":".join(["02", "0b", *(f"{int(part):02x}" for part in self.address.split("."))])

    @property
    def spec(self) -> str:
        """Digest of what was asked for, so that a second ``up`` sees whether the host still fits."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def find(lab: str) -> dict[str, dict]:
    """Return podman's records of a lab's containers, by the host's name."""
    ids = podman("ps", "--all", "--quiet", "--filter", f"label={LABEL}={lab}{scope()}").stdout.decode().split()
    records = podman_json(["inspect", *ids]) if ids else []
    return {record["Config"]["Labels"][f"{LABEL}.host"]: record for record in records}


def from_record(record: dict) -> Host:
    """Rebuild the Host from its container's labels."""
    return Host(**{**(about := json.loads(record["Config"]["Labels"][f"{LABEL}.about"])), "binds": tuple(about["binds"])})


def create(host: Host, network: str, keys: Path) -> None:
    """Make and start the container. ``keys`` is the file of public keys that may log in."""
    labels = {LABEL: host.lab + scope(), f"{LABEL}.host": host.name, f"{LABEL}.spec": host.spec, f"{LABEL}.about": json.dumps(asdict(host))}
    argv = ["run", "--detach", "--name", host.container, "--hostname", host.short, *FLAGS]
    argv += ["--network", f"{network}:ip={host.address},mac={host.mac},alias={host.short}"]
    for key, value in labels.items():
        argv += ["--label", f"{key}={value}"]
    for bind in (f"{keys}:{image.AUTHORIZED_KEYS}", *host.binds):
        argv += ["--volume", f"{bind if ':' in bind else f'{bind}:{bind}'}:ro"]
    podman(*argv, image.ensure(host.release), "/sbin/init")


def start(host: Host) -> None:
    """Start the stopped container; its file system and address are as before."""
    podman("start", host.container)


def stop(host: Host, *, power_loss: bool = False) -> None:
    """Shut the host down, or take its power away: every process ends at once, nothing is told."""
    if power_loss:
        podman("kill", "--signal", "KILL", host.container, check=False)
        podman("wait", host.container, check=False)
    else:
        podman("stop", host.container, check=False)


def remove(container: str) -> None:
    """Remove the container with its file system."""
    podman("rm", "--force", "--time", "0", "--volumes", container, check=False)


def exec_argv(host: Host, argv: list[str], *, stdin: bool = False, tty: bool = False) -> list[str]:
    """Return the full command line that runs ``argv`` inside the host as root."""
    flags = [flag for flag, wanted in (("--interactive", stdin or tty), ("--tty", tty)) if wanted]
    return podman_argv("exec", *flags, "--env", "LANG=C.UTF-8", host.container, *argv)


def execute(host: Host, argv: list[str], *, input: str | bytes | None = None, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program inside the host as root, past its network. Raises LabError after ``timeout`` seconds."""
    words = exec_argv(host, argv, stdin=input is not None)
    data = input.encode() if isinstance(input, str) else input
    feed: dict = {"stdin": subprocess.DEVNULL} if data is None else {"input": data}
    try:
        done = subprocess.run(words, check=False, capture_output=True, timeout=timeout, **feed)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"{host.name}: '{' '.join(argv)[:200]}' did not end within {timeout:g} s.") from error
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(argv, done.returncode, out, err)


def _banner(address: str) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, 22), timeout=1) as connection:
        connection.settimeout(2)
        return connection.recv(4) == b"SSH-"
    return False


def _must_run(host: Host) -> None:
    """Raise LabError with the host's last words when its container has ended."""
    if podman("inspect", "--format", "{{.State.Status}}", host.container).stdout.strip() == b"exited":
        logs = podman("logs", "--tail", "10", host.container, check=False)
        words = (logs.stdout + logs.stderr).decode(errors="replace").strip()
        raise LabError(f"{host.name} ended while it booted. Its last words: {words or 'none'}")


def wait(host: Host) -> None:
    """Wait until the host has booted and sshd answers. Raises LabError with the units in question when it does not."""
    watch, deadline, state = Stopwatch(), time.monotonic() + BOOT_SECONDS, ""
    while time.monotonic() < deadline:
        state = execute(host, ["systemctl", "is-system-running"], timeout=30).stdout.strip()
        if state in ("running", "degraded") and _banner(host.address):
            break
        if not state:
            _must_run(host)
        time.sleep(0.15)
    else:
        jobs = execute(host, ["systemctl", "list-jobs", "--no-pager"]).stdout.strip()
        raise LabError(f"{host.name} did not boot within {BOOT_SECONDS} s (systemd says {state or 'nothing'}): {jobs}")
    if state == "degraded":
        failed = execute(host, ["systemctl", "--failed", "--plain", "--no-legend"]).stdout.split("\n")
        say(f"{host.name}: booted, but failed units: {', '.join(line.split()[0] for line in failed if line)}")
    say(f"{host.name}: {host.release} at {host.address}, ssh answers after {watch}")
