# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about scrape targets and blackbox probes as one Prometheus server sees them. Pure."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ..endpoint_record import SERVICES, netloc
from .record import proof, trouble

NAME = "target is up"
PROBE_NAME = "probe succeeds"
PROBE_PATH = "/probe"
DIALLING = re.compile(r"^dial tcp \S+ connect: ")
LOOPBACKS = ("localhost", "127.0.0.1", "[::1]")


def target_proofs(server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """One proof for each endpoint of the inventory, then one for each further target that the server has."""
    active = _active(server, seen)
    index, others = _index(active), _sharers(server, plan, seen)
    expected = [record for record in plan["endpoints"] if _scraped(record, server)] if server["scrapes_inventory"] else []
    matched = set()
    proofs = []
    for record in expected:
        target = _target_of(record, index, server)
        matched.add(id(target))
        if record["here"] and (target or not any(_target_of(record, theirs, other) for other, theirs in others)):
            proofs.append(_endpoint_proof(server, record, target))
    if server["here"]:
        further = [item for item in active if id(item) not in matched and item["job"] not in plan["ignore_jobs"]]
        proofs += [_further_proof(server, target) for target in further]
    return proofs


def probe_proofs(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """One proof for each URL and exporter that the server is to probe, from the series of probe_success."""
    asked = seen["probes"].get(server["host"])
    targets = [item for item in _targets(server, seen) if _path(item).endswith(PROBE_PATH)]
    proofs = []
    for probe in server["probes"]:
        fault, hint = _probe_fault(probe, asked, targets)
        detail = f"{fault} (asked {server['host']})" if fault else f"seen by {server['host']}"
        more = {"subject": f"{probe['name']}: {probe['target']}", "detail": detail, "hint": hint}
        proofs.append(proof(PROBE_NAME, "blackbox_exporter", probe["exporter"], not fault, **more))
    return proofs


def _probe_fault(probe: dict[str, Any], asked: dict[str, Any] | None, targets: list[dict[str, Any]]) -> tuple[str, str]:
    """(why a probe does not succeed, what to do), both empty when it does."""
    hint = "Run site.yml for the group prometheus, so that its probe jobs follow the inventory."
    if not asked or "results" not in asked:
        return trouble(asked), "Check that Prometheus answers queries."
    found = [item for item in asked["results"] if _is_result_of(probe, item["labels"])]
    if not found:
        target = next((item for item in targets if _is_result_of(probe, item["labels"])), None)
        if target is None or target["health"] == "up":
            return "no result", hint
        return _why_down(target), f"See 'systemctl status blackbox_exporter' on {probe['exporter']}."
    if all(item["value"] == 1 for item in found):
        return "", ""
    query = f"/probe?debug=true&module={probe['module']}&target={probe['target']}"
    return "probe_success is 0", f"Look at what the exporter on {probe['exporter']} says at {query}."


def _is_result_of(probe: dict[str, Any], labels: dict[str, str]) -> bool:
    wanted = {"instance": probe["target"], "job": f"probe-{probe['name']}", "prober": probe["exporter"]}
    return wanted.items() <= labels.items()


def _endpoint_proof(server: dict[str, Any], record: dict[str, Any], target: dict[str, Any] | None) -> dict[str, Any]:
    service, host = record["service"], record["host"]
    more = {"subject": f"from {server['host']}"}
    if target is None:
        hint = "Run site.yml for the group prometheus, so that its scrape jobs follow the inventory."
        return proof(NAME, service, host, False, detail=f"no such target ({netloc(record)})", hint=hint, **more)
    up = target["health"] == "up"
    hint = (
        _closed_hint(record)
        if "HTTP status 401" in target["last_error"]
        else (f"See 'systemctl status {service}' on {host}, and whether {server['host']} can reach {target['scrape_url']} (firewall, TLS).")
    )
    return proof(NAME, service, host, up, detail=target["scrape_url"] if up else _why_down(target), hint=hint, **more)


def _closed_hint(record: dict[str, Any]) -> str:
    if record["auth_user"]:
        return "Run site.yml, so that the service and Prometheus agree on the password."
    return (
        f"Set observability_scrape_username and observability_scrape_password, or give the password instead of its hash in "
        f"{record['service']}_basic_auth_users; then run site.yml for the group prometheus."
    )


def _further_proof(server: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    up = target["health"] == "up"
    detail = target["scrape_url"] if up else f"{_why_down(target)} ({target['scrape_url']})"
    hint = f"Mend the target, or name its job in observability_verify_ignore_jobs ('{target['job']}') when it may be down."
    subject = f"{target['job']}: {target['instance']}"
    return proof(NAME, "prometheus", server["host"], up, subject=subject, detail=detail, hint=hint)


def _why_down(target: dict[str, Any]) -> str:
    if target["health"] == "unknown":
        return "not scraped yet"
    # Get "http://...": dial tcp 10.0.0.1:9100: connect: connection refused: only the end says anything new.
    reason = DIALLING.sub("", target["last_error"].rpartition('": ')[2])
    return f"down: {reason or 'no reason given'}"


def _scraped(record: dict[str, Any], server: dict[str, Any]) -> bool:
    row = SERVICES.get(record["service"])
    return bool(row and row.job) and record["stack"] == server["stack"]


def _target_of(record: dict[str, Any], index: dict[Any, dict[str, Any]], server: dict[str, Any]) -> dict[str, Any] | None:
    """The target of an endpoint: same address and path; else, where relabelling changed that, the same instance."""
    places = [netloc(record).lower()]
    if record["host"] == server["host"]:
        places += [f"{name}:{record['port']}" for name in LOOPBACKS]
    keys = [*((place, record["metrics_path"]) for place in places), f"{record['host']}:{record['port']}"]
    return next((index[key] for key in keys if key in index), None)


def _index(targets: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """The targets by (address, path) and by instance, since a thousand hosts are looked up."""
    by_instance = {target["instance"]: target for target in reversed(targets)}
    return {**by_instance, **{(_place(target), _path(target)): target for target in reversed(targets)}}


def _sharers(server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    """The servers that share the targets with this one, with their targets: one of them has each."""
    if server["shards"] < 2:
        return []
    others = [item for item in plan["prometheus"] if item["stack"] == server["stack"] and item["host"] != server["host"]]
    return [(other, _index(_active(other, seen))) for other in others]


def _active(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """The server's targets that are no probes."""
    return [target for target in _targets(server, seen) if not _path(target).endswith(PROBE_PATH)]


def _targets(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    info = seen["prometheus"].get(server["host"]) or {}
    return info.get("targets", {}).get("active", [])


def _place(target: dict[str, Any]) -> str:
    return urlsplit(target["scrape_url"] or "").netloc.rpartition("@")[2].lower()


def _path(target: dict[str, Any]) -> str:
    return urlsplit(target["scrape_url"] or "").path
