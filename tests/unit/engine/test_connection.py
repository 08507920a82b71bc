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


def test_a_password_inside_an_address_is_hidden_as_it_is_written_and_as_it_is():
    ran = run_module("grafana_folder", "http://ops:open%2Dsesame@127.0.0.1:9", url_username=None, retries=0, title="A")
    assert ran["failed"]
    assert "sesame" not in ran.output
    if "invocation" in ran:  # from ansible-core 2.21 on only when it is asked for
        assert ran["invocation"]["module_args"]["url"] == "http://ops:********@127.0.0.1:9"


def test_the_value_of_an_option_with_a_slip_in_its_name_may_be_a_secret():
    ran = run_module("grafana_user", "http://127.0.0.1:9", retries=0, items=[{"login": "jane", "pasword": "open-sesame"}])
    assert ran["msg"].startswith("items, number 1: pasword.")
    assert "sesame" not in ran.output
