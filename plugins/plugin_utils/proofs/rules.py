# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about rules: each group on disk is loaded as it stands there, and each loaded one is healthy. Pure."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import yaml

from ..running_config import canonical
from .record import proof

SERVICE = "prometheus"
NAME = "rule group is loaded and healthy"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|#[^\n]*|[\w.:]+|=~|!~|[=!<>]=|[^\s\w]')
STRUCTURE = frozenset("(),{}")


def rule_proofs(server: dict[str, Any], info: dict[str, Any], disk: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One proof for each group that is on disk or loaded, and for each rule file that cannot be read."""
    if server["agent"] or not disk or "files" not in disk:
        return []
    loaded = {(group["file"], group["name"]): group for group in info["rules"]}
    loaded_at = _seconds(info["runtime"].get("lastConfigTime"))
    proofs, on_disk = [], set()
    for file in [item for item in disk["files"] if item["path"] != server["config"]]:
        for group in _groups(file):
            key = (file["path"], str(group.get("name")))
            on_disk.add(key)
            # What was written before the last load is what was loaded; only later changes need a look at expressions.
            fault = _fault(group, loaded.get(key), file["mtime"] > loaded_at + 1)
            proofs.append(_proof(server, key, len(group.get("rules") or []), fault))
    gone = [(key, group) for key, group in loaded.items() if key not in on_disk]
    return proofs + [_proof(server, key, len(group["rules"]), "it is loaded but no longer on disk") for key, group in gone]


def expression_key(expression: str) -> list[tuple[str, int]]:
    """What stays the same when Prometheus writes an expression its own way: which words and operators occur how often."""
    words = [_word(token) for token in TOKEN.findall(str(expression)) if token not in STRUCTURE and not token.startswith("#")]
    return sorted(Counter(words).items())


def _proof(server: dict[str, Any], key: tuple[str, str], rules: int, fault: str) -> dict[str, Any]:
    hint = f"See the rule's own message, and 'promtool check rules {key[0]}' on {server['host']}; then 'systemctl reload prometheus'."
    detail = fault or f"{rules} rule{'' if rules == 1 else 's'} in {key[0].rpartition('/')[2]}"
    return proof(NAME, SERVICE, server["host"], not fault, subject=key[1], detail=detail, hint=hint)


def _groups(file: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        groups = yaml.safe_load(file["content"])["groups"]
        return [group for group in groups or [] if isinstance(group, dict)]
    except (yaml.YAMLError, KeyError, TypeError):
        # Named like a group, so that the file appears as one that is not loaded.
        return [{"name": "(no readable groups)", "rules": []}]


def _fault(group: dict[str, Any], loaded: dict[str, Any] | None, changed_later: bool) -> str:
    """What is wrong with a group, or empty."""
    if loaded is None:
        return "it is on disk but not loaded"
    rules = group.get("rules") or []
    names = [str(rule.get("alert") or rule.get("record")) for rule in rules]
    if names != [rule["name"] for rule in loaded["rules"]]:
        return "the rules on disk are not those that are loaded"
    for rule, running in zip(rules, loaded["rules"], strict=True):
        if changed_later and not _same(rule, running):
            return f"rule {running['name']} was changed on disk after the last load"
        if running["health"] != "ok":
            return f"rule {running['name']} has the health '{running['health']}': {running['last_error'] or 'not evaluated yet'}"
    return ""


def _same(rule: dict[str, Any], running: dict[str, Any]) -> bool:
    labels = {name: str(value) for name, value in (rule.get("labels") or {}).items()}
    annotations = {name: str(value) for name, value in (rule.get("annotations") or {}).items()}
    same_texts = labels.items() <= running["labels"].items() and annotations == running.get("annotations", {})
    return same_texts and expression_key(rule.get("expr", "")) == expression_key(running["query"])


def _word(token: str) -> str:
    if token[0] in "\"'`":
        return f'"{token[1:-1]}"'
    return canonical(token)


def _seconds(text: str | None) -> float:
    if not text:
        return float("inf")
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp()
