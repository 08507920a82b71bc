# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said about a host's variables before a role works."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.role_variables import judge_variables

ROLE = str(Path(__file__).resolve().parents[3] / "roles" / "node_exporter")


@pytest.mark.parametrize("word", ["latest", " Latest"])
def test_latest_is_explained_and_no_error(word):
    errors, warnings = judge_variables({"node_exporter_version": word}, "node_exporter", ROLE)
    assert errors == []
    assert len(warnings) == 1
    assert "newest version that this collection knows" in warnings[0]


def test_a_version_needs_no_words():
    assert judge_variables({"node_exporter_version": "1.12.1"}, "node_exporter", ROLE) == ([], [])
