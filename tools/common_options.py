# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write the options that every service role has into the roles' defaults and argument specs.

Ansible's files cannot include one another, so the text is kept once, in tools/common_options/,
and copied between two marks. `python -m tools.common_options` writes, `--check` only compares.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "common_options"
FILES = {"defaults.yml": "defaults/main.yml", "specs.yml": "meta/argument_specs.yml"}
BEGIN = re.compile(r"^(?P<indent> *)# >>> options of every service role .*?package: (?P<package>\S+)$", re.MULTILINE)
END = "# <<< options of every service role"


def filled(text: str, role: str, templates: Path = TEMPLATES, template: str = "specs.yml") -> str:
    """Return *text* with the block between the marks written anew; unchanged without marks.

    Raises ValueError when the block is begun and not ended.
    """
    begin = BEGIN.search(text)
    if not begin:
        return text
    indent = begin.group("indent")
    end = text.find("\n%s%s" % (indent, END), begin.end())
    if end < 0:
        raise ValueError("%s: the line '%s%s' is missing" % (role, indent, END))
    body = (templates / template).read_text(encoding="utf-8").rstrip("\n")
    body = body.replace("@role@", role).replace("@package@", begin.group("package"))
    lines = [indent + line if line else "" for line in body.split("\n")]
    return text[: begin.end()] + "\n" + "\n".join(lines) + text[end:]


def main(arguments: list[str]) -> int:
    """Write (or with --check compare) the blocks of all roles; returns the number of files that differ."""
    stale = 0
    for template, name in FILES.items():
        for path in sorted(ROOT.glob("roles/*/" + name)):
            old = path.read_text(encoding="utf-8")
            new = filled(old, path.parent.parent.name, template=template)
            if old == new:
                continue
            stale += 1
            print("%s %s" % ("differs:" if "--check" in arguments else "written:", path.relative_to(ROOT)))
            if "--check" not in arguments:
                path.write_text(new, encoding="utf-8")
    return stale if "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
