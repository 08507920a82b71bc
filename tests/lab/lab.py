# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lab: hosts on a network of their own, with a mirror and an inventory. This is what tests import.

::

    from tests.lab import lab
    mine = lab.up("mine", {"h1": "bookworm"}, groups={"nodes": ["h1"]})
    mine.run("h1", ["systemctl", "is-active", "ssh"]).stdout
    mine.playbook("playbooks/site.yml", "--diff").expect_success()
    lab.down("mine")
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.lab import access, faults, needs, network, playbook
from tests.lab import host as hosts_module
from tests.lab.core import LabError, Stopwatch, check_name, labs_dir, lock, say, scope, write
from tests.lab.host import LABEL, Host
from tests.lab.namespace import prepare, release
from tests.lab.served_mirror import Mirror


class Lab:
    """A lab that is up. Methods take a host by its inventory name."""

    def __init__(self, name: str, hosts: Mapping[str, Host], groups: Mapping[str, list[str]], gateway: str) -> None:
        self.name = name
        self.state = labs_dir() / name
        self.hosts = dict(hosts)
        self.groups = dict(groups)
        self.mirror = Mirror(self.state, gateway)
        self.inventory = self.state / "inventory.yml"

    def _host(self, name: str) -> Host:
        if name not in self.hosts:
            raise LabError(f"The lab {self.name} has no host {name!r}; it has: {', '.join(self.hosts) or 'none'}.")
        return self.hosts[name]

    def run(
        self, host: str, argv: Sequence[str] | str, *, input: str | bytes | None = None, timeout: float = 60, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run a program (a string: a shell command) in the host as root, past its network and sshd.

        Raises LabError after ``timeout`` seconds and, with ``check``, when it fails.
        """
        words = ["sh", "-c", argv] if isinstance(argv, str) else list(argv)
        done = hosts_module.execute(self._host(host), words, input=input, timeout=timeout)
        if check and done.returncode != 0:
            raise LabError(f"{host}: {argv!r} failed with status {done.returncode}: {(done.stderr or done.stdout).strip()[-1500:]}")
        return done

    def put(self, host: str, content: str | bytes | Path, path: str, mode: str = "0644") -> None:
        """Write a file in the host from text, bytes or a local file; owner root."""
        data = content.read_bytes() if isinstance(content, Path) else content
        script = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"'
        self.run(host, ["sh", "-c", script, "sh", path, mode], input=data, timeout=300, check=True)

    def get(self, host: str, path: str) -> str:
        """Return the text of a file in the host. Raises LabError when it cannot be read."""
        return self.run(host, ["cat", path], check=True).stdout

    def playbook(
        self,
        path: str | Path,
        *args: str,
        env: Mapping[str, str] | None = None,
        inventories: Sequence[str | Path] = (),
        timeout: float = 1200,
    ) -> playbook.PlayResult:
        """Run ansible-playbook with the staged collection; ``inventories`` come before the lab's own. See playbook.play."""
        return playbook.play(path, *args, inventories=[*inventories, self.inventory], env=env, timeout=timeout)

    def cut_network(self, host: str) -> None:
        """See faults.cut_network."""
        faults.cut_network(self._host(host))

    def network_attempts(self, host: str) -> int:
        """See faults.network_attempts."""
        return faults.network_attempts(self._host(host))

    def restore_network(self, host: str) -> None:
        """See faults.restore_network."""
        faults.restore_network(self._host(host))

    def mount_tmpfs(self, host: str, path: str, size: str) -> None:
        """See faults.mount_tmpfs."""
        faults.mount_tmpfs(self._host(host), path, size)

    def unmount(self, host: str, path: str) -> None:
        """See faults.unmount."""
        faults.unmount(self._host(host), path)

    def kill9(self, host: str, *, unit: str = "", pattern: str = "") -> None:
        """See faults.kill9."""
        faults.kill9(self._host(host), unit=unit, pattern=pattern)

    def stop(self, host: str, *, power_loss: bool = False) -> None:
        """Switch a host off; ``power_loss`` gives its processes no moment to end."""
        access.hang_up(self.state)
        hosts_module.stop(self._host(host), power_loss=power_loss)

    def start(self, host: str) -> None:
        """Switch a host on again and wait for its boot."""
        hosts_module.start(self._host(host))
        hosts_module.wait(self._host(host))

    def reboot(self, host: str, *, power_loss: bool = False) -> None:
        """Stop and start a host: the same files, the same address."""
        self.stop(host, power_loss=power_loss)
        self.start(host)

    def renew(self, host: str) -> None:
        """Give a host a fresh file system, as after its first boot."""
        access.hang_up(self.state)
        target = self._host(host)
        hosts_module.remove(target.container)
        hosts_module.create(target, _network_name(self.name), access.key_pair(self.state).with_suffix(".pub"))
        hosts_module.wait(target)


def _network_name(name: str) -> str:
    return f"obslab{scope()}-{name}"


def up(
    name: str,
    hosts: Mapping[str, str],
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    binds: Sequence[str] = (),
) -> Lab:
    """Bring a lab to the described state and return it. Quick when its hosts run already; hosts not named stay.

    ``hosts``: inventory name -> Debian release. ``groups``: group -> host names (kept from the last call when None).
    ``binds``: directories of this machine (``DIR`` or ``DIR:PLACE``) that the hosts see read-only.
    Raises LabError when packages are missing and may not be installed, or a host does not boot.
    """
    check_name(name)
    needs.ensure()
    prepare()
    watch = Stopwatch()
    with lock("labs"):
        (labs_dir() / name).mkdir(parents=True, exist_ok=True)
    with lock(f"lab-{name}"):
        net = network.ensure(_network_name(name))
        booting = _make_hosts(name, hosts, tuple(binds), net)
        _wait_all(booting)
        lab = _assemble(name, net.gateway, groups)
        lab.mirror.start()
        access.write_files(lab.hosts, lab.groups, lab.state, lab.mirror.url)
    if booting:
        say(f"{name}: {len(lab.hosts)} host(s) up after {watch}")
    return lab


def _make_hosts(name: str, wanted: Mapping[str, str], binds: tuple[str, ...], net: network.Network) -> list[Host]:
    """Create or start what does not run yet; return the hosts to wait for."""
    records = hosts_module.find(name)
    taken = [hosts_module.from_record(record).address for record in records.values()]
    keys = access.key_pair(labs_dir() / name).with_suffix(".pub")
    booting = []
    for host_name, release_name in wanted.items():
        record = records.get(host_name)
        address = hosts_module.from_record(record).address if record else net.free_address(taken)
        host = Host(name, host_name, release_name, address, binds)
        taken.append(address)
        if record and record["Config"]["Labels"].get(f"{LABEL}.spec") == host.spec:
            if record["State"]["Status"] != "running":
                hosts_module.start(host)
                booting.append(host)
            continue
        if record:
            say(f"{host_name} was asked for differently before: making it anew")
            hosts_module.remove(host.container)
        hosts_module.create(host, net.name, keys)
        booting.append(host)
    return booting


def _wait_all(booting: list[Host]) -> None:
    if booting:
        with ThreadPoolExecutor(len(booting)) as pool:
            list(pool.map(hosts_module.wait, booting))


def _assemble(name: str, gateway: str, groups: Mapping[str, Sequence[str]] | None) -> Lab:
    record = labs_dir() / name / "groups.json"
    if groups is not None:
        write(record, json.dumps({group: list(names) for group, names in groups.items()}))
    kept = json.loads(record.read_text()) if record.exists() else {}
    hosts = {host: hosts_module.from_record(about) for host, about in hosts_module.find(name).items()}
    return Lab(name, hosts, kept, gateway)


def get(name: str) -> Lab:
    """Return a lab that is up already, without touching it. Raises LabError when there is none of that name."""
    net = network.find(_network_name(name)) if (labs_dir() / name).is_dir() else None
    if net is None:
        raise LabError(f"No lab named {name} is up; start it with: python -m tests.lab up {name} --hosts h1:bookworm")
    return _assemble(name, net.gateway, None)


def names() -> list[str]:
    """Return the names of the labs that are up."""
    if not labs_dir().is_dir():
        return []
    return sorted(path.name for path in labs_dir().iterdir() if path.is_dir())


def down(name: str) -> None:
    """Remove a lab: hosts, network, mirror server, keys. The last lab takes the mount namespace along. Idempotent."""
    state = labs_dir() / check_name(name)
    if not state.is_dir():
        return
    with lock(f"lab-{name}"):
        access.forget(state)
        Mirror(state, "").stop()
        for record in hosts_module.find(name).values():
            hosts_module.remove(record["Name"])
        network.remove(_network_name(name))
        shutil.rmtree(state)
    with lock("labs"):
        if not names():
            release()
    say(f"{name}: removed")
