# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write the documentation of grafana_contact_point's options for each type, from the rows that make the options.

ansible-doc reads documentation without running anything, so the text is kept in a fragment of its own.
`python -m tools.contact_point_options` writes it, `--check` only compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ansible_collections.observability.stack.plugins.module_utils.grafana.contact_point_types import TYPES, PointType, Setting

ROOT = Path(__file__).resolve().parent.parent
FRAGMENT = ROOT / "plugins" / "doc_fragments" / "grafana_contact_point.py"
HEAD = '''\
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# Written by tools/contact_point_options.py. Change plugins/module_utils/grafana/contact_point_rows.py instead.

from __future__ import annotations


class ModuleDocFragment:
    """The options of grafana_contact_point for each type of contact point."""

    DOCUMENTATION = r"""
options:
'''


def text() -> str:
    """Return the fragment."""
    return HEAD + "".join(option(point, one) for point in TYPES.values() for one in point.options) + '"""\n'


def option(point: PointType, one: Setting) -> str:
    """Return the documentation of one option."""
    needed = " Needed." if point.needs and all(one.key in keys for keys in point.needs) else ""
    lines = [f"  {one.option}:", "    description:", f"      - For {point.words}. {one.words}{needed}", f"    type: {one.type}"]
    lines += [f"    elements: {one.elements}"] if one.elements else []
    lines += [f"    choices: [{', '.join(one.choices)}]"] if one.choices else []
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write (or with --check compare) the fragment; return 1 when it differed from what it should be."""
    new = text()
    if FRAGMENT.is_file() and FRAGMENT.read_text(encoding="utf-8") == new:
        return 0
    print("%s %s" % ("differs:" if "--check" in arguments else "written:", FRAGMENT.relative_to(ROOT)))
    if "--check" in arguments:
        return 1
    FRAGMENT.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
