# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the configuration that a server runs is the one on disk.

Prometheus and Alertmanager show their configuration with defaults filled in, secrets masked, and numbers, durations and
paths written their own way. So what is on disk must be found in what runs; and what runs may have more only where
defaults are possible. Differences name keys and never show values, since those may be secrets.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

MASKED = "<secret>"
DURATION = re.compile(r"(\d+)(ms|[smhdwy])")
DURATION_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000}
SIZE = re.compile(r"(\d+)([KMGTPE]?)i?B")
SIZE_UNITS = {unit: 1024**power for power, unit in enumerate(("", "K", "M", "G", "T", "P", "E"))}
WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false", "null": "", "~": ""}
EMPTY = ("", "false", "0", "[]", "{}")
MATCHER = re.compile(r"\s*\"?([^\s\"=!~]+)\"?\s*(=~|!~|!=|=)\s*(.*?)\s*", re.DOTALL)
USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")
MONTHS = {
    name: str(number)
    for number, name in enumerate(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], start=1
    )
}
# No server fills these with defaults, so here what runs must not have more than the disk.
NEVER_DEFAULT = ("external_labels", "rule_files", "scrape_config_files", "params", "match", "match_re", "templates")
# Old spellings, which servers show as a section `authorization`.
RETIRED = ("bearer_token", "bearer_token_file")
# Prometheus replaces $NAME in these by the environment of its process.
FROM_ENVIRONMENT = ("external_labels",)


def load(text: str) -> Any:
    """YAML with every scalar as the text that stands there, so that 1m, on and 09:00 keep their meaning."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (the base loader makes text only)


def differences(disk: str, running: str) -> list[str]:
    """Where the configuration on disk and the running one differ, as paths of keys; empty when they agree."""
    try:
        ours = load(disk) or {}
    except yaml.YAMLError:
        return ["the file (it is no YAML)"]
    return _compare(ours, load(running) or {}, ())


def said_differences(disk: str, running: str) -> list[str]:
    """As differences(), of a server that shows all its defaults, lists of mappings too, and the values of its environment.

    Then only what the file says can be judged: what runs may have more of anything.
    """
    try:
        ours = load(disk) or {}
    except yaml.YAMLError:
        return ["the file (it is no YAML)"]
    return _compare(ours, _said(ours, load(running) or {}), ())


def _said(disk: Any, running: Any) -> Any:
    """Return what runs without what the file does not say; where it names a variable, or a secret is masked, they agree."""
    if isinstance(disk, Mapping) and isinstance(running, Mapping):
        return {key: _said(value, running[key]) for key, value in disk.items() if key in running}
    if isinstance(disk, list) and isinstance(running, list) and len(disk) == len(running):
        return [_said(ours, theirs) for ours, theirs in zip(disk, running, strict=True)]
    if isinstance(disk, str) and isinstance(running, str) and ("${" in disk or (disk and running and not running.strip("*"))):
        return disk
    return running


def _compare(disk: Any, running: Any, path: tuple[str, ...]) -> list[str]:
    if isinstance(disk, Mapping) and isinstance(running, Mapping):
        return _compare_mappings(disk, running, path)
    if isinstance(disk, list) and isinstance(running, list):
        if len(disk) != len(running):
            return [f"{_name(path)} ({len(disk)} on disk, {len(running)} running)"]
        pairs = enumerate(zip(disk, running, strict=True))
        return [found for number, (a, b) in pairs for found in _compare(a, b, (*path, _label(a, number)))]
    return [] if _same(disk, running, path) else [_name(path)]


def _compare_mappings(disk: Any, running: Any, path: tuple[str, ...]) -> list[str]:
    found = []
    # Alertmanager writes the names of mail headers its own way.
    spelled = {key.lower(): key for key in running}
    seen = set()
    for key, value in disk.items():
        their_key = key if key in running else spelled.get(key.lower())
        seen.add(their_key)
        if their_key is None and key not in RETIRED:
            found += [] if _empty(value) else [f"{_name((*path, key))} (on disk only)"]
        elif their_key is not None:
            found += _compare(value, running[their_key], (*path, key))
    for key in [key for key in running if key not in seen and not _empty(running[key])]:
        if not _may_be_default(running[key], (*path, key)):
            found.append(f"{_name((*path, key))} (running only)")
    return found


def _may_be_default(value: Any, path: tuple[str, ...]) -> bool:
    """Whether a server may have added this: never a list of mappings (jobs, routes), nor members of free mappings."""
    if any(key in NEVER_DEFAULT for key in path) or (path[-1] == "labels" and "static_configs" in path):
        return False
    return not (isinstance(value, list) and any(isinstance(item, Mapping) for item in value))


def _same(disk: Any, running: Any, path: tuple[str, ...]) -> bool:
    if running == MASKED or (_empty(disk) and _empty(running)):
        return _empty(disk) == _empty(running)
    if isinstance(disk, Mapping | list) or isinstance(running, Mapping | list):
        return False
    if any(key in FROM_ENVIRONMENT for key in path) and "$" in disk:
        return True
    spellings: list[Callable[[str], Any]] = [lambda text: text, canonical]
    if any(key.endswith("matchers") for key in path):
        spellings.append(_matcher)
    if "time_intervals" in path:
        spellings.append(str.lower)
    return any(spell(disk) == spell(running) for spell in spellings) or _same_path(disk, running)


def _same_path(disk: str, running: str) -> bool:
    """Whether a relative path on disk runs as one joined to the file's directory, by whatever name that is known."""
    relative = posixpath.normpath(disk)
    while relative.startswith("../"):
        relative = relative[3:]
    return running.startswith("/") and not disk.startswith("/") and posixpath.normpath(running).endswith(f"/{relative}")


def canonical(text: str) -> str:
    """One spelling for durations, sizes, numbers, truth values, months, weekdays and URLs with a password."""
    lower = WORDS.get(text.lower(), text.lower())
    parts = DURATION.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        return f"{sum(int(number) * DURATION_UNITS[unit] for number, unit in parts)} ms"
    size = SIZE.fullmatch(text)
    if size:
        return f"{int(size.group(1)) * SIZE_UNITS[size.group(2)]} B"
    if ":" in lower and "/" not in lower:
        return ":".join(MONTHS.get(part, part) for part in lower.split(":"))
    lower = MONTHS.get(lower, lower)
    try:
        return repr(float(lower))
    except ValueError:
        return USER_INFO.sub("", lower) if "://" in lower else lower if lower in ("true", "false") else text


def _empty(value: Any) -> bool:
    if isinstance(value, Mapping | list):
        return not value
    return WORDS.get(value.lower(), value) in EMPTY or canonical(value) in ("0 ms", "0 B", "0.0")


def _matcher(text: str) -> tuple[str, ...]:
    parsed = MATCHER.fullmatch(text)
    return (parsed.group(1), parsed.group(2), parsed.group(3).strip('"')) if parsed else (text,)


def _label(item: Any, number: int) -> str:
    """How a member of a list is named: by its name where it has one."""
    if isinstance(item, Mapping):
        named = item.get("job_name") or item.get("name") or item.get("receiver")
        return f"[{named or number}]"
    return f"[{number}]"


def _name(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".[", "[") or "the file"
