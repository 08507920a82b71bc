# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What files provision and what an account may not do, in all kinds of alerting: refused before it is tried, or said in a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import requests

from tests.doubles.grafana import Grafana
from tests.unit.grafana.running import run_module

ADMIN = ("admin", "admin")
FILES = Path(__file__).resolve().parents[2] / "fixtures/grafana-contract/initial-state/provisioning/alerting"
QUERY = {"refId": "A", "datasourceUid": "__expr__", "model": {"type": "math", "expression": "1"}}
OTHER = {
    "contact_point": {"uid": "prov-cp-1", "name": "prov-cp", "type": "webhook", "webhook_url": "http://127.0.0.1:9/other"},
    "mute_timing": {"name": "prov-mute", "time_intervals": [{"weekdays": ["monday"]}]},
    "rule_group": {"folder": "ProvAlerts", "name": "prov-group", "rules": [{"uid": "prov-rule", "title": "x", "condition": "A", "data": [QUERY]}]},
}
SAME = {
    "contact_point": {"name": "prov-cp", "receivers": [{"type": "webhook", "settings": {"url": "http://127.0.0.1:9/hook"}}]},
    "mute_timing": {"name": "prov-mute", "time_intervals": [{"weekdays": ["saturday", "sunday"]}]},
    "rule_group": {"folder": "ProvAlerts", "name": "prov-group", "interval": "60s"},
}
NEW = {
    "contact_point": {"uid": "x", "name": "x", "type": "email", "email_addresses": ["a@example.com"]},
    "mute_timing": {"name": "x", "time_intervals": []},
    "message_template": {"name": "x", "template": "x"},
    "notification_policy": {"group_wait": "10s"},
    "silence": {"comment": "x", "matchers": ["a=b"], "duration": "1h"},
    "rule_group": {"folder": "ProvAlerts", "name": "x", "rules": [{"title": "x", "condition": "A", "data": [QUERY]}]},
}

SEEN = {"rule_group": {"folder": None, "folder_uid": "f1"}}  # a folder that everybody sees


@pytest.fixture(params=[10, 12, 13])
def filed(request, tmp_path):
    """A server whose alerting comes from files."""
    shutil.copytree(FILES, tmp_path / "alerting")
    with Grafana(generation=request.param, provisioning=tmp_path) as server:
        yield server
        assert server.app.mistakes == []


@pytest.mark.parametrize("kind", OTHER)
@pytest.mark.parametrize("check", [True, False])
def test_what_a_file_provisioned_is_neither_changed_nor_removed(filed, kind, check):
    for more in ({}, {"state": "absent"}):
        ran = run_module(f"grafana_{kind}", filed.url, check=check, **OTHER[kind], **more)
        assert "comes from a file in Grafana's provisioning directory" in ran["msg"], ran
    assert all(verb == "GET" for verb, _path in filed.requests)


@pytest.mark.parametrize("kind", SAME)
def test_what_a_file_provisioned_may_be_described_as_it_is(filed, kind):
    assert run_module(f"grafana_{kind}", filed.url, **SAME[kind])["changed"] is False


@pytest.mark.parametrize("kind", OTHER)
def test_a_purge_leaves_what_a_file_provisioned(filed, kind):
    run_module(f"grafana_{kind}", filed.url, **NEW[kind])
    purged = run_module(f"grafana_{kind}", filed.url, items=[], purge=True, scope=["*"])
    assert [one["object"].split()[-1] for one in purged["results"]] == ["x"]


@pytest.mark.parametrize("kind", NEW)
def test_without_the_right_a_write_fails_with_a_sentence(filed, kind):
    requests.post(f"{filed.url}/api/folders", json={"uid": "f1", "title": "F"}, auth=ADMIN, timeout=5)
    account = requests.post(f"{filed.url}/api/serviceaccounts", json={"name": "v", "role": "Viewer"}, auth=ADMIN, timeout=5).json()
    made = requests.post(f"{filed.url}/api/serviceaccounts/{account['id']}/tokens", json={"name": "v"}, auth=ADMIN, timeout=5).json()
    ran = run_module(f"grafana_{kind}", filed.url, token=made["key"], **{**NEW[kind], **SEEN.get(kind, {})})
    assert ran["http_status"] == 403 and "additional permissions" in ran["msg"] and "Traceback" not in ran.output
