# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes YAML as Go's library does, with indents of four."""

from __future__ import annotations

import json
import re
from typing import Any

PLAIN = re.compile(r"(?![-?:,\[\]{}#&*!|>'\"%@`\s])[^\n]*?(?<!\s)")
LIKE_OTHERS = re.compile(r"(?i)true|false|yes|no|on|off|null|~|=|[-+]?[0-9.][0-9a-fx_.:+-]*|")


def dump(value: dict[str, Any]) -> str:
    """Return a document."""
    return "\n".join(lines(value, 0)) + "\n"


def deeper(indent: int) -> int:
    """Return the next indent: upstream's library goes to multiples of four."""
    return (indent // 4 + 1) * 4


def lines(value: Any, indent: int) -> list[str]:
    """Return the lines of a mapping or a list."""
    space, made = " " * indent, []
    if isinstance(value, list):
        for item in value:
            inner = lines(item, indent + 2) if isinstance(item, dict | list) and item else [" " * (indent + 2) + scalar(item)]
            made += [space + "- " + inner[0][indent + 2 :], *inner[1:]]
        return made
    for key, item in value.items():
        if isinstance(item, dict | list) and item:
            made += [f"{space}{scalar(key)}:", *lines(item, deeper(indent))]
        else:
            made.append(f"{space}{scalar(key)}: {scalar(item)}")
    return made


def scalar(value: Any) -> str:
    """Return a scalar, quoted when it has to be."""
    if not isinstance(value, str):
        return json.dumps(value)
    if "\n" in value or "\t" in value:
        return json.dumps(value, ensure_ascii=False)
    plain = PLAIN.fullmatch(value) and not LIKE_OTHERS.fullmatch(value) and ": " not in value and " #" not in value and not value.endswith(":")
    return value if plain else "'" + value.replace("'", "''") + "'"
