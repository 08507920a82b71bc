# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""grafana.ini as upstream reads it: defaults, the file, GF_ variables, and cfg: arguments, each over the one before.

A value ends at the first # or ; unless it is quoted: a password with one of them must be, here as there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from .expand import expand

Values = dict[str, dict[str, str]]
QUOTES = ('"""', "`", '"', "'")


class Wrong(Exception):
    """A configuration with which upstream does not start."""


def read(path: Path) -> Values:
    """Return the sections of a file."""
    values: Values = {"DEFAULT": {}}
    section = values["DEFAULT"]
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        if text[0] == "[":
            section = values.setdefault(text[1 : text.index("]")].strip() if "]" in text else unclosed(path, text), {})
            continue
        key = re.match(r"([^=:]+)[=:](.*)", text)
        if key is None:
            raise Wrong(f'failed to parse "{path}": key-value delimiter not found: {text}')
        section[key[1].strip()] = value(key[2].strip())
    return values


def unclosed(path: Path, text: str) -> str:
    """Refuse a section that does not end."""
    raise Wrong(f'failed to parse "{path}": unclosed section: {text}')


def value(text: str) -> str:
    """Return a value without its quotes or its comment."""
    for quote in QUOTES:
        if text.startswith(quote) and text.find(quote, len(quote)) > 0:
            return text[len(quote) : text.index(quote, len(quote))]
    return re.split("[#;]", text, maxsplit=1)[0].strip()


def variable(section: str, key: str) -> str:
    """Return the name of the environment's variable for a key."""
    parts = [re.sub(r"[.-]", "_", part).upper() for part in (section, key)]
    return "GF_" + "_".join(part for part in parts if part != "DEFAULT")


def from_environment(values: Values, environment: Mapping[str, str]) -> None:
    """Put GF_ variables over the keys that are known; NAME__FILE names a file with the value."""
    for section, keys in values.items():
        for key in keys:
            name = variable(section, key)
            if environment.get(name):
                keys[key] = environment[name]
            if environment.get(f"{name}__FILE"):
                keys[key] = Path(environment[f"{name}__FILE"]).read_text(encoding="utf-8").strip()


def from_arguments(values: Values, arguments: Iterable[str]) -> None:
    """Put cfg:section.key=value arguments over all."""
    for argument in arguments:
        found = re.fullmatch(r"cfg:(?:default\.)?(.+)\.([^.=]+)=(.*)", argument)
        if found:
            values.setdefault(found[1], {})[found[2]] = found[3]


def load(home: Path, file: Path | None, arguments: Iterable[str], environment: Mapping[str, str] = os.environ) -> Values:
    """Return the whole configuration, with every $__file{} and %(name)s replaced."""
    values = read(home / "conf" / "defaults.ini")
    custom = file or home / "conf" / "custom.ini"
    if file or custom.exists():
        for section, keys in read(custom).items():
            values.setdefault(section, {}).update(keys)
    from_environment(values, environment)
    from_arguments(values, arguments)
    for keys in values.values():
        for key, text in keys.items():
            keys[key] = expand(re.sub(r"%\((\w+)\)s", lambda found, own=keys: own.get(found[1], ""), text))  # type: ignore[misc]
    return values
