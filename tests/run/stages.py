# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stages of `make test`, in the order of worth, and the background jobs that they need.

A new stage is a row here. Commands are argv lists; `{junit}` becomes the path of a report that pytest writes. The minutes
are those of a cold machine with two cores; where a stage ran before, its own last time is used instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = ".build/ansible_collections/observability/stack"

Command = tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """Something long that is made in the background and then kept in the cache."""

    name: str
    command: Command
    about: str


@dataclass(frozen=True)
class Stage:
    """One named step of the tests; all its commands run, and it passes when all of them do."""

    name: str
    commands: tuple[Command, ...]
    minutes: float
    about: str
    needs: tuple[str, ...] = ()
    root: bool = False
    beside: bool = False  # runs in a lane of its own, since it shares nothing with other stages


# Two sessions on hosts of their own take half the time of one.
FAULTS = ("tests/hosts/test_faults_*.py", "tests/hosts/lab/*.py")
OLDER = ("node_exporter@1.11.1", "alertmanager@0.34.1", "prometheus@3.14.0")

JOBS = (
    Job("images", ("python", "-m", "tests.lab", "image"), "the systems of the lab's hosts"),
    Job("programs", ("python", "-m", "tests.lab.mirror", "fill"), "the programs that the lab's hosts install"),
    # Built after the others, since one build runs at a time.
    Job("older", ("python", "-m", "tests.lab.mirror", "fill", *OLDER), "earlier versions, to upgrade from"),
)


def pytest(*arguments: str) -> Command:
    """Return the command of a pytest run whose counts enter the closing line."""
    return ("pytest", "--junitxml={junit}", *arguments)


LINT = Stage(
    "lint",
    (
        ("ruff", "check", "."),
        ("yamllint", "--strict", "."),
        ("ansible-lint", "--offline", "-q"),
        # mypy reads the collection from its staged copy.
        ("python", "-m", "tools.build_tree"),
        ("mypy", "tools", "tests/lab", "tests/run"),
        ("mypy", f"{COLLECTION}/plugins"),
        ("antsibull-changelog", "lint"),
    ),
    minutes=0.5,
    about="ruff, yamllint, ansible-lint (production), mypy, changelog",
)

STAGES = (
    LINT,
    # A file's tests stay together, since they share what its fixtures made.
    Stage("unit", (pytest("--quiet", "--numprocesses=2", "--dist=loadfile", "-m", "not programs", "tests/unit"),), minutes=2, about="pure code, no hosts"),
    Stage("sanity", (("python", "-m", "tools.sanity"),), minutes=2.5, about="ansible-test sanity, every Python found"),
    Stage("docs", (("python", "-m", "tools.docs", "--check"),), minutes=1, about="every page renders, generated pages are current"),
    Stage(
        "unit_programs",
        (pytest("--quiet", "-m", "programs", "tests/unit"),),
        minutes=1,
        about="what is made for the programs, judged by the programs",
        needs=("programs",),
    ),
    Stage(
        "integration",
        (pytest("--verbose", "tests/integration"),),
        minutes=5,
        about="modules against real servers on loopback",
        needs=("programs",),
        beside=True,
    ),
    Stage(
        "hosts",
        (pytest("--verbose", "tests/hosts", *(f"--ignore-glob={path}" for path in FAULTS)),),
        minutes=14,
        about="the stack and its changes on lab hosts",
        needs=("images", "programs", "older"),
        root=True,
    ),
    Stage(
        "faults",
        (("env", "HOSTS_LAB=faults", "PYTEST_ADDOPTS=--junitxml={junit}", "sh", "-c", f"pytest --verbose {' '.join(FAULTS)}"),),
        minutes=7,
        about="bad input and faults on lab hosts of their own; the lab itself",
        needs=("images", "programs", "older"),
        root=True,
        beside=True,
    ),
)


def molecule_stages(root: Path = ROOT) -> tuple[Stage, ...]:
    """Return one stage per scenario directory under molecule/."""
    names = sorted(path.parent.name for path in root.glob("molecule/*/molecule.yml"))
    return tuple(
        Stage(
            f"molecule-{name}",
            (("env", "PYTEST_ADDOPTS=--junitxml={junit}", "molecule", "test", "--scenario-name", name),),
            minutes=2.5,
            about=f"molecule scenario {name}",
            needs=("images", "programs"),
            root=True,
            beside=True,
        )
        for name in names
    )


def all_stages(root: Path = ROOT) -> tuple[Stage, ...]:
    """Return every stage in the order of worth."""
    return STAGES + molecule_stages(root)
