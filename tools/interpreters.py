# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds Python interpreters that really start.

A pyenv shim answers to every version's name and fails when that version is not switched on, so candidates are started
once, and what is handed out is always the real program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path


def candidates(version: str) -> Iterator[str]:
    """Yield programs that may be Python `version` (such as "3.12"): from PATH, then from pyenv's versions."""
    name = f"python{version}"
    on_path = shutil.which(name)
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(map(str, pyenv.glob(f"versions/{version}*/bin/{name}")), reverse=True)


def real_path(program: str, version: str) -> str | None:
    """Start `program`; return the interpreter behind it (not the venv or shim), or None when it is not `version`."""
    code = "import sys, os; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable))"
    answer = subprocess.run([program, "-c", code], capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    found, path = answer.stdout.strip().split(" ", 1)
    return path if found == version else None


def find(version: str) -> str | None:
    """Return the path of an interpreter of `version`, or None when this machine has none."""
    return next((path for program in candidates(version) if (path := real_path(program, version))), None)


def link_all(directory: Path, versions: list[str]) -> dict[str, Path]:
    """Fill `directory` with one link pythonX.Y per version found; return the links by version."""
    directory.mkdir(parents=True, exist_ok=True)
    links = {}
    for version in versions:
        link = directory / f"python{version}"
        link.unlink(missing_ok=True)
        if program := find(version):
            link.symlink_to(program)
            links[version] = link
    return links
