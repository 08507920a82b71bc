# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs what depends on versions on every version: python -m tests.matrix [core-2.16 target-3.8 ...].

Controllers: each ansible-core with a Python that it supports runs the unit tests and reads every playbook.
Targets: each Python that a managed host may have runs the tests of the code that goes there, with nothing but pytest.
Virtual environments are kept in the cache; a Python that this machine lacks is named and not run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.run.results import FAILED, NOT_RUN, PASSED, Counts, Result, stage_counts, summary
from tools.build_tree import COLLECTIONS, ROOT, stage
from tools.cache import cache_dir
from tools.interpreters import find

CONTROLLER_PACKAGES = ("pytest", "hypothesis", "requests", "bcrypt", "antsibull-docs-parser")
CORES = {"2.16": "3.11", "2.17": "3.12", "2.18": "3.13", "2.19": "3.13", "2.20": "3.12", "2.21": "3.13"}
TARGETS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True)
class Cell:
    """One combination: a name, the Python that it needs, what is installed beside it and which tests run there."""

    name: str
    python: str
    packages: tuple[str, ...]
    tests: str
    playbooks: bool = False


def cells() -> list[Cell]:
    """Return the whole matrix."""
    controllers = [Cell(f"core-{core}", python, (f"ansible-core~={core}.0", *CONTROLLER_PACKAGES), "tests/unit", True) for core, python in CORES.items()]
    return controllers + [Cell(f"target-{python}", python, ("pytest",), "tests/unit/host") for python in TARGETS]


def environment(programs: Path) -> dict[str, str]:
    """Return the environment in which the staged copy is the collection, for Ansible and for plain imports."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTHON"))}
    paths = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "PYTHONPATH": str(COLLECTIONS)}
    return kept | paths | {"PATH": f"{programs}:{kept['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}


def programs_of(cell: Cell, interpreter: str) -> Path:
    """Return the bin directory of the cell's virtual environment, made when missing or when its packages changed."""
    venv = cache_dir("matrix") / cell.name
    stamp = venv / "made-for"
    wanted = "\n".join((interpreter, *cell.packages))
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([interpreter, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *cell.packages], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return venv / "bin"


def commands(cell: Cell, programs: Path, report: Path) -> list[list[str]]:
    """Return what the cell runs."""
    tests = [str(programs / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", cell.tests]
    if not cell.playbooks:
        return [tests]
    playbooks = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("playbooks/*.yml"))
    syntax = [str(programs / "ansible-playbook"), "--syntax-check", "-i", "inventories/production", *playbooks]
    return [syntax, tests]


def run(cell: Cell) -> Result:
    """Run one cell of the matrix."""
    interpreter = find(cell.python)
    if not interpreter:
        return Result(cell.name, NOT_RUN, 0, Counts(), f"this machine has no Python {cell.python}")
    started = time.monotonic()
    report = ROOT / ".build" / "reports" / f"{cell.name}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    programs = programs_of(cell, interpreter)
    print(f"\n== {cell.name} with Python {cell.python}", flush=True)
    codes = [subprocess.run(command, cwd=ROOT, env=environment(programs), check=False).returncode for command in commands(cell, programs, report)]
    ok = not any(codes)
    return Result(cell.name, PASSED if ok else FAILED, time.monotonic() - started, stage_counts(ok, report), f"Python {cell.python}")


def main(names: list[str]) -> int:
    """Run the named cells, without names all; return 1 when one failed."""
    unknown = set(names) - {cell.name for cell in cells()}
    if unknown:
        sys.exit(f"tests.matrix: there is no {', '.join(sorted(unknown))}; there are {', '.join(cell.name for cell in cells())}.")
    stage()
    started = time.monotonic()
    results = [run(cell) for cell in cells() if not names or cell.name in names]
    print(summary(results, [], time.monotonic() - started))
    return int(any(result.outcome == FAILED for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
