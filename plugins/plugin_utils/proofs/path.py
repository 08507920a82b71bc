# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Proofs that test alerts arrive and resolve: one by Prometheus' rule, one by Alertmanager's API. Pure."""

from __future__ import annotations

from typing import Any

from .record import SKIPPED, done, proof, trouble

SERVICE = "alertmanager"
WAYS = ("rule", "api")
TITLES = {"rule": "alert by rule", "api": "alert by API"}
ALERTNAME = "ObservabilityVerify"


def path_proofs(path: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """The proofs of one stack's test alerts; ways that are skipped say why."""
    tried = tried_ways(path)
    proofs = [_fires(path, host, seen) for host in path["prometheus"] if "rule" in tried]
    if path["shared"] and any(fires["ok"] for fires in proofs):
        proofs = [fires for fires in proofs if fires["ok"]]
    proofs += [_reaches(path, host, seen) for host in path["alertmanagers"] if tried]
    for way in path["ways"]:
        if way not in tried:
            reason = path["skipped"][way]
            proofs.append(proof(f"{TITLES[way]} arrives", SERVICE, _hosts(path), SKIPPED, detail=reason))
            continue
        arrived = _arrives(path, way, seen)
        # What never came cannot resolve; one failure says enough.
        found = _first(path, way, "firing", seen["firing"])
        proofs += [arrived, _resolves(path, way, seen)] if found else [arrived]
    return proofs


def tried_ways(path: dict[str, Any]) -> list[str]:
    """The ways on which a test alert is sent."""
    return [way for way in path["ways"] if way not in path["skipped"]]


def receiver_tasks(path: dict[str, Any], status: str, seen: dict[str, Any]) -> list[dict[str, Any]]:
    """How the receivers are to be read: [{key, host, first, wait_for}], the one that will be told first at the head.

    Of a mesh only one member notifies: the first by name, unless it fails. So only there is waiting worth while; when
    it is over, the others have got what they will get.
    """
    ways = tried_ways(path)
    if status == "resolved":
        ways = [way for way in ways if _first(path, way, "firing", seen["firing"])]
    wishes = [{"status": status, "labels": {"alertname": ALERTNAME, "run": run_of(path, way)}} for way in ways]
    hosts = [host for host in path["alertmanagers"] if wishes and done(seen["receivers"].get(host))]
    hosts.sort(key=lambda host: _position(host, seen))
    return [{"key": host, "host": host, "first": host == hosts[0], "wait_for": wishes} for host in hosts]


def _position(host: str, seen: dict[str, Any]) -> tuple[bool, str]:
    cluster = (seen["alertmanager"].get(host) or {}).get("status", {}).get("cluster", {})
    return (not cluster.get("name"), cluster.get("name", ""))


def run_of(path: dict[str, Any], way: str) -> str:
    """The label ``run`` of the test alert that goes this way."""
    return f"{path['run']}-{way}"


def _fires(path: dict[str, Any], host: str, seen: dict[str, Any]) -> dict[str, Any]:
    result = seen["fires"].get(host)
    fired = bool(result and result.get("results"))
    # Of a wait that ended in vain only what came last is news.
    detail = f"metric on {path['node']}" if fired else f"did not fire: {trouble(result).rpartition('Last: ')[2]}"
    hint = (
        f"Check that node_exporter on {path['node']} is scraped and reads {path['textfile']}, and that {host} has the rule "
        f"{ALERTNAME} (prometheus_verify_rule); and that the clocks agree."
    )
    return proof("test rule fires", "prometheus", host, fired, detail=detail, hint=hint)


def _reaches(path: dict[str, Any], host: str, seen: dict[str, Any]) -> dict[str, Any]:
    result = seen["reached"].get(host)
    if not result or "alerts" not in result:
        detail = trouble(result)
        missing = ["both"]
    else:
        runs = {alert["labels"].get("run") for alert in result["alerts"]}
        missing = [TITLES[way] for way in _expected(path, seen) if run_of(path, way) not in runs]
        detail = f"not there: {', '.join(missing)}" if missing else "by " + " and ".join(_expected(path, seen))
    hint = f"See 'journalctl -u alertmanager' on {host}, and whether Prometheus reaches it (prometheus_notifications_errors_total)."
    return proof("test alerts reach it", SERVICE, host, not missing, detail=detail, hint=hint)


def _expected(path: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """The ways whose alert was sent: a rule that fires nowhere is a fault of its own, not one of Alertmanager."""
    fired = any((seen["fires"].get(host) or {}).get("results") for host in path["prometheus"])
    return ["rule", "api"] if fired else ["api"]


def _arrives(path: dict[str, Any], way: str, seen: dict[str, Any]) -> dict[str, Any]:
    found = _first(path, way, "firing", seen["firing"])
    name = f"{TITLES[way]} arrives"
    if found:
        late = found["after"] > path["timeout"]
        detail = f"notified by {found['host']}" + (f", but later than {path['timeout']:g} s" if late else "")
        return proof(name, SERVICE, found["host"], not late, seconds=found["after"], detail=detail, hint=_slow(path))
    hint = _route(path) if way in _expected(path, seen) else "See the proof 'test rule fires'."
    return proof(name, SERVICE, _hosts(path), False, detail=_why_not(path, way, seen), hint=hint)


def _resolves(path: dict[str, Any], way: str, seen: dict[str, Any]) -> dict[str, Any]:
    found = _first(path, way, "resolved", seen["resolved"])
    name = f"{TITLES[way]} resolves"
    if found:
        return proof(name, SERVICE, found["host"], True, seconds=found["after"], detail=f"notified by {found['host']}")
    detail = f"no notice of its end within {path['timeout']:g} s"
    return proof(name, SERVICE, _hosts(path), False, detail=detail, hint=_route(path))


def _first(path: dict[str, Any], way: str, status: str, results: dict[str, Any]) -> dict[str, Any] | None:
    """The first notification of a test alert at any receiver, with the host of the receiver."""
    run = run_of(path, way)
    found = [
        {**alert, "host": host}
        for host in path["alertmanagers"]
        for alert in (results.get(host) or {}).get("alerts", [])
        if alert["status"] == status and alert["labels"].get("run") == run
    ]
    return min(found, key=lambda alert: alert["after"], default=None)


def _why_not(path: dict[str, Any], way: str, seen: dict[str, Any]) -> str:
    deaf = [host for host in path["alertmanagers"] if not done(seen["receivers"].get(host))]
    if deaf:
        return f"no receiver could be started on {', '.join(deaf)}: {trouble(seen['receivers'].get(deaf[0]))}"
    if way == "rule" and not done(seen["written"].get(path["stack"])):
        return f"{path['textfile']} could not be written on {path['node']}: {trouble(seen['written'].get(path['stack']))}"
    posted = [seen["posted"].get(post["key"]) or {} for post in path["posts"]]
    if way == "api" and not any("alertmanagers" in result for result in posted):
        return f"it could not be posted: {trouble(posted[0])}"
    if way == "rule" and way not in _expected(path, seen):
        return "the test rule fires nowhere"
    return f"no notification within {path['timeout']:g} s, though the alert was sent"


def _route(path: dict[str, Any]) -> str:
    return (
        f'Check that the first route of Alertmanager takes observability_verify="true" to http://127.0.0.1:{path["port"]}/ '
        "(alertmanager_verify_receiver), and 'journalctl -u alertmanager'."
    )


def _slow(path: dict[str, Any]) -> str:
    return "Look at scrape_interval and evaluation_interval, or raise observability_verify_timeout."


def _hosts(path: dict[str, Any]) -> str:
    return ", ".join(path["alertmanagers"])
