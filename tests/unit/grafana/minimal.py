# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The least that each module for Grafana needs to make something, and to change it: what tests of all modules run.

A module without a row here fails test_faults.py.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.unit.grafana.accounts import call
from tests.unit.grafana.running import Ran, run_module

MODULES = sorted(path.stem for path in (Path(__file__).resolve().parents[3] / "plugins/modules").glob("grafana_*.py"))
PASSWORD = "Geheim-№1-of-admin"
LOGIN = (b"admin", PASSWORD.encode())
# Tables in which the server writes something at each request, and those that tests fill.
RESTLESS = ("0/users", "0/tokens", "0/sequences")


@dataclass(frozen=True)
class Case:
    """A module's least options.

    :ivar change: options besides, which change what was made; before: makes what has to be there first.
    :ivar reads: the module writes nothing.
    """

    options: dict[str, Any] = field(default_factory=dict)
    change: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Any], Any] = lambda _grafana: None
    reads: bool = False


def folder(grafana: Any) -> None:
    """Make a folder."""
    call(grafana, "POST", "/api/folders", {"uid": "f", "title": "Örter"}, LOGIN)


def user(grafana: Any) -> None:
    """Make a user who is in an organisation of number 2 only."""
    call(grafana, "POST", "/api/orgs", {"name": "Zwei"}, LOGIN)
    call(grafana, "POST", "/api/admin/users", {"login": "jörg", "email": "joerg@example.com", "password": "long enough"}, LOGIN)


def dashboard(grafana: Any) -> None:
    """Make a dashboard."""
    call(grafana, "POST", "/api/dashboards/db", {"dashboard": {"uid": "d", "title": "Übersicht"}, "overwrite": True}, LOGIN)


NOON = "2026-05-01T12:00:00Z"
RULE = {
    "uid": "rule", "title": "Ausfall", "condition": "A", "for": "5m", "no_data_state": "OK", "exec_err_state": "Error",
    "data": [{"refId": "A", "datasourceUid": "__expr__", "relativeTimeRange": {"from": 600, "to": 0},
              "model": {"refId": "A", "type": "math", "expression": "1 > 0"}}],
}  # fmt: skip

CASES: dict[str, Case] = {
    "grafana_annotation": Case({"text": "Umzug", "time": NOON}, {"tags": ["ä"]}),
    "grafana_contact_point": Case(
        {"name": "Bereitschaft", "uid": "cp", "type": "email", "email_addresses": ["ops@example.com"]},
        {"email_addresses": ["ops@example.com", "second@example.com"]},
    ),
    "grafana_dashboard": Case({"dashboard": {"uid": "d", "title": "Übersicht"}}, {"dashboard": {"uid": "d", "title": "Überblick"}}),
    "grafana_dashboards": Case(
        {"dashboards": [{"dashboard": {"uid": "d", "title": "Übersicht"}}]}, {"dashboards": [{"dashboard": {"uid": "d", "title": "Überblick"}}]}
    ),
    "grafana_datasource": Case({"name": "Prometheus", "uid": "p", "ds_type": "prometheus", "ds_url": "http://p:9090"}, {"ds_url": "http://q:9090"}),
    "grafana_folder": Case({"title": "Fläche", "uid": "fl"}, {"title": "Flächen"}),
    "grafana_health": Case(reads=True),
    "grafana_info": Case(reads=True),
    "grafana_library_panel": Case(
        {"name": "Verläufe", "uid": "lp", "model": {"type": "text", "title": "a"}}, {"model": {"type": "text", "title": "b"}}
    ),
    "grafana_message_template": Case({"name": "Köpfe", "template": "{{ define \"a\" }}a{{ end }}"}, {"template": "{{ define \"a\" }}b{{ end }}"}),
    "grafana_mute_timing": Case(
        {"name": "Nächte", "time_intervals": [{"weekdays": ["saturday"]}]}, {"time_intervals": [{"weekdays": ["sunday"]}]}
    ),
    "grafana_notification_policy": Case({"receiver": "grafana-default-email", "group_wait": "45s"}, {"group_wait": "50s"}),
    "grafana_organization": Case({"name": "Größe"}),
    "grafana_organization_user": Case({"login": "jörg", "org_id": 2}, {"role": "editor"}, before=user),
    "grafana_permissions": Case(
        {"folder": "Örter", "permissions": [{"role": "Viewer", "permission": "Edit"}]},
        {"permissions": [{"role": "Viewer", "permission": "View"}]}, before=folder,
    ),
    "grafana_playlist": Case({"name": "Wände", "entries": [{"type": "dashboard_by_tag", "value": "ä"}]}, {"interval": "30s"}),
    "grafana_plugin": Case({"name": "prometheus", "enabled": True}, {"pinned": True}),
    "grafana_preferences": Case({"of": "organization", "theme": "dark"}, {"theme": "light"}),
    "grafana_public_dashboard": Case({"dashboard_uid": "d"}, {"annotations_enabled": True}, before=dashboard),
    "grafana_rule_group": Case(
        {"name": "Gruppe", "folder_uid": "f", "interval": "1m", "rules": [RULE]}, {"interval": "2m"}, before=folder
    ),
    "grafana_service_account": Case({"name": "Roböter", "role": "viewer"}, {"role": "editor"}),
    "grafana_silence": Case({"comment": "Wartung süd", "matchers": ["a=b"], "ends_at": "2099-01-01T00:00:00Z"}, {"ends_at": "2098-01-01T00:00:00Z"}),
    "grafana_sync": Case({"content": {"folders": [{"title": "Fläche", "uid": "fl"}]}}, {"content": {"folders": [{"title": "Flächen", "uid": "fl"}]}}),
    "grafana_team": Case({"name": "Mannschaft Süd"}, {"email": "sued@example.com"}),
    "grafana_user": Case({"login": "jürgen", "email": "j@example.com", "password": "Zu-gröt-für-alle"}, {"name": "Jürgen"}),
}  # fmt: skip


def run_case(grafana: Any, module: str, changed: bool = False, **more: Any) -> Ran:
    """Run a module with its least options."""
    case = CASES[module]
    options = copy.deepcopy({**case.options, **(case.change if changed else {}), **more})
    if "token" not in options:
        options = {"url_username": "admin", "url_password": PASSWORD, **options}
    return run_module(module, options.pop("url", grafana.url), **options)


def content(grafana: Any) -> dict[str, Any]:
    """Return all that the server keeps, but for what changes with each request."""
    return {place: copy.deepcopy(dict(table)) for place, table in grafana.app.store.tables.items() if place not in RESTLESS and table}


def secrets(module: str) -> list[str]:
    """Return what nobody may see of a case."""
    return [PASSWORD, *(value for name, value in CASES[module].options.items() if name == "password")]
