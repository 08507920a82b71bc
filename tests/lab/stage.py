# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection as Ansible wants to find it: a copy at .build/ansible_collections/observability/stack."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.lab.core import CHECKOUT, LabError, lock

COLLECTIONS = CHECKOUT / ".build" / "ansible_collections"


def _listed(checkout: Path) -> set[Path]:
    """Return the files that belong to the collection: tracked, or new and not ignored."""
    argv = ["git", "-C", str(checkout), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(argv, capture_output=True, check=False)
    if done.returncode != 0:
        raise LabError(f"git does not list the files of {checkout}: {done.stderr.decode().strip()}")
    names = (Path(name) for name in done.stdout.decode().split("\0") if name)
    return {name for name in names if (checkout / name).is_file()}


def _differs(source: Path, target: Path) -> bool:
    try:
        there = target.stat()
    except FileNotFoundError:
        return True
    here = source.stat()
    return (here.st_size, here.st_mtime_ns, here.st_mode) != (there.st_size, there.st_mtime_ns, there.st_mode)


def _copy(source: Path, target: Path) -> None:
    """Copy through a rename: another run may be reading the old file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{target.name}.staging")
    shutil.copy2(source, scratch)
    scratch.replace(target)


def stage(checkout: Path = CHECKOUT, collections: Path = COLLECTIONS) -> Path:
    """Bring the copy up to date; return the directory for ANSIBLE_COLLECTIONS_PATH."""
    target = collections / "observability" / "stack"
    with lock("stage"):
        wanted = _listed(checkout)
        for name in sorted(wanted):
            if _differs(checkout / name, target / name):
                _copy(checkout / name, target / name)
        for path in sorted(target.rglob("*"), reverse=True):
            name = path.relative_to(target)
            if path.is_file() and name not in wanted and ".git" not in name.parts:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    return collections.parent
