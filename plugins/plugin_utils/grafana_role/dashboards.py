# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards as files: each keeps its path over all generations, since Grafana takes one at another path for another dashboard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

DIRECTORY = "dashboards"
STACK, OWN = "stack", "own"
# Seconds between two looks of Grafana's at the files.
INTERVAL = 10

File = dict[str, Any]


def dashboard_files(texts: Mapping[str, Mapping[str, str]]) -> list[File]:
    """Return files for ``texts``: {STACK or OWN: {path below it: JSON text}}. Raises ValueError (a sentence)."""
    uids: dict[str, str] = {}
    for below in texts.values():
        for path, text in below.items():
            uid = _uid(path, text)
            if uid and uid in uids:
                raise ValueError(f"The dashboards {uids[uid]} and {path} have the same uid {uid!r}: Grafana would show one of them. Change one uid.")
            uids[uid] = path
    # Grafana looks at them by itself.
    return [{"path": f"{DIRECTORY}/{top}/{path}", "content": text, "on_change": "none"} for top, below in texts.items() for path, text in sorted(below.items())]


def _uid(path: str, text: str) -> str:
    try:
        dashboard = json.loads(text)
    except ValueError as error:
        raise ValueError(f"The dashboard {path} is not JSON: {error}") from None
    if not isinstance(dashboard, dict) or not dashboard.get("title"):
        hint = (
            " This one was exported for the API: put what is below its key 'dashboard' into the file."
            if isinstance(dashboard, dict) and "dashboard" in dashboard
            else ""
        )
        raise ValueError(f"The dashboard {path} has no title.{hint}")
    return str(dashboard.get("uid") or "")


def providers(texts: Mapping[str, Mapping[str, str]], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the providers of what is there, as provisioning files have them."""
    folders = settings["dashboards_folders_from_files"]
    rows = {
        STACK: {"name": "observability.stack", "folder": settings["stack_dashboards_folder"], "folderUid": "observability-stack", "allowUiUpdates": False},
        OWN: {"name": "own", "folder": "" if folders else settings["dashboards_folder"], "allowUiUpdates": settings["dashboards_editable"]},
    }
    extra = {OWN: {"foldersFromFilesStructure": True} if folders else {}}
    return [
        {**row, "orgId": 1, "type": "file", "disableDeletion": False, "updateIntervalSeconds": INTERVAL,
         "options": {"path": f"{settings['config_dir']}/{DIRECTORY}/{top}", **extra.get(top, {})}}
        for top, row in rows.items() if texts.get(top)
    ]  # fmt: skip
