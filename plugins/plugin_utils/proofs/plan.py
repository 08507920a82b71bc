# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a verify run is to look at, from the inventory's topology. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..endpoint_record import base_url
from ..grafana_role.datasources import inventory_sources
from ..plain import plain, plain_value
from ..topology import endpoints
from .collector import collectors
from .jaeger import jaeger_plan
from .login import login, posts
from .loki import loki_servers
from .path import run_of, tried_ways

CONFIG_FILES = {"prometheus": "prometheus.yml", "alertmanager": "alertmanager.yml"}
TEXTFILE = "observability_verify.prom"
TEXTFILE_DIR = "/var/lib/node_exporter"
# Alertmanager's --cluster.peer-timeout, and the least time for which it tries to deliver.
PEER_TIMEOUT, LAST_TRY = 15, 12
SWITCHES = {"prometheus": "prometheus_verify_rule", "alertmanager": "alertmanager_verify_receiver"}


def make_plan(
    groups: Mapping[str, Iterable[str]],
    variables: Callable[[str], Mapping[str, Any]],
    current: str,
    play_hosts: Iterable[str],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that the playbook does and that proofs are judged by.

    ``play_hosts`` are the hosts of this run: with --limit only they are proven and touched, though servers of the same
    stack are asked about them. ``options``: run, timeout (seconds), port, ignore_jobs, check_mode.
    Raises TopologyError.
    """
    in_play, everyone = set(play_hosts), set(groups.get("all", ()))
    records = endpoints(groups, variables, current, services=None, stack="*")
    for record in records:
        record["managed"] = record["host"] in everyone
        # What is given by hand belongs to no host, so it is looked at by whole runs only.
        record["here"] = record["host"] in in_play if record["managed"] else in_play >= everyone
    stacks = {record["stack"] for record in records if record["here"]}
    records = [record for record in records if record["stack"] in stacks]
    plan: dict[str, Any] = {
        "run": options["run"],
        "endpoints": records,
        "ignore_jobs": plain(options["ignore_jobs"]),
        "prometheus": [_prometheus(record, _values(record, variables), records) for record in _of(records, "prometheus")],
        "alertmanager": [_server(record, _values(record, variables)) for record in _of(records, "alertmanager")],
    }
    plan["mesh"] = {stack: [server["host"] for server in plan["alertmanager"] if server["stack"] == stack and server["managed"]] for stack in sorted(stacks)}
    plan["alertmanager"] = [server for server in plan["alertmanager"] if server["here"]]
    plan["grafana"] = [_grafana(record, _values(record, variables), plan) for record in _of(records, "grafana") if record["here"]]
    pairs, only_reads = [(record, _values(record, variables)) for record in records], _true(options["check_mode"])
    plan |= {**_logs(pairs, options["run"], only_reads), **jaeger_plan(pairs, options["run"], only_reads)}
    paths = [_path(stack, plan, variables, options) for stack in sorted(stacks)]
    plan["paths"] = [path for path in paths if path["alertmanagers"]]
    return {**plan, "steps": _steps(plan)}


def _logs(pairs: list[tuple[dict[str, Any], Mapping[str, Any]]], run: str, only_reads: bool) -> dict[str, list[dict[str, Any]]]:
    """The Lokis of this run, and the collectors whose hosts' lines are looked for there."""
    lokis = loki_servers([pair for pair in pairs if pair[0]["service"] == "loki"], run, only_reads)
    agents = [pair for pair in pairs if pair[0]["service"] == "otel_collector"]
    return {"loki": [server for server in lokis if server["here"]], "collectors": collectors(agents, lokis, run, only_reads)}


def _steps(plan: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What the playbook loops over to send the test alerts; ``key`` is how a result is found again."""
    servers = {server["host"]: {"key": server["host"], "url": server["url"], "login": server["login"]} for server in plan["prometheus"]}
    by_api = [path for path in plan["paths"] if "api" in tried_ways(path)]
    by_rule = [path for path in plan["paths"] if "rule" in tried_ways(path)]
    return {
        "receivers": [{"key": host, "port": path["port"], "linger": _linger(path)} for path in by_api for host in path["alertmanagers"]],
        "metrics": [{"key": path["stack"], "host": path["node"], "path": path["textfile"], "run": run_of(path, "rule")} for path in by_rule],
        "posts": [{**post, "run": run_of(path, "api")} for path in by_api for post in path["posts"]],
        "rulers": [{**servers[host], "run": run_of(path, "rule")} for path in by_rule for host in path["prometheus"]],
    }


def _linger(path: dict[str, Any]) -> int:
    """Seconds for which members of a mesh may still send after the end: each waits for those before it, and tries for a while."""
    others = sum(len(post["urls"]) for post in path["posts"]) - 1
    return others * PEER_TIMEOUT + LAST_TRY if others else 0


def _of(records: list[dict[str, Any]], service: str) -> list[dict[str, Any]]:
    return [record for record in records if record["service"] == service]


def _values(record: dict[str, Any], variables: Callable[[str], Mapping[str, Any]]) -> Mapping[str, Any]:
    return variables(record["host"]) if record["managed"] else {}


def _server(record: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    service = record["service"]
    directory = plain_value(values, f"{service}_config_dir", f"/etc/{service}")
    common = {key: record[key] for key in ("host", "stack", "managed", "here")}
    return {
        **common,
        "key": record["host"],
        "url": base_url(record),
        "login": login(record, values),
        "config": f"{directory}/{CONFIG_FILES[service]}",
        "verify": _true(plain_value(values, SWITCHES[service], True)),
    }


def _grafana(record: dict[str, Any], values: Mapping[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """A Grafana, and the names of the data sources that it should have."""
    mute = {server["host"] for server in plan["prometheus"] if server["agent"]}
    known = [one for one in plan["endpoints"] if one["stack"] == record["stack"] and not (one["service"] == "prometheus" and one["host"] in mute)]
    wanted = record["managed"] and _true(plain_value(values, "grafana_datasources_from_inventory", True))
    common = {key: record[key] for key in ("host", "stack", "managed", "here")}
    names = [source["name"] for source in inventory_sources(known, lambda _service, _host: None)] if wanted else []
    return {**common, "key": record["host"], "url": base_url(record), "login": login(record, values), "sources": names}


def _prometheus(record: dict[str, Any], values: Mapping[str, Any], records: list[dict[str, Any]]) -> dict[str, Any]:
    probes = plain_value(values, "prometheus_probes", plain_value(values, "observability_probes", []))
    return {
        **_server(record, values),
        "agent": _true(plain_value(values, "prometheus_agent_mode", False)),
        "shards": int(plain_value(values, "prometheus_shards", 1)),
        # Whether it is ours to scrape the inventory: not when the user says so, or when the server is somebody else's.
        "scrapes_inventory": record["managed"] and _true(plain_value(values, "prometheus_scrape_inventory", True)),
        "probes": [one for probe in probes for one in _probes(probe, record, records)],
    }


def _probes(probe: dict[str, Any], server: dict[str, Any], records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    exporters = [record["host"] for record in _of(records, "blackbox_exporter") if record["stack"] == server["stack"]]
    chosen = [host for host in exporters if not probe.get("exporters") or host in probe["exporters"]]
    common = {"name": probe["name"], "module": probe.get("module", "http_2xx")}
    return [{**common, "target": target, "exporter": host} for target in probe["targets"] for host in chosen]


def _path(stack: str, plan: dict[str, Any], variables: Callable[[str], Mapping[str, Any]], options: Mapping[str, Any]) -> dict[str, Any]:
    """How the test alerts of one stack go."""
    receivers = [item for item in plan["alertmanager"] if item["stack"] == stack and item["managed"]]
    servers = [item for item in plan["prometheus"] if item["stack"] == stack and not item["agent"]]
    rulers = [item["host"] for item in servers if item["verify"]]
    node = _node([item for item in _of(plan["endpoints"], "node_exporter") if item["stack"] == stack], rulers, variables)
    path = {
        "stack": stack,
        "key": stack,
        "run": options["run"],
        "timeout": float(options["timeout"]),
        "port": int(options["port"]),
        "node": node["host"] if node else "",
        "textfile": f"{node['directory']}/{TEXTFILE}" if node else "",
        "prometheus": rulers,
        "alertmanagers": [item["host"] for item in receivers if item["verify"]] or [item["host"] for item in receivers],
        "posts": posts(receivers, {item["host"]: variables(item["host"]) for item in receivers}),
        "ways": ["rule", "api"] if servers else ["api"],
        # Servers that share the targets see the test metric on one of them only.
        "shared": any(item["shards"] > 1 for item in servers),
    }
    return {**path, "skipped": _skipped(path, receivers, options)}


def _skipped(path: dict[str, Any], receivers: list[dict[str, Any]], options: Mapping[str, Any]) -> dict[str, str]:
    """{way: why no test alert is sent that way}."""
    reason = ""
    if _true(options["check_mode"]):
        reason = "in check mode verify only reads"
    elif not any(item["verify"] for item in receivers):
        reason = "alertmanager_verify_receiver is off"
    if reason:
        return dict.fromkeys(path["ways"], reason)
    if not path["prometheus"]:
        return {"rule": "prometheus_verify_rule is off"}
    return {} if path["node"] else {"rule": "no node_exporter with a textfile directory is in this run"}


def _node(records: list[dict[str, Any]], rulers: list[str], variables: Callable[[str], Mapping[str, Any]]) -> dict[str, str] | None:
    """The host that carries the test metric: that of a Prometheus before others, since it is the likeliest to be up."""
    records = sorted((item for item in records if item["here"] and item["managed"]), key=lambda item: item["host"] not in rulers)
    found = ((item["host"], plain_value(variables(item["host"]), "node_exporter_textfile_dir", TEXTFILE_DIR)) for item in records)
    return next(({"host": host, "directory": directory} for host, directory in found if directory), None)


def _true(value: Any) -> bool:
    return str(value).lower() in ("true", "yes", "1", "on")
