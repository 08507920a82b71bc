# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The list of shared variables is what the collection reads, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.shared_variables import RETIRED, SHARED

ROOT = Path(__file__).resolve().parents[3]
LIST = ROOT / "plugins" / "plugin_utils" / "shared_variables.py"
# Names in Prometheus' world (a label, a metric) that look like variables.
NOT_VARIABLES = {"observability_verify", "observability_verify_probe"}


def used():
    """Return the names that playbooks, roles and plugins mention."""
    files = [*ROOT.glob("playbooks/*.yml"), *ROOT.glob("roles/*/*/*.yml"), *ROOT.glob("plugins/**/*.py")]
    texts = (path.read_text(encoding="utf-8") for path in files if path != LIST)
    return {name for text in texts for name in re.findall(r"(?<![_\w])observability_[a-z_]*[a-z]", text)} - NOT_VARIABLES


def test_every_shared_variable_that_is_read_is_listed():
    assert used() - SHARED == set()


def test_every_listed_variable_is_read():
    assert SHARED - used() == set()


def test_retired_names_are_no_longer_described():
    described = {
        name.removeprefix(f"{path.parents[1].name}_")
        for path in ROOT.glob("roles/*/meta/argument_specs.yml")
        for name in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    }
    assert described & set(RETIRED) == set()
