# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of rules for Loki's ruler, one directory for each tenant."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from typing import Any

import yaml

from ..plain import to_yaml
from .config import RULES_DIR

INLINE_FILE = "ansible_managed.yml"
README = "Written by Ansible: loki_rule_files, loki_ruler_alerts and loki_tenant_rules say what is here.\n"


def rule_files(settings: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return the rule files as path below the configuration directory to text.

    ``given`` maps paths on the controller to texts, which are taken verbatim. Raises ValueError (a sentence).
    """
    tenant = settings["rules_tenant"]
    files = {f"{tenant}/{os.path.basename(path)}": _checked(text, path) for path, text in given.items()}
    if len(files) < len(given):
        raise ValueError(f"loki_rule_files has two files of one name: {', '.join(sorted(given))}. Rename one of them.")
    inline = {tenant: settings["ruler_alerts"], **settings["tenant_rules"]}
    if settings["ruler_alerts"] and tenant in settings["tenant_rules"]:
        raise ValueError(f"loki_tenant_rules and loki_ruler_alerts both have rules of the tenant {tenant!r}. Put them into one of the two.")
    for name, groups in inline.items():
        if groups:
            _check_groups(groups, f"the rules of the tenant {name}")
            files[f"{name}/{INLINE_FILE}"] = to_yaml({"groups": groups})
    # So that the directory is there before the first file of rules is.
    return {f"{RULES_DIR}/{path}": text for path, text in sorted(files.items())} | {f"{RULES_DIR}/README": README}


def _checked(text: str, path: str) -> str:
    """Return the text of a file of rules when Loki could read it: without this the ruler would only complain to its log."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"The file of rules {path} is not valid YAML: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("groups"), list):
        raise ValueError(f"The file of rules {path} has no list `groups`. Write groups: [{{name: ..., rules: [...]}}].")
    _check_groups(content["groups"], path)
    return text


def _check_groups(groups: Any, where: str) -> None:
    names = []
    for group in groups if isinstance(groups, list) else [groups]:
        if not isinstance(group, Mapping) or not group.get("name") or not isinstance(group.get("rules"), list):
            raise ValueError(f"A group in {where} has no name or no list of rules. Write {{name: ..., rules: [{{alert: ..., expr: ...}}]}}.")
        names.append(group["name"])
        for rule in group["rules"]:
            if not isinstance(rule, Mapping) or not rule.get("expr") or bool(rule.get("alert")) == bool(rule.get("record")):
                raise ValueError(f"A rule of the group {group['name']!r} in {where} needs an expr, and either alert or record.")
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise ValueError(f"{where} has two groups named {doubled!r}. Give one of them another name.")
