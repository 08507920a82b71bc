# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Grafana's data sources from the inventory's endpoints, with the links between metrics, logs, traces and alerts.

Uids are stable: the first server of a kind has the kind's name, each further one its host's behind it. Dashboards, alert rules and
links may rely on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..endpoint_credentials import Find
from ..endpoint_record import base_url
from . import correlations

Record = Mapping[str, Any]
Source = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How the endpoints of one service become data sources."""

    service: str
    uid: str
    name: str
    type: str


# In the order in which one of them is the default: a Thanos sees more than the servers below it.
KINDS = (
    Kind("thanos_query", "thanos", "Thanos", "prometheus"),
    Kind("prometheus", "prometheus", "Prometheus", "prometheus"),
    Kind("loki", "loki", "Loki", "loki"),
    Kind("jaeger", "jaeger", "Jaeger", "jaeger"),
    Kind("tempo", "tempo", "Tempo", "tempo"),
    Kind("alertmanager", "alertmanager", "Alertmanager", "alertmanager"),
)


def inventory_sources(endpoints: list[Record], find: Find) -> list[Source]:
    """Return the data sources, as provisioning files have them, without the escaping that these need (see escaped).

    ``find(service, host)`` returns how to log in to an endpoint.
    """
    pairs = [(kind, number, record) for kind in KINDS for number, record in enumerate(_of(kind, endpoints))]
    first = {kind.uid: kind.uid for kind, number, _record in pairs if number == 0}
    default = next((kind.uid for kind in KINDS if kind.uid in first and kind.type == "prometheus"), "")
    return [
        _source(kind, number, record) | _access(record, find) | {"isDefault": bool(default) and default == kind.uid and number == 0}
        | {"jsonData": {**_transport(record), **correlations.settings(kind.uid, first)}}
        for kind, number, record in pairs
    ]  # fmt: skip


def _of(kind: Kind, endpoints: list[Record]) -> list[Record]:
    return [record for record in endpoints if record["service"] == kind.service]


def _source(kind: Kind, number: int, record: Record) -> Source:
    host = str(record["host"])
    return {
        "uid": f"{kind.uid}-{re.sub(r'[^a-zA-Z0-9_-]+', '-', host)}"[:40] if number else kind.uid,
        "name": f"{kind.name} {host}" if number else kind.name,
        "type": kind.type,
        "access": "proxy",
        "orgId": 1,
        "url": base_url(record),
        "editable": False,
    }


@dataclass(frozen=True)
class InFile:
    """A value that is in a file on Grafana's host; ``before`` precedes it."""

    path: str
    before: str = ""


def _access(record: Record, find: Find) -> Source:
    """Return how Grafana logs in, and what it trusts."""
    secure: dict[str, Any] = {}
    source: Source = {}
    known = find(record["service"], record["host"]) if record["auth_from"] else None
    if known:
        source |= {"basicAuth": True, "basicAuthUser": known.user}
        secure["basicAuthPassword"] = known.password
    elif record["auth_file"] and record["auth_user"]:
        source |= {"basicAuth": True, "basicAuthUser": record["auth_user"]}
        secure["basicAuthPassword"] = InFile(record["auth_file"])
    elif record["auth_file"]:
        secure["httpHeaderValue1"] = InFile(record["auth_file"], "Bearer ")
    if record["ca_file"]:
        secure["tlsCACert"] = InFile(record["ca_file"])
    return source | ({"secureJsonData": secure} if secure else {})


def _transport(record: Record) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if record["auth_file"] and not record["auth_user"]:
        settings["httpHeaderName1"] = "Authorization"
    if record["ca_file"]:
        settings["tlsAuthWithCACert"] = True
    if record["server_name"]:
        settings["serverName"] = record["server_name"]
    if record["insecure_skip_verify"]:
        settings["tlsSkipVerify"] = True
    return settings


def escaped(value: Any) -> Any:
    """Return a value so that provisioning takes it literally: there a $ names a variable, and $$ is a dollar sign."""
    if isinstance(value, InFile):
        return f"{value.before}$__file{{{value.path}}}"
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escaped(item) for item in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def own_sources(given: list[Any]) -> list[Source]:
    """Return the user's data sources, in the terms of provisioning files, with passwords where Grafana keeps them safe.

    Raises ValueError (a sentence).
    """
    for one in given:
        if not isinstance(one, dict) or not one.get("name") or not one.get("type"):
            raise ValueError("An entry of grafana_datasources has no name or no type. Write it as {name: Shop, type: postgres, url: 'db1:5432', ...}.")
    return [_safe(one) for one in given]


def _safe(one: Source) -> Source:
    secrets = {"basicAuthPassword": one.get("basicAuthPassword"), "password": one.get("password")}
    secrets = {key: value for key, value in secrets.items() if value}
    kept = {key: value for key, value in one.items() if key not in ("basicAuthPassword", "password")}
    secure = {**secrets, **(one.get("secureJsonData") or {})}
    return {"access": "proxy", "orgId": 1, **kept, **({"secureJsonData": secure} if secure else {})}


def merged(made: list[Source], own: list[Source]) -> list[Source]:
    """Return all data sources; one of the user's takes the place of a made one with its name or uid. Raises ValueError."""
    taken = {(key, one.get(key)) for one in own for key in ("name", "uid") if one.get(key)}
    kept = [one for one in made if not {("name", one["name"]), ("uid", one["uid"])} & taken]
    if any(one.get("isDefault") for one in own):
        kept = [{**one, "isDefault": False} for one in kept]
    for key in ("name", "uid"):
        values = [(one.get("orgId", 1), one[key]) for one in own if one.get(key)]
        doubled = next((value for value in values if values.count(value) > 1), None)
        if doubled:
            raise ValueError(f"grafana_datasources has two entries with the {key} {doubled[1]!r}. Give one of them another {key}.")
    return [*kept, *own]
