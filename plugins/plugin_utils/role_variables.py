# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of a host's variables, held against a role's argument specification."""

from __future__ import annotations

import functools
import os

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.releases import is_latest
from ansible_collections.observability.stack.plugins.plugin_utils.variables import check_names


@functools.cache
def known_names(role_path: str) -> frozenset:
    """Return the variables that a role documents."""
    with open(os.path.join(role_path, "meta", "argument_specs.yml"), encoding="utf-8") as handle:
        specs = yaml.safe_load(handle)["argument_specs"]
    return frozenset(name for entry in specs.values() for name in entry.get("options", {}))


def judge_variables(task_vars: dict, role: str, role_path: str) -> tuple:
    """Return (errors, warnings) about variables that look like the role's and are not."""
    if not os.path.exists(os.path.join(role_path, "meta", "argument_specs.yml")):
        return [], []
    ignore = task_vars.get("observability_ignore_variables") or []
    errors, warnings = check_names(task_vars, role, known_names(role_path), ignore=ignore)
    if is_latest(task_vars.get(f"{role}_version")):
        warnings.append(
            f"{role}_version is 'latest': that is the newest version that this collection knows (versions.lock.yml); no run asks the "
            "network for another. Name a version to keep it when the collection is updated."
        )
    return errors, warnings
