# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the tables of docs/migration-prometheus.md: what becomes of each variable of prometheus.prometheus.

`python -m tools.migration` writes, `--check` only compares. The names are in tools/migration.yml; what becomes of them follows from
the roles' own specifications and defaults, and from the list of retired names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.shared_variables import RETIRED

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "migration-prometheus.md"
BEGIN, END = "<!-- >>> written by `make docs` (tools/migration.py) -->", "<!-- <<< -->"
EVERY = "every role"
ROLES = ("prometheus", "alertmanager", "node_exporter", "blackbox_exporter")


def names() -> dict[str, dict[str, str | None]]:
    """Return {role: {name without prefix: what else there is to know}}; the role EVERY stands for all."""
    return yaml.safe_load((ROOT / "tools" / "migration.yml").read_text(encoding="utf-8"))


def known(role: str, root: Path = ROOT) -> dict[str, Any]:
    """Return {name without prefix: default} of a role of ours."""
    defaults = yaml.safe_load((root / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    return {name.removeprefix(f"{role}_"): value for name, value in defaults.items()}


def other_name(role: str, name: str, defaults: dict[str, Any]) -> str:
    """Return the variable that takes its value from this one and nothing else, or ''."""
    wanted = "{{ %s_%s }}" % (role, name)
    return next((f"{role}_{other}" for other, value in defaults.items() if value == wanted), "")


def fate(role: str, name: str, note: str | None) -> str:
    """Return what becomes of one variable of one role, as Markdown. Raises KeyError for a name of which nothing is known."""
    defaults = known(role)
    if name not in defaults:
        return f"**No effect**, with a warning: {RETIRED[name]}.".replace("<", "\\<")
    alias = other_name(role, name, defaults)
    same = f"Another name of `{alias}`." if alias and name not in ("system_user", "system_group") else "The same."
    return f"{same} {note}" if note else same


def table(role: str) -> list[str]:
    """Return the lines of one table; the first is of the names that all roles have."""
    listed = names()[role]
    prefix, example = ("<role>", ROLES[0]) if role == EVERY else (role, role)
    rows = [f"| `{prefix}_{name}` | {fate(example, name, note)} |" for name, note in listed.items()]
    return [f"## {role.capitalize() if role == EVERY else role}", "", "| Variable | Here |", "| --- | --- |", *rows, ""]


def page(text: str) -> str:
    """Return the page with its tables written anew."""
    head, _begin, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    lines = [line for role in (EVERY, *ROLES) for line in table(role)]
    return f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Write or compare; return 1 when the page was not current."""
    old = PAGE.read_text(encoding="utf-8")
    new = page(old)
    if old == new:
        return 0
    print(f"{PAGE.relative_to(ROOT)}: {'differs, run make docs' if '--check' in arguments else 'written'}")
    if "--check" in arguments:
        return 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
