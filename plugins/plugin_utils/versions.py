# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Order of upstream version numbers."""

from __future__ import annotations

import re


def version_key(version: str) -> tuple:
    """Return a key that sorts versions: 1.9.0 < 1.10.0, and 3.0.0-rc.1 < 3.0.0.

    Raises ValueError for what does not begin with a number (such as `latest`).
    """
    match = re.match(r"v?(\d+(?:\.\d+)*)(-[0-9A-Za-z.]+)?", str(version))
    if not match:
        raise ValueError("%r is not a version number; name one, such as 1.12.1 (a moving name like 'latest' cannot be repeated)" % str(version))
    numbers = tuple(int(part) for part in match.group(1).split("."))
    padded = numbers + (0,) * (4 - len(numbers))
    suffix = match.group(2)
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in suffix[1:].split(".")) if suffix else ()
    return padded, suffix is None, parts
