# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows the proofs of a verify run, writes them to files of the controller, and fails when one does not hold."""

from __future__ import annotations

import os
from pathlib import Path

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.report.files import to_json, to_junit
from ansible_collections.observability.stack.plugins.plugin_utils.report.page import to_html
from ansible_collections.observability.stack.plugins.plugin_utils.report.table import count, failures, sentence, table

FORMATS = {"verify.json": to_json, "verify.xml": to_junit, "verify.html": to_html}
ARGUMENTS = {
    "proofs": {"type": "list", "elements": "dict", "required": True},
    "directory": {"type": "str", "default": "reports"},
    "run": {"type": "str", "required": True},
    "started": {"type": "str", "required": True},
    "seconds": {"type": "float", "required": True},
}


class ActionModule(ActionBase):
    """Runs on the controller only."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp=None, task_vars=None):
        """Show, write, judge."""
        result = super().run(tmp, task_vars)
        _checked, arguments = self.validate_argument_spec(argument_spec=ARGUMENTS)
        proofs = plain(arguments["proofs"])
        facts = {key: plain(arguments[key]) for key in ("run", "started", "seconds")}
        Display().display("\n" + table(proofs))
        files = [] if self._task.check_mode else write(proofs, facts, Path(arguments["directory"]).expanduser())
        if files:
            Display().display(f"Reports: {', '.join(files)}\n")
        summary = count(proofs)
        result.update(changed=False, summary=summary, files=files, failed=summary["failed"] > 0, msg=sentence(proofs) + ".")
        if result["failed"]:
            result["msg"] = f"{sentence(proofs)}. What to do stands below each in the table.\n{failures(proofs)}"
        return result


def write(proofs, facts, directory):
    """Write every format; the absolute paths of the files."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, render in FORMATS.items():
        # Beside and renamed, so that whoever reads the report meanwhile sees the old one or the new one.
        staged = directory / f".{name}.{os.getpid()}"
        staged.write_text(render(proofs, facts), encoding="utf-8")
        paths.append(str(staged.replace(directory / name).resolve()))
    return paths
