# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variable providers of grafana.ini and of provisioning files: $__file{...}, $__env{...}."""

from __future__ import annotations

import os
import re
from pathlib import Path

PROVIDER = re.compile(r"\$__(file|env)\{([^}]*)\}")


def expand(text: str) -> str:
    """Return a text with every provider replaced; a file that is not there raises OSError, as upstream does not start."""
    return PROVIDER.sub(lambda found: Path(found[2]).read_text(encoding="utf-8").strip() if found[1] == "file" else os.environ.get(found[2], ""), text)
