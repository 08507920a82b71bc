# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Ansible and people reach the hosts: a key per lab, ssh options, and the inventory that names it all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.lab.core import LabError, run, write
from tests.lab.host import Host
from tests.lab.served_mirror import lab_lock

OPTIONS = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o IdentitiesOnly=yes"
_SOCKET_PATH_LIMIT = 70  # a Unix socket's path has 107 bytes; ssh appends a hash and a suffix


def key_pair(state: Path) -> Path:
    """Return the lab's private key, made when needed."""
    key = state / "ssh" / "id_ed25519"
    if not key.exists():
        key.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "observability lab", "-f", key])
    return key


def control_dir(state: Path) -> Path:
    """Return the directory of ssh's control sockets."""
    chosen = state / "cp"
    if len(str(chosen)) > _SOCKET_PATH_LIMIT:
        runtime = Path("/run") if os.geteuid() == 0 else Path(tempfile.gettempdir())
        chosen = runtime / f"obslab-{state.name}-cp"
    chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
    return chosen


def hang_up(state: Path) -> None:
    """End the shared ssh connections: they would hang when their host goes away."""
    for path in control_dir(state).iterdir():
        run(["ssh", "-O", "exit", "-o", f"ControlPath={path}", "lab"], check=False)
        path.unlink(missing_ok=True)


def forget(state: Path) -> None:
    """Remove the control sockets' directory."""
    with contextlib.suppress(LabError):
        hang_up(state)
    shutil.rmtree(control_dir(state), ignore_errors=True)


def host_vars(host: Host, state: Path) -> dict[str, object]:
    """Return the connection variables of one host."""
    return {
        "ansible_host": host.address,
        "ansible_user": "root",
        "ansible_ssh_private_key_file": str(key_pair(state)),
        "ansible_ssh_common_args": OPTIONS,
        "ansible_ssh_args": "-o ControlMaster=auto -o ControlPersist=60s",
        "ansible_control_path_dir": str(control_dir(state)),
        "ansible_pipelining": True,
        "ansible_python_interpreter": "/usr/bin/python3",
    }


def mirror_vars(url: str) -> dict[str, object]:
    """Return the variables that point the roles at the lab's mirror, and at its digests when the lab built the programs."""
    return {"observability_mirror_url": url, "observability_lock_files": [str(lab_lock())]}


def build_inventory(hosts: Mapping[str, Host], groups: Mapping[str, list[str]], state: Path, mirror_url: str) -> dict[str, object]:
    """Return the inventory as data."""
    unknown = sorted({name for names in groups.values() for name in names} - set(hosts))
    if unknown:
        raise LabError(f"Groups name hosts that the lab does not have: {', '.join(unknown)}.")
    inventory: dict[str, object] = {
        "hosts": {name: host_vars(host, state) for name, host in sorted(hosts.items())},
        "vars": mirror_vars(mirror_url),
    }
    if groups:
        inventory["children"] = {group: {"hosts": {name: {} for name in names}} for group, names in sorted(groups.items())}
    return {"all": inventory}


def ssh_config(hosts: Mapping[str, Host], state: Path) -> str:
    """Return a configuration for ``ssh -F FILE HOST``."""
    options = "".join(f"\n  {option.replace('=', ' ')}" for option in OPTIONS.split() if option != "-o")
    blocks = [f"Host {name}\n  HostName {host.address}\n  User root\n  IdentityFile {key_pair(state)}{options}\n" for name, host in sorted(hosts.items())]
    return "".join(blocks)


def write_files(hosts: Mapping[str, Host], groups: Mapping[str, list[str]], state: Path, mirror_url: str) -> Path:
    """Write inventory and ssh configuration; return the inventory's path."""
    try:
        import yaml
    except ImportError as error:
        raise LabError("The lab needs PyYAML: run it with the Python of .venv (make venv).") from error
    path = state / "inventory.yml"
    text = "# Written by tests.lab; it goes away with the lab.\n" + yaml.safe_dump(
        build_inventory(hosts, groups, state, mirror_url), sort_keys=False, width=200
    )
    write(path, text)
    write(state / "ssh_config", ssh_config(hosts, state))
    return path
