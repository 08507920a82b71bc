# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one place outside the checkout where tools keep what is costly to make again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir(*parts: str) -> Path:
    """Return ~/.cache/observability.stack/PARTS (XDG_CACHE_HOME respected), made when missing."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = base.joinpath("observability.stack", *parts)
    path.mkdir(parents=True, exist_ok=True)
    return path
