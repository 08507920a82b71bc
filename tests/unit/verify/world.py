# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small healthy world: an inventory and what a verify run sees of it. Tests break one thing and look who notices."""

from __future__ import annotations

import copy

from ansible_collections.observability.stack.plugins.plugin_utils.proofs.plan import make_plan
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import KINDS, prove

GROUPS = {
    "all": ["mon1", "mon2", "web1"],
    "prometheus": ["mon1"],
    "alertmanager": ["mon1", "mon2"],
    "nodes": ["mon1", "mon2", "web1"],
    "blackbox_exporter": ["mon1"],
}
VARIABLES = {
    "mon1": {"ansible_host": "10.0.0.1", "observability_probes": [{"name": "shop", "targets": ["https://shop.example"]}]},
    "mon2": {"ansible_host": "10.0.0.2"},
    "web1": {"ansible_host": "10.0.0.3"},
}
OPTIONS = {"run": "R", "timeout": 120, "port": 19099, "ignore_jobs": [], "check_mode": False}
CONFIG = "global: {scrape_interval: 15s}\nrule_files: [rules/*.yml]\n"
RULES = "groups: [{name: g, rules: [{alert: Down, expr: 'up==0', labels: {severity: page}}, {record: 'x:y', expr: sum(up)}]}]"
ALERTMANAGER = "route: {receiver: ops}\nreceivers: [{name: ops}]\n"
TARGETS = [
    ("prometheus", "mon1", "10.0.0.1:9090"),
    ("alertmanager", "mon1", "10.0.0.1:9093"),
    ("alertmanager", "mon2", "10.0.0.2:9093"),
    ("node", "mon1", "10.0.0.1:9100"),
    ("node", "mon2", "10.0.0.2:9100"),
    ("node", "web1", "10.0.0.3:9100"),
    ("blackbox_exporter", "mon1", "10.0.0.1:9115"),
]


def plan(limit=None, variables=None, groups=None, **options):
    values = {host: {**VARIABLES.get(host, {}), **(variables or {}).get(host, {})} for host in {*VARIABLES, *(variables or {})}}
    hosts = groups or GROUPS
    return make_plan(hosts, values.__getitem__, hosts["all"][0], limit or hosts["all"], {**OPTIONS, **options})


def target(job, host, address, path="/metrics"):
    port = address.rpartition(":")[2]
    return {
        "job": job,
        "instance": f"{host}:{port}",
        "labels": {},
        "address": address,
        "scrape_url": f"http://{address}{path}",
        "health": "up",
        "last_error": "",
    }


def notice(run, status, after):
    return {"status": status, "labels": {"alertname": "ObservabilityVerify", "run": run}, "annotations": {}, "age": 1, "after": after}


def member(number):
    return {
        "status": {
            "cluster": {"name": f"0{number}", "status": "ready", "peers": [{"name": "01"}, {"name": "02"}]},
            "config": "global: {resolve_timeout: 5m}\n" + ALERTMANAGER,
        },
        "reload": {"successful": True, "timestamp": 1000.0},
    }


def prometheus():
    probe = {**target("probe-shop", "mon1", "10.0.0.1:9115", "/probe"), "instance": "https://shop.example"}
    probe["labels"] = {"instance": "https://shop.example", "job": "probe-shop", "prober": "mon1"}
    rules = [
        {
            "name": "Down",
            "type": "alerting",
            "query": "up == 0",
            "labels": {"severity": "page"},
            "annotations": {},
            "health": "ok",
            "last_error": "",
            "alerts": [],
        },
        {"name": "x:y", "type": "recording", "query": "sum(up)", "labels": {}, "health": "ok", "last_error": ""},
    ]
    return {
        "targets": {"active": [*(target(*row) for row in TARGETS), probe]},
        "alertmanagers": {"active": ["http://10.0.0.1:9093/api/v2/alerts", "http://10.0.0.2:9093/api/v2/alerts"]},
        "config": "global: {scrape_interval: 15s, scrape_timeout: 10s}\nrule_files: [/etc/prometheus/rules/*.yml]\n",
        "rules": [{"name": "g", "file": "/etc/prometheus/rules/a.yml", "rules": rules}],
        "runtime": {"reloadConfigSuccess": True, "lastConfigTime": "1970-01-01T00:16:40Z"},
    }


def panels():
    """The answers for one dashboard about hosts."""
    answer = {"uid": "d", "title": "Nodes", "panels": 5, "queries": 7, "errors": [], "silent": [], "without_values": []}
    return {
        "item": {"dashboards": [{"uid": "d", "tags": ["observability-stack", "node_exporter"]}]},
        "dashboards": [{**answer, "empty": [{"panel": "Swap", "may_be_empty": True}]}],
    }


def seen():
    """What a run sees when all is well. The last load was at 1000 s."""
    runs = ("R-rule", "R-api")
    healthy = {
        "prometheus": {"mon1": prometheus()},
        "prometheus_disk": {
            "mon1": {
                "files": [
                    {"path": "/etc/prometheus/prometheus.yml", "content": CONFIG, "mtime": 900.0},
                    {"path": "/etc/prometheus/rules/a.yml", "content": RULES, "mtime": 900.0},
                ]
            }
        },
        "probes": {"mon1": {"results": [{"labels": {"instance": "https://shop.example", "job": "probe-shop", "prober": "mon1"}, "value": 1.0}]}},
        "panels": {"mon1": panels()},
        "grafana": {},
        **{kind: {} for kind in ("loki", "loki_disk", "loki_sent", "loki_found", "journal_written", "journal_found")},
        **{kind: {} for kind in ("jaeger", "traces_sent", "traces_found")},
        "alertmanager": {"mon1": member(2), "mon2": member(1)},
        "alertmanager_disk": {
            host: {"files": [{"path": "/etc/alertmanager/alertmanager.yml", "content": ALERTMANAGER, "mtime": 900.0}]} for host in ("mon1", "mon2")
        },
        "receivers": {"mon1": {"changed": False}, "mon2": {"changed": False}},
        "written": {"default": {"changed": False}},
        "posted": {"mon1": {"alertmanagers": []}},
        "fires": {"mon1": {"results": [{"labels": {}, "value": 1.0}]}},
        "firing": {
            "mon1": {"alerts": [], "missing": []},
            "mon2": {"alerts": [notice("R-api", "firing", 2.0), notice("R-rule", "firing", 12.0)], "missing": []},
        },
        "reached": {host: {"alerts": [{"labels": {"run": run}} for run in runs]} for host in ("mon1", "mon2")},
        "resolved": {"mon1": {"alerts": [], "missing": []}, "mon2": {"alerts": [notice(run, "resolved", 9.0) for run in runs]}},
    }
    assert set(healthy) == set(KINDS)
    return copy.deepcopy(healthy)


def failed(the_plan, observed):
    """{(service, host, name, subject): detail} of the proofs that fail."""
    return {
        (record["service"], record["host"], record["name"], record["subject"]): record["detail"]
        for record in prove(the_plan, observed)
        if record["ok"] is False
    }
