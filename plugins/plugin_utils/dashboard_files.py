# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards in files on the controller: those of the collection, and the user's."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .dashboard_queries import dashboard_queries

SHIPPED = Path(__file__).resolve().parents[2] / "roles" / "grafana" / "files" / "dashboards"


def shipped_dashboards() -> list[dict[str, Any]]:
    """Return what each dashboard of the collection asks (see dashboard_queries)."""
    return read_dashboards([str(SHIPPED / "*.json")])


def read_dashboards(patterns: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the dashboards in these files ask; ``patterns`` may hold * and **. Raises ValueError (a sentence)."""
    paths = []
    for pattern in patterns:
        found = sorted(glob.glob(str(pattern), recursive=True))
        if not found:
            raise ValueError(f"No dashboard is at {pattern}. Correct the path, or leave it out.")
        paths += found
    return [_read(path) for path in dict.fromkeys(paths)]


def _read(path: str) -> dict[str, Any]:
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"Dashboard {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ValueError(f"Dashboard {path} is no JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ValueError(f"Dashboard {path} is no dashboard: its JSON is not an object.")
    try:
        return dashboard_queries(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
