# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prometheus' rule files: those that the role brings, those given as files, and those given as variables."""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .plain import to_yaml

RULES_DIR = "rules"
INLINE_FILE = "ansible_managed.yml"
VERIFY_FILE = "observability-verify.yml"
# The last one only because files of rules once had it; see rule_patterns.
RULE_ENDINGS = (".yml", ".yaml", ".rules")
GROUP_OF_ALERTS = "ansible managed alert rules"

# The rule by which `observability.stack.verify` proves the way of an alert. It fires only while that playbook runs,
# on a metric that the playbook itself leaves with a node_exporter.
VERIFY_GROUP = {
    "name": "observability-verify",
    "interval": "5s",
    "rules": [
        {
            "alert": "ObservabilityVerify",
            "expr": "observability_verify_probe > time()",
            "labels": {"severity": "none", "observability_verify": "true"},
            "annotations": {"summary": "A test alert of the playbook observability.stack.verify; no action is needed."},
        }
    ],
}


def rule_files(settings: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return the rule files as path below the configuration directory to text.

    ``given`` maps paths on the controller to texts, which are taken verbatim. Raises ValueError (a sentence).
    """
    files = by_base_name(given, "prometheus_alert_rules_files", RULE_ENDINGS)
    groups = inline_groups(settings["alert_rules"], settings["rule_groups"])
    if groups:
        files = _added(files, INLINE_FILE, to_yaml({"groups": groups}))
    if settings["verify_rule"]:
        files = _added(files, VERIFY_FILE, to_yaml({"groups": [VERIFY_GROUP]}))
    return {f"{RULES_DIR}/{name}": text for name, text in sorted(files.items())}


def rule_patterns(given: Iterable[str]) -> list[str]:
    """Return the patterns of the section rule_files; ``given`` are the paths of the user's files."""
    endings = RULE_ENDINGS if any(path.endswith(RULE_ENDINGS[-1]) for path in given) else RULE_ENDINGS[:-1]
    return [f"{RULES_DIR}/*{ending}" for ending in endings]


def inline_groups(alert_rules: list[Any], rule_groups: list[Any]) -> list[dict[str, Any]]:
    """Return the rule groups given as variables; the plain list of alerts is one group. Raises ValueError."""
    groups = list(rule_groups)
    if alert_rules:
        groups.insert(0, {"name": GROUP_OF_ALERTS, "rules": list(alert_rules)})
    for group in groups:
        if not isinstance(group, dict) or not group.get("name") or "rules" not in group:
            raise ValueError(
                "Each entry of prometheus_rule_groups is a mapping with name and rules; "
                f"{_shown(group)} is not. A single alert belongs in prometheus_alert_rules."
            )
    for name, count in Counter(group["name"] for group in groups).items():
        if count > 1:
            raise ValueError(f"The rule group {name!r} is described twice. Give each group another name.")
    return groups


def by_base_name(given: Mapping[str, str], variable: str, endings: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of files by their last name, of which there can be only one. Raises ValueError."""
    files: dict[str, str] = {}
    sources: dict[str, str] = {}
    for path, text in given.items():
        name = os.path.basename(path)
        if not name.endswith(endings):
            raise ValueError(f"{variable} matches {path}, whose name must end in {' or '.join(endings)}. Rename it.")
        if name in files:
            raise ValueError(f"{variable} matches two files named {name}: {sources[name]} and {path}. Rename one.")
        files[name], sources[name] = text, path
    return files


def _added(files: dict[str, str], name: str, text: str) -> dict[str, str]:
    if name in files:
        raise ValueError(f"prometheus_alert_rules_files matches a file named {name}, which this role writes. Rename it.")
    return files | {name: text}


def _shown(group: Any) -> str:
    return repr(group.get("alert") or group.get("record") or group) if isinstance(group, dict) else repr(group)


def names(paths: Iterable[str], directory: str) -> list[str]:
    """Return the last names of the paths directly below ``directory``."""
    return [path.removeprefix(f"{directory}/") for path in paths if path.startswith(f"{directory}/")]
