# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs about scrape targets and blackbox probes as one Prometheus server sees them. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..endpoint_record import SERVICES, netloc
from .record import proof, trouble

NAME = "target is up"
PROBE_NAME = "probe succeeds"
PROBE_PATH = "/probe"
LOOPBACKS = ("localhost", "127.0.0.1", "[::1]")


def target_proofs(server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """One proof for each endpoint of the inventory, then one for each further target that the server has."""
    active = _active(server, seen)
    expected = [record for record in plan["endpoints"] if _scraped(record, server)] if server["scrapes_inventory"] else []
    matched: list[dict[str, Any]] = []
    proofs = []
    for record in expected:
        target = _target_of(record, active, server)
        if target:
            matched.append(target)
        if record["here"] and (target or not _elsewhere(record, server, plan, seen)):
            proofs.append(_endpoint_proof(server, record, target))
    if server["here"]:
        known = {id(target) for target in matched}
        further = [item for item in active if id(item) not in known and item["job"] not in plan["ignore_jobs"]]
        proofs += [_further_proof(server, target) for target in further]
    return proofs


def probe_proofs(server: dict[str, Any], seen: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One proof for each URL and exporter that the server is to probe, from the series of probe_success."""
    if not server["probes"]:
        return []
    series = (seen or {}).get("results")
    proofs = []
    for probe in server["probes"]:
        found = [item for item in series or [] if _is_result_of(probe, item["labels"])]
        ok = bool(found) and all(item["value"] == 1 for item in found)
        why = "probe_success is 0" if found else trouble(seen) if series is None else "no result"
        proofs.append(
            proof(
                PROBE_NAME,
                "blackbox_exporter",
                probe["exporter"],
                ok,
                subject=f"{probe['name']}: {probe['target']}",
                detail=f"seen by {server['host']}" if ok else f"{why} (asked {server['host']})",
                hint=_probe_hint(probe, found),
            )
        )
    return proofs


def _probe_hint(probe: dict[str, Any], found: list[dict[str, Any]]) -> str:
    if found:
        return f"Look at what the exporter on {probe['exporter']} says with /probe?debug=true&module={probe['module']}&target={probe['target']}."
    return "Run site.yml for the group prometheus, so that its probe jobs follow the inventory."


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
    hint = f"See 'systemctl status {service}' on {host}, and whether {server['host']} can reach {target['scrape_url']} (firewall, TLS, credentials)."
    return proof(NAME, service, host, up, detail=target["scrape_url"] if up else _why_down(target), hint=hint, **more)


def _further_proof(server: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    up = target["health"] == "up"
    detail = target["scrape_url"] if up else f"{_why_down(target)} ({target['scrape_url']})"
    hint = f"Mend the target, or name its job in observability_verify_ignore_jobs ('{target['job']}') when it may be down."
    subject = f"{target['job']}: {target['instance']}"
    return proof(NAME, "prometheus", server["host"], up, subject=subject, detail=detail, hint=hint)


def _why_down(target: dict[str, Any]) -> str:
    if target["health"] == "unknown":
        return "not scraped yet"
    # "Get "http://...": dial tcp 10.0.0.1:9100: connect: connection refused": only the end says anything new.
    reason = target["last_error"].rpartition('": ')[2] or "no reason given"
    return f"down: {reason}"


def _scraped(record: dict[str, Any], server: dict[str, Any]) -> bool:
    row = SERVICES.get(record["service"])
    return bool(row and row.job) and record["stack"] == server["stack"]


def _target_of(record: dict[str, Any], active: list[dict[str, Any]], server: dict[str, Any]) -> dict[str, Any] | None:
    """The target of an endpoint: same address and path; else, where relabelling changed that, the same instance."""
    places = {netloc(record).lower()}
    if record["host"] == server["host"]:
        places |= {f"{name}:{record['port']}" for name in LOOPBACKS}
    instance = f"{record['host']}:{record['port']}"
    by_address = (item for item in active if _place(item) in places and _path(item) == record["metrics_path"])
    return next(by_address, None) or next((item for item in active if item["instance"] == instance), None)


def _elsewhere(record: dict[str, Any], server: dict[str, Any], plan: dict[str, Any], seen: dict[str, Any]) -> bool:
    """Whether a target may be missing here, since the servers of the stack share the targets and another one has it."""
    others = [item for item in plan["prometheus"] if item["stack"] == server["stack"] and item["host"] != server["host"]]
    return server["shards"] > 1 and any(_target_of(record, _active(other, seen), other) for other in others)


def _active(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """The server's targets that are no probes."""
    info = seen["prometheus"].get(server["host"]) or {}
    targets = info.get("targets", {}).get("active", [])
    return [target for target in targets if not _path(target).endswith(PROBE_PATH)]


def _place(target: dict[str, Any]) -> str:
    return urlsplit(target["scrape_url"] or "").netloc.rpartition("@")[2].lower()


def _path(target: dict[str, Any]) -> str:
    return urlsplit(target["scrape_url"] or "").path
