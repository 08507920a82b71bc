# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Grafana with something of everything, described as a user would."""

from __future__ import annotations

PASSWORD = "hush-hush-hush"
SECRETS = {"prometheus": PASSWORD, "hook": "https-hook-token", "jane": "jane's password"}


def panel(source, **more):
    targets = [{"refId": "A", "expr": "up"}]
    return {"id": 1, "type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": source}, "targets": targets, **more}


def nested(generation):
    """Folders within folders are newer than the oldest server that we know."""
    return generation > 10


def content(generation, **other):
    """Return content for grafana_sync."""
    inner = {"title": "Täglich", "uid": "daily", **({"parent": "Platform"} if nested(generation) else {})}
    return {
        "folders": [inner, {"title": "Platform", "uid": "platform"}, {"title": "Empty / 空"}],
        "datasources": [
            {
                "name": "Prometheus",
                "uid": "prometheus",
                "type": "prometheus",
                "ds_url": "http://prometheus:9090",
                "basic_auth": True,
                "basic_auth_user": "grafana",
                "basic_auth_password": "${secret:prometheus}",
            },
            {"name": "Loki", "uid": "loki", "type": "loki", "ds_url": "http://loki:3100"},
        ],
        "library_panels": [{"name": "Shared", "uid": "shared", "folder_uid": "platform", "model": panel("prometheus")}],
        "dashboards": [
            {"dashboard": {"uid": "node", "title": "Node", "tags": ["b", "a"], "panels": [panel("prometheus")]}, "folder_uid": "daily"},
            {"dashboard": {"uid": "home", "title": "Home ⌂", "panels": [{"id": 1, "libraryPanel": {"uid": "shared", "name": "Shared"}}]}},
        ],
        "contact_points": [
            {"name": "ops", "receivers": [{"uid": "ops-hook", "type": "webhook", "settings": {"url": "http://hook", "password": "${secret:hook}"}}]}
        ],
        "mute_timings": [{"name": "Nights", "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "06:00"}]}]}],
        "message_templates": [{"name": "title", "template": '{{ define "title" }}{{ .Status }}{{ end }}'}],
        "notification_policies": [
            {"receiver": "ops", "group_by": ["alertname"], "routes": [{"receiver": "ops", "object_matchers": ["team=a"], "mute_time_intervals": ["Nights"]}]}
        ],
        "rule_groups": [{"name": "targets", "folder_uid": "platform", "interval": "1m", "rules": [rule()]}],
        "playlists": [{"name": "Wall", "interval": "30s", "entries": [{"type": "dashboard_by_uid", "value": "node"}]}],
        "users": [{"login": "jane", "email": "jane@example.com", "password": "${secret:jane}"}],
        "teams": [{"name": "Platform", "members": ["jane@example.com"]}],
        "organization_users": [{"login": "jane", "role": "editor"}],
        "permissions": [{"folder": "platform", "permissions": [{"team": "Platform", "permission": "Edit"}, {"user": "jane", "permission": "Admin"}]}],
        "public_dashboards": [{"dashboard_uid": "home", "uid": "home-public", "access_token": "0123456789abcdef0123456789abcdef"}],
        "service_accounts": [{"name": "pipeline", "role": "editor"}],
        **other,
    }


def rule():
    """Return an alert rule."""
    query = {"refId": "A", "datasourceUid": "prometheus", "relativeTimeRange": {"from": 600, "to": 0}, "model": {"refId": "A", "expr": "up == 0"}}
    limit = {
        "refId": "B",
        "datasourceUid": "__expr__",
        "model": {"refId": "B", "type": "threshold", "expression": "A", "conditions": [{"evaluator": {"type": "gt", "params": [0]}}]},
    }
    return {"uid": "down", "title": "Down", "condition": "B", "for": "5m", "data": [query, limit], "annotations": {"summary": "{{ $labels.instance }} is down"}}


def objects(described):
    """Return how many objects are described."""
    return sum(map(len, described.values()))
