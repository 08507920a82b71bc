# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Promtail's relabel_configs: worked out at once where labels are known, as operators where they come with each entry of the journal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .promtail_selector import text_literal
from .promtail_stages import Unsupported

Labels = dict[str, str]
Config = dict[str, Any]
Rules = Iterable[Mapping[str, Any]]

KNOWN = ("source_labels", "separator", "regex", "target_label", "replacement", "action")
ANY = "(.*)"


def relabelled(labels: Mapping[str, str], rules: Rules, where: str) -> Labels | None:
    """Return the labels of a static target after its rules; None when a rule drops the target. Raises Unsupported."""
    found = {name: str(value) for name, value in labels.items()}
    for number, rule in enumerate(rules, 1):
        place = _checked(rule, f"{where}, relabel_configs {number}")
        action, pattern = rule.get("action", "replace"), re.compile(str(rule.get("regex", ANY)))
        value = str(rule.get("separator", ";")).join(found.get(name, "") for name in rule.get("source_labels", []))
        match = pattern.fullmatch(value)
        if action == "replace":
            if match:
                found[rule["target_label"]] = match.expand(_python(str(rule.get("replacement", "$1"))))
        elif action in ("keep", "drop"):
            if bool(match) != (action == "keep"):
                return None
        elif action == "labelmap":
            mapped = {name: pattern.fullmatch(name) for name in list(found)}
            found.update({hit.expand(_python(str(rule.get("replacement", "$1")))): found[name] for name, hit in mapped.items() if hit})
        elif action in ("labeldrop", "labelkeep"):
            found = {name: text for name, text in found.items() if bool(pattern.fullmatch(name)) == (action == "labelkeep") or name.startswith("__")}
        else:
            raise Unsupported(f"{place}: the action {action!r} cannot be translated.")
    return found


def journal_operators(rules: Rules, where: str) -> list[Config]:
    """Return the operators of rules about the journal's fields (__journal_...). Raises Unsupported."""
    return [operator for number, rule in enumerate(rules, 1) for operator in _journal_rule(rule, f"{where}, relabel_configs {number}")]


def _journal_rule(rule: Mapping[str, Any], where: str) -> list[Config]:
    _checked(rule, where)
    sources, action = list(rule.get("source_labels", [])), rule.get("action", "replace")
    if len(sources) != 1 or not sources[0].startswith("__journal_"):
        raise Unsupported(f"{where}: of the journal, rules about one label whose name begins with __journal_ can be translated, not about {sources}.")
    if sources[0] == "__journal_priority_keyword":
        # What Promtail calls so is the severity of each line here.
        if action == "replace":
            return []
        raise Unsupported(f"{where}: set otel_collector_journal_options to {{priority: ...}} instead.")
    field = f"body.{sources[0].removeprefix('__journal_').upper()}"
    pattern = str(rule.get("regex", ANY))
    matches = f'({field} ?? "") matches {text_literal(f"^(?:{pattern})$")}'
    if action in ("keep", "drop"):
        return [{"type": "filter", "expr": matches if action == "drop" else f"not ({matches})"}]
    if action != "replace":
        raise Unsupported(f"{where}: the action {action!r} cannot be translated for the journal.")
    target = f'attributes["{rule["target_label"]}"]'
    copy = {"type": "copy", "from": field, "to": target, "if": f"{field} != nil and {matches}"}
    if pattern == ANY and rule.get("replacement", "$1") in ("$1", "${1}"):
        return [copy]
    replacement = re.sub(r"\$\{?(\w+)\}?", r"${\1}", str(rule.get("replacement", "$1")))
    return [copy, {"type": "regex_replace", "field": target, "regex": f"^(?:{pattern})$", "replace_with": replacement, "if": f"{target} != nil"}]


def _checked(rule: Mapping[str, Any], where: str) -> str:
    unknown = sorted(set(rule) - set(KNOWN))
    if unknown:
        raise Unsupported(f"{where}: {unknown[0]} cannot be translated. What can be: {', '.join(KNOWN)}.")
    if rule.get("action", "replace") == "replace" and not rule.get("target_label"):
        raise Unsupported(f"{where}: it has no target_label.")
    return where


def _python(replacement: str) -> str:
    return re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", replacement.replace("\\", "\\\\"))
