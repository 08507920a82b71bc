# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the dashboards that the collection ships: python -m tools.dashboards [--check].

With --check nothing is written; files that are not what their sources say are an error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.dashboards import alertmanager, blackbox, grafana, jaeger, loki, node_detail, nodes_overview, prometheus, stack_overview
from tools.dashboards.board import UID_PREFIX
from tools.dashboards.parts import Json

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "roles" / "grafana" / "files" / "dashboards"
SOURCES = (stack_overview, nodes_overview, node_detail, prometheus, alertmanager, blackbox, loki, jaeger, grafana)


def texts() -> dict[str, str]:
    """Return what each file should hold, by its name."""
    return {file_name(dashboard): json.dumps(dashboard, indent=1, ensure_ascii=False) + "\n" for dashboard in (source.dashboard() for source in SOURCES)}


def file_name(dashboard: Json) -> str:
    """Return the name of a dashboard's file: stack-overview.json."""
    return f"{dashboard['uid'].removeprefix(UID_PREFIX)}.json"


def stale(wanted: dict[str, str], files: Path = FILES) -> list[str]:
    """Return the names of files that are not what they should be, those that nobody wants any more included."""
    found = {path.name: path.read_text(encoding="utf-8") for path in files.glob("*.json")}
    return sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    """Write or check the files; return 1 when a check finds a stale one."""
    wanted = texts()
    names = stale(wanted)
    if "--check" in arguments:
        for name in names:
            print(f"dashboards: {name} is not what tools/dashboards says; run: make docs")
        return int(bool(names))
    FILES.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in wanted:
            (FILES / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FILES / name).unlink()
    print(f"dashboards: {len(wanted)} are current, {len(names)} of them changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
