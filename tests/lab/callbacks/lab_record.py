# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write one JSON object per task result to the file that LAB_RECORD names, beside whatever goes to stdout."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: lab_record
type: notification
short_description: Record task results for tests
description: One JSON object per line; the last one has the statistics.
"""


class CallbackModule(CallbackBase):
    """Records results as they come."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "lab_record"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, record: dict[str, Any]) -> None:
        with open(os.environ["LAB_RECORD"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, default=str) + "\n")

    def _result(self, status: str, result: Any) -> None:
        task = result._task
        self._write(
            {
                "time": time.time(),
                "status": status,
                "host": result._host.get_name(),
                "task": task.get_name().strip(),
                "action": task.action,
                # The dump leaves the diff out.
                "result": {**json.loads(self._dump_results(result._result)), "diff": result._result.get("diff", [])},
            }
        )

    def v2_runner_on_ok(self, result: Any) -> None:
        self._result("changed" if result._result.get("changed") else "ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._result("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._result("unreachable", result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._write({"stats": {host: stats.summarize(host) for host in stats.processed}})
