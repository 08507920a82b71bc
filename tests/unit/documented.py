# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Examples and tables of the pages under docs/, so that tests can run what readers copy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).resolve().parents[2] / "docs"


class _Loader(yaml.SafeLoader):
    """Reads Ansible's !unsafe and !vault as the text that they mark."""


for _tag in ("!unsafe", "!vault"):
    _Loader.add_constructor(_tag, lambda loader, node: loader.construct_scalar(node))


def examples(page: str) -> list[dict[str, Any]]:
    """Return the YAML examples of a page, in order."""
    return [yaml.load(block, Loader=_Loader) for block in blocks(page, "yaml")]


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the table whose first column is headed *heading*."""
    text = (DOCS / page).read_text(encoding="utf-8")
    table = text[text.index("| %s |" % heading) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in table]


def blocks(page: str, language: str) -> list[str]:
    """Return the examples of a page in one language, as they stand."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def files(page: str) -> dict[str, str]:
    """Return {path: text} of the YAML examples of a page that are files: their first line is a comment with the path and nothing else."""
    found = [re.match(r"# (\S+\.yml)\n", block) for block in blocks(page, "yaml")]
    return {match.group(1): match.string for match in found if match}
