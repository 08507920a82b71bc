# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run ansible-playbook against a lab, and read what it did."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.lab.core import CHECKOUT, LabError, lock
from tools import build_tree

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class PlayResult:
    """What a playbook run did."""

    rc: int
    stdout: str
    stderr: str
    seconds: float
    tasks: list[dict[str, Any]] = field(default_factory=list)
    stats: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Changed task results over all hosts."""
        return sum(host["changed"] for host in self.stats.values())

    @property
    def failures(self) -> list[str]:
        """Messages of the tasks that failed or could not reach their host."""
        bad = [task for task in self.tasks if task["status"] in ("failed", "unreachable")]
        return [f"{task['host']}: {task['task']}: {task['result'].get('msg', '')}" for task in bad]

    def result(self, task: str, host: str | None = None) -> dict[str, Any]:
        """Return the last result of the task whose name contains ``task``. Raises KeyError when there is none."""
        for record in reversed(self.tasks):
            if task in record["task"] and host in (None, record["host"]):
                return record["result"]
        raise KeyError(f"no task result matches {task!r}; there are: {sorted({record['task'] for record in self.tasks})}")

    def expect_success(self) -> PlayResult:
        """Return self, or raise LabError with the end of the output."""
        if self.rc != 0:
            raise LabError(f"ansible-playbook ended with {self.rc}:\n{self.stdout[-6000:]}\n{self.stderr[-2000:]}")
        return self


def program(name: str) -> str:
    """Return the Ansible program beside this Python (the venv's), else the one on PATH."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise LabError(f"{name} is not installed: run the lab with the Python of .venv (make venv).")
    return found


def collections_path() -> Path:
    """Return a directory for ANSIBLE_COLLECTIONS_PATH that holds the collection as the checkout has it now."""
    with lock("stage"):
        build_tree.stage()
    return build_tree.COLLECTIONS


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of Ansible runs: our configuration, the staged collection, no user settings of ANSIBLE_*."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    return {
        **clean,
        "ANSIBLE_CONFIG": str(HERE / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_NOCOLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **(extra or {}),
    }


def _read(record: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, int]]]:
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    tasks = [line for line in lines if "task" in line]
    stats: dict[str, dict[str, int]] = next((line["stats"] for line in lines if "stats" in line), {})
    return tasks, stats


def play(path: str | Path, *args: str, inventories: Sequence[str | Path], env: Mapping[str, str] | None = None, timeout: float = 1200) -> PlayResult:
    """Run a playbook (a path in the checkout, or an FQCN such as observability.stack.site) and return its results.

    Raises LabError when it takes longer than ``timeout`` seconds; a failed play is a result, not an error.
    """
    argv = [program("ansible-playbook"), str(path)]
    for inventory in inventories:
        argv += ["-i", str(inventory)]
    with tempfile.TemporaryDirectory(prefix="obslab-play-") as scratch:
        record = Path(scratch) / "record.jsonl"
        record.touch()
        recording = {
            "LAB_RECORD": str(record),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "lab_record",
        }
        began = time.monotonic()
        try:
            done = subprocess.run(
                [*argv, *args], check=False, capture_output=True, text=True, timeout=timeout, cwd=CHECKOUT, stdin=subprocess.DEVNULL,
                env={**environment(env), **recording},
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{path} did not end within {timeout:g} s.") from error
        tasks, stats = _read(record)
    return PlayResult(done.returncode, done.stdout, done.stderr, time.monotonic() - began, tasks, stats)
