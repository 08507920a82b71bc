# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much of TOML as ldap.toml needs: values, tables, and lists of tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def to_toml(values: dict[str, Any]) -> str:
    """Return a mapping as TOML text; plain values come before the tables of the same mapping."""
    return "\n".join(_lines(values, "")) + "\n"


def _lines(values: dict[str, Any], path: str) -> Iterator[str]:
    for key, value in values.items():
        if not _is_table(value) and value is not None:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in values.items():
        if _is_table(value):
            name = f"{path}{_key(key)}"
            for one in value if isinstance(value, list) else [value]:
                yield ""
                yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
                yield from _lines(one, f"{name}.")


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value))


def _key(key: Any) -> str:
    text = str(key)
    return text if text.replace("_", "").replace("-", "").isalnum() and text.isascii() else json.dumps(text)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # JSON writes text, numbers and truth as TOML does.
    return json.dumps(value, ensure_ascii=False)
