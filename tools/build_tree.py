# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stages a copy of the checkout at .build/ansible_collections/observability/stack.

ansible-test refuses a plain clone and a symlink: it wants a path that ends in ansible_collections/NAMESPACE/NAME.
The copy holds what git tracks and what it would track (untracked, not ignored), and is renewed file by file. It is an
(empty) git repository of its own: ansible-test would otherwise ask the checkout's, which ignores .build, and find nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLLECTIONS = ROOT / ".build"
TREE = COLLECTIONS / "ansible_collections" / "observability" / "stack"


def listed_files(root: Path) -> set[Path]:
    """Return the relative paths of all files that belong to the checkout at `root` and exist."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
    names = {Path(os.fsdecode(name)) for name in output.split(b"\0") if name}
    return {name for name in names if (root / name).is_symlink() or (root / name).is_file()}


def same(source: Path, copy: Path) -> bool:
    """Say whether `copy` still is what `source` is, by type, size, mode and time of change."""
    if not os.path.lexists(copy):
        return False
    ours, theirs = source.lstat(), copy.lstat()
    return (ours.st_mode, ours.st_size, ours.st_mtime_ns) == (theirs.st_mode, theirs.st_size, theirs.st_mtime_ns)


def remove_surplus(tree: Path, wanted: set[Path]) -> None:
    """Delete every file of the copy that the checkout no longer has; what ansible-test wrote itself stays."""
    for path in sorted(tree.rglob("*"), reverse=True):
        relative = path.relative_to(tree)
        if relative.parts[0] == ".git" or relative.parts[:2] == ("tests", "output"):
            continue
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif relative not in wanted:
            path.unlink()


def copy_into_place(source: Path, copy: Path) -> None:
    """Copy one file by a rename, so that whoever reads the tree now finds the old file or the new one."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    arriving = copy.with_name(f".{copy.name}.arriving")
    arriving.unlink(missing_ok=True)
    shutil.copy2(source, arriving, follow_symlinks=False)
    arriving.replace(copy)


def renew(root: Path, tree: Path) -> None:
    """Make `tree` what the checkout at `root` is."""
    wanted = listed_files(root)
    if not all((tree / ".git" / name).exists() for name in ("HEAD", "objects", "refs")):
        subprocess.run(["git", "init", "--quiet", str(tree)], check=True)
    for name in wanted:
        source, copy = root / name, tree / name
        if not same(source, copy):
            copy_into_place(source, copy)
    remove_surplus(tree, wanted)


def stage(root: Path = ROOT, tree: Path = TREE) -> Path:
    """Make `tree` a copy of the checkout at `root` and return it; unchanged files are left alone.

    Several programs may ask at once (tests, lint, the lab): they take turns.
    """
    tree.mkdir(parents=True, exist_ok=True)
    with tree.with_name(f"{tree.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        renew(root, tree)
    return tree


if __name__ == "__main__":
    print(stage().relative_to(ROOT))
