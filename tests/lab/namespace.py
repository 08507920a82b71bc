# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where podman runs. systemd in a container wants a plain cgroup2 tree; many machines still have the hybrid one.

On such a machine every podman call is made inside one private mount namespace in which /sys/fs/cgroup is cgroup2. A
sleeping holder process keeps it alive, so that all calls see the same mounts. The rest of the machine sees no change.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.lab import limits
from tests.lab.core import LabError, checked, lock, run, write
from tests.lab.process import Process

LABEL = "observability.lab"
_LOST = re.compile(r"retrieving network namespace at /run/netns/(netns-[0-9a-f-]+):")
# Of the machine, not of a user's cache: all labs on it must share one namespace.
RUNTIME = Path("/run/observability-lab")
_PREPARE = "umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec sleep infinity"
# Our own file, so that what is configured on this machine for other uses of podman does not matter.
_CONTAINERS_CONF = """\
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
[network]
network_backend = "netavark"
"""


def _holder() -> Process:
    return Process(RUNTIME / "holder.json")


def is_plain(mounts: str) -> bool:
    """Tell from the text of /proc/self/mounts whether this machine's cgroups are the plain cgroup2 tree already."""
    kinds = [fields[2] for fields in map(str.split, mounts.splitlines()) if fields[1] == "/sys/fs/cgroup"]
    return kinds[-1:] == ["cgroup2"]


def inhabited() -> int | None:
    """Return the pid of a monitor of our containers that lives in another mount namespace, if there is one."""
    own = os.readlink("/proc/self/ns/mnt")
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            ours = comm.read_text() == "conmon\n" and b"obslab" in comm.with_name("cmdline").read_bytes()
            if ours and os.readlink(comm.with_name("ns") / "mnt") != own:
                return int(comm.parent.name)
    return None


def _start_holder() -> int:
    """Hold the namespace in which our containers live already; make a new one when there is none.

    podman in a second namespace would not see the first one's mounts, and fail for every host.
    """
    log, monitor = RUNTIME / "holder.log", inhabited()
    enter = ["nsenter", "--target", str(monitor), "--mount", "--wd=/", "sleep", "infinity"]
    make = ["unshare", "--mount", "--propagation", "slave", "sh", "-c", _PREPARE]
    pid = _holder().start(enter if monitor else make, log)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _holder().pid():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == "sleep":
                return pid
        time.sleep(0.02)
    reason = log.read_text().strip()
    raise LabError(f"A mount namespace with cgroup2 could not be made ({reason}). Run the lab as real root.")


def prefix() -> list[str]:
    """Return the words to put before a podman call: none on a plain machine."""
    if is_plain(Path("/proc/self/mounts").read_text()):
        return []
    with lock("namespace", RUNTIME):
        pid = _holder().pid() or _start_holder()
    return ["nsenter", "--target", str(pid), "--mount"]


def prepare() -> None:
    """Make this machine ready for many hosts. ``release`` undoes it."""
    with lock("limits", RUNTIME):
        limits.ensure(RUNTIME / "inotify-limit")


def release() -> None:
    """When no host is left on this machine: end the holder (the namespace and its mounts go with it), put limits back."""
    if not podman("ps", "--all", "--quiet", "--filter", f"label={LABEL}").stdout.strip():
        _holder().stop()
        limits.restore(RUNTIME / "inotify-limit")


def podman_argv(*words: str) -> list[str]:
    """Return the full command line of a podman call. Paths in it must be absolute."""
    conf = RUNTIME / "containers.conf"
    if not conf.exists():
        write(conf, _CONTAINERS_CONF)
    return [*prefix(), "env", f"CONTAINERS_CONF={conf}", "podman", *words]


def podman(*words: str, input: str | bytes | None = None, timeout: float = 120, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run podman where the lab's containers live."""
    argv, lost = podman_argv(*words), ""
    while True:
        done = run(argv, input=input, timeout=timeout, check=False)
        found = _LOST.search(done.stderr.decode(errors="replace")) if done.returncode else None
        if not found or found[1] == lost:
            return checked(done) if check else done
        lost = found[1]
        _replace_network(lost)


def _replace_network(name: str) -> None:
    """Put an empty network in the place of one that went with its machine or its namespace.

    podman can list no container at all while one of them that it believes to be running has none. Given one, it sees that the
    container has ended, and can remove it.
    """
    enter = [*prefix(), "sh", "-c"]
    run([*enter, f"umount /run/netns/{name} 2>/dev/null; rm -f /run/netns/{name}; ip netns add {name}"], check=False)


def podman_json(words: Sequence[str]) -> list[dict]:
    """Run a podman call that prints JSON; an object that does not exist gives an empty list."""
    done = podman(*words, check=False)
    return json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else []
