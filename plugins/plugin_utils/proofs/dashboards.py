# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proofs that dashboards show something: what is to be asked of which Prometheus, and what the answers mean. Pure."""

from __future__ import annotations

from typing import Any

from ..endpoint_record import SERVICES
from ..running_config import load
from .record import proof, trouble

ACCEPTED, FILLED = "accepts every panel's query", "panels have data"
INTERVAL = "15s"
# At first there are too few samples for a rate.
PATIENCE = 60
SHOWN = 3


def panels_to_ask(plan: dict[str, Any], seen: dict[str, Any], dashboards: list[dict[str, Any]], wanted: bool | None = None) -> list[dict[str, Any]]:
    """[{key, url, login, scrape_interval, wait, dashboards}] for each Prometheus of this run.

    ``wanted`` None asks in stacks that have a Grafana. A dashboard about a service that the stack does not have is left out.
    """
    tasks = []
    for server in plan["prometheus"]:
        services, info = _services(server, plan), seen["prometheus"].get(server["host"]) or {}
        asked = "grafana" in services if wanted is None else wanted
        # What did not even tell its targets has a proof of its own that fails.
        if asked and server["here"] and not server["agent"] and "targets" in info:
            chosen = [_expected(item, server) for item in dashboards if {tag for tag in item["tags"] if tag in SERVICES} <= services]
            how = {key: server[key] for key in ("key", "url", "login")}
            tasks.append({**how, "scrape_interval": _interval(info), "wait": PATIENCE, "dashboards": chosen})
    return tasks


def dashboard_proofs(server: dict[str, Any], seen: dict[str, Any]) -> list[dict[str, Any]]:
    """One proof that the server takes every query, and one for each dashboard that its panels have data."""
    result = seen["panels"].get(server["host"])
    if result is None:
        return []
    if "dashboards" not in result:
        hint = "Check that Prometheus answers queries."
        return [proof(ACCEPTED, "prometheus", server["host"], False, detail=trouble(result), hint=hint)]
    tags = {item["uid"]: item["tags"] for item in result["item"]["dashboards"]}
    found = result["dashboards"]
    return [_accepted(server, found), *(_filled(server, item, tags.get(item["uid"], [])) for item in found)]


def _services(server: dict[str, Any], plan: dict[str, Any]) -> set[str]:
    """The services of the server's stack that have something to show."""
    found = {record["service"] for record in plan["endpoints"] if record["stack"] == server["stack"]}
    return found if server["probes"] else found - {"blackbox_exporter"}


def _expected(dashboard: dict[str, Any], server: dict[str, Any]) -> dict[str, Any]:
    """The dashboard; without any claim to data where this server need not have all of them."""
    if server["scrapes_inventory"] and server["shards"] < 2:
        return dashboard
    return {**dashboard, "panels": [{**panel, "may_be_empty": True} for panel in dashboard["panels"]]}


def _interval(info: dict[str, Any]) -> str:
    running = load(info.get("config") or "") or {}
    return str((running.get("global") or {}).get("scrape_interval") or INTERVAL)


def _accepted(server: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    errors = [f"{item['title']}, {error['panel']}: {error['message']}" for item in found for error in item["errors"]]
    queries = sum(item["queries"] for item in found)
    detail = f"{len(errors)} of {queries} refused: {_some(errors, '; ')}" if errors else f"{queries} queries of {len(found)} dashboards"
    hint = "The query is wrong, or too large for this server (query.max-samples, query.timeout): try it in Prometheus' own page."
    return proof(ACCEPTED, "prometheus", server["host"], not errors, detail=detail, hint=hint)


def _filled(server: dict[str, Any], item: dict[str, Any], tags: list[str]) -> dict[str, Any]:
    service = next((tag for tag in tags if tag in SERVICES), "prometheus")
    refused = {error["panel"] for error in item["errors"]}
    lacking = [one["panel"] for one in item["empty"] if not one["may_be_empty"] and one["panel"] not in refused]
    rightly = sum(one["may_be_empty"] for one in item["empty"])
    if lacking:
        unset = f" (variable {item['without_values'][0]} has no value)" if item["without_values"] else ""
        detail = f"{len(lacking)} of {item['panels']} without data: {_some(lacking, ', ')}{unset}"
    else:
        detail = f"{item['panels']} panels and annotations" + (f", {rightly} of them rightly empty" if rightly else "")
    hint = "See whether the targets behind the dashboard are up. In a dashboard of your own, give a panel that may be empty a text for 'No value'."
    return proof(FILLED, service, server["host"], not lacking, subject=item["title"], detail=detail, hint=hint)


def _some(texts: list[str], separator: str) -> str:
    more = f"{separator}and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return separator.join(texts[:SHOWN]) + more
