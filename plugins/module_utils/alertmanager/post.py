# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alerts brought to a state at one or several Alertmanagers."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Callable

from ..engine.errors import ClientError, Failure
from .api import Alertmanager, matcher

FIELDS = {"starts_at": "startsAt", "ends_at": "endsAt", "generator_url": "generatorURL"}


def bring(alerts: list[dict[str, Any]], state: str, servers: list[Alertmanager], write: bool) -> list[dict[str, Any]]:
    """Bring the alerts to ``state`` (firing, resolved) at each server: [{url, changed, posted, error}].

    Without ``write`` only what would be done is found out.
    """
    wanted = [payload(alert) for alert in alerts]
    return [_at_one(server, wanted, state, write) for server in servers]


def payload(alert: dict[str, Any]) -> dict[str, Any]:
    """An alert in the shape of the API. Labels without a value do not exist in Alertmanager, so they are left out."""
    labels = {name: str(value) for name, value in alert["labels"].items() if value not in (None, "")}
    if not labels.get("alertname"):
        raise Failure("An alert has no label 'alertname'. Give it one, since routes and receivers name alerts by it.")
    body: dict[str, Any] = {"labels": labels}
    body["annotations"] = {name: str(value) for name, value in (alert.get("annotations") or {}).items()}
    body.update({theirs: alert[ours] for ours, theirs in FIELDS.items() if alert.get(ours)})
    return body


def to_post(wanted: list[dict[str, Any]], existing: list[dict[str, Any]], state: str, now: Callable[[], str]) -> tuple[list[dict[str, Any]], bool]:
    """(alerts to post, whether that changes anything). Pure.

    A firing alert is posted even when it is there already, since posting extends its life; that is no change.
    A resolved one is posted only where it fires.
    """
    known = {_key(alert): alert for alert in existing}
    if state == "firing":
        return wanted, any(not _same(alert, known.get(_key(alert))) for alert in wanted)
    ended = []
    for alert in wanted:
        found = known.get(_key(alert))
        if found:
            ended.append({**alert, "startsAt": found["startsAt"], "endsAt": alert.get("endsAt") or now()})
    return ended, bool(ended)


def _at_one(server: Alertmanager, wanted: list[dict[str, Any]], state: str, write: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"url": server.url, "changed": False, "posted": 0, "error": ""}
    try:
        existing = [alert for name in sorted(_names(wanted)) for alert in server.alerts([matcher("alertname", name)])]
        alerts, result["changed"] = to_post(wanted, existing, state, _now)
        if alerts and write:
            server.post_alerts(alerts)
            result["posted"] = len(alerts)
    except ClientError as error:
        result["error"] = str(error)
    return result


def _names(alerts: list[dict[str, Any]]) -> set[str]:
    return {alert["labels"]["alertname"] for alert in alerts}


def _same(alert: dict[str, Any], found: dict[str, Any] | None) -> bool:
    return found is not None and found.get("annotations", {}) == alert["annotations"]


def _key(alert: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(alert["labels"].items()))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()


def report(results: list[dict[str, Any]], alerts: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    """The module's result with its diff; Failure when not enough Alertmanagers took the alerts."""
    errors = [result["error"] for result in results if result["error"]]
    if errors and (params["require"] == "all" or len(errors) == len(results)):
        raise Failure(f"{len(errors)} of {len(results)} Alertmanagers did not take the alerts. {' '.join(errors)}")
    urls = [result["url"] for result in results if result["changed"]]
    names = [alert["labels"].get("alertname") for alert in alerts]
    other = "not firing" if params["state"] == "firing" else "firing"
    diff = {"before": _lines(names, urls, other), "after": _lines(names, urls, params["state"])}
    return {"changed": bool(urls), "alertmanagers": results, "diff": diff, "warnings_of_server": errors}


def _lines(names: list[Any], urls: list[str], state: str) -> str:
    return "".join(f"{name} at {url}: {state}\n" for url in urls for name in names)
