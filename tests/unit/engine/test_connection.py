# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module tells the host's log, and which values it hides."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.observability.stack.plugins.module_utils.engine.connection import texts
from tests.unit.grafana.running import run_module


def test_secrets_inside_items_are_not_written_to_the_log(monkeypatch):
    told = []
    monkeypatch.setattr(AnsibleModule, "log", lambda self, message, log_args=None: told.append((message, log_args)))
    run_module("grafana_folder", "http://127.0.0.1:9", retries=0, items=[{"title": "sesame-open-up"}])
    assert told and "sesame-open-up" not in str(told)


def test_all_texts_inside_a_secret_value_are_hidden():
    assert texts({"a": ["b", {"c": 14}], "d": None, "e": "", "f": True}) == ["b", "14"]
