# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the options of a data source mean before anything is compared: short forms written out, contradictions refused."""

from __future__ import annotations

from typing import Any

from ..engine.errors import Failure
from ..engine.kind import Orders
from ..engine.resource import Resource, same_value
from .datasource_fields import type_name
from .datasource_types import VARIANTS, WITHOUT_URL, slips


def completed(resource: Resource, wanted: dict[str, Any], orders: Orders) -> dict[str, Any]:
    """A wanted data source with all that its options mean.

    :raises Failure: when something is missing or contradicts something else.
    """
    if orders.state != "present":
        return wanted
    refuse(wanted, orders)
    wanted = implied(wanted)
    orders.warnings += strange(resource, wanted)
    fields = {one.name: one for one in resource.fields_of(wanted)}
    for name in [name for name in wanted if name in fields and fields[name].normalise is not same_value]:
        wanted[name] = fields[name].normalise(wanted[name])
    return written_once(wanted, {one.place[1] for name, one in fields.items() if name in wanted and one.place[:1] == ("jsonData",) and len(one.place) == 2})


def refuse(wanted: dict[str, Any], orders: Orders) -> None:
    """Refuse what cannot be meant."""
    kind = type_name(wanted.get("ds_type"))
    needed = ["ds_type", "ds_url"] if kind in (None, *VARIANTS) and kind not in WITHOUT_URL else ["ds_type"]
    missing = [name for name in needed if not wanted.get(name)]
    if missing:
        raise Failure(f"state is present but all of the following are missing: {', '.join(missing)}")
    if wanted.get("tls_ca_cert") and wanted.get("tls_skip_verify"):
        raise Failure("parameters are mutually exclusive: tls_ca_cert|tls_skip_verify")
    if bool(wanted.get("tls_client_cert")) != bool(wanted.get("tls_client_key")):
        raise Failure("parameters are required together: tls_client_cert, tls_client_key")


def implied(wanted: dict[str, Any]) -> dict[str, Any]:
    """What some options say besides."""
    more: dict[str, Any] = {}
    if wanted["ds_type"] == "thanos":
        more["prometheus_type"] = "Thanos"
    if wanted.get("basic_auth_user") is not None:
        more["basic_auth"] = bool(wanted["basic_auth_user"])
    if wanted.get("tls_client_cert") is not None:
        more["tls_auth"] = bool(wanted["tls_client_cert"])
    if wanted.get("tls_ca_cert") is not None:
        more["tls_auth_with_ca_cert"] = bool(wanted["tls_ca_cert"])
    wanted = {**more, **wanted, "ds_type": type_name(wanted["ds_type"])}
    headers = wanted.pop("http_headers", None)
    if headers is None:
        return wanted
    names, values = {}, {}
    for place, name in enumerate(sorted(headers), 1):
        names[f"httpHeaderName{place}"], values[f"httpHeaderValue{place}"] = name, str(headers[name])
    return {**wanted, "json_data": {**(wanted.get("json_data") or {}), **names}, "secure_json_data": {**(wanted.get("secure_json_data") or {}), **values}}


def strange(resource: Resource, wanted: dict[str, Any]) -> list[str]:
    """Sentences about options that do nothing for this type, and about keys that look like a slip."""
    label, own = resource.label(wanted), {one.name for one in resource.fields_of(wanted)}
    idle = sorted(name for name, value in wanted.items() if name not in own and value not in (None, "", False))
    sentences = [f"{label}: {name} does nothing for the type {wanted['ds_type']}. Settings of such a type go into json_data." for name in idle]
    return sentences + [f"{label}: {one}" for one in slips(wanted["ds_type"], wanted.get("json_data") or {})]


def written_once(wanted: dict[str, Any], places: set[str]) -> dict[str, Any]:
    """json_data without the keys for which an option says another value; the option counts."""
    json_data = wanted.get("json_data")
    if json_data is None:
        return wanted
    return {**wanted, "json_data": {key: value for key, value in json_data.items() if key not in places}}
