# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the generated pages and renders all documentation: python -m tools.docs [--check].

With --check, pages in the repository that are not current are an error and nothing is written there.
The rendered reference of every plugin and role ends in .build/docs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import contact_point_options, migration, role_readme
from tools.build_tree import COLLECTIONS, ROOT, stage
from tools.dashboards import __main__ as dashboards

PAGES = ROOT / ".build" / "docs"


def antsibull(arguments: list[str], cwd: Path) -> int:
    """Run antsibull-docs on the staged copy and return its exit code."""
    programs = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    return subprocess.run([str(programs / "antsibull-docs"), *arguments], cwd=cwd, env=environment, check=False).returncode


def generated(arguments: list[str]) -> int:
    """Write or check the pages and blocks of the repository that are made from others."""
    codes = [subprocess.run([sys.executable, "-m", "tools.common_options", *arguments], cwd=ROOT, check=False).returncode]
    codes.append(role_readme.main(arguments))
    codes.append(migration.main(arguments))
    codes.append(dashboards.main(arguments))
    codes.append(contact_point_options.main(arguments))
    return int(any(codes))


def rendered() -> int:
    """Check all plugin and role documentation and render it into PAGES."""
    tree = stage()
    wrong = antsibull(["lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "."], tree)
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir(parents=True)
    options = ["--use-current", "--fail-on-error", "--output-format", "simplified-rst", "--dest-dir", str(PAGES)]
    wrong |= antsibull(["collection", *options, "observability.stack"], ROOT)
    print(f"docs: {len(list(PAGES.rglob('*.rst')))} pages in {PAGES.relative_to(ROOT)}")
    return wrong


def main(arguments: list[str]) -> int:
    """Do both; return 1 when anything is wrong."""
    return int(bool(generated(arguments)) | bool(rendered()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
