# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The writes of data sources that are more than one request: another uid, a change beside somebody else's, no default."""

from __future__ import annotations

from typing import Any

from ..engine.errors import ClientError, Failure
from ..engine.kind import Orders
from ..engine.plan import Change
from ..engine.resource import Resource, fill
from . import datasource_correlations as correlations
from .datasource_compare import compare

PATH = "/api/datasources/uid/{uid}"


def plain_body(resource: Resource, found: dict[str, Any]) -> dict[str, Any]:
    """A data source as it is sent back; secrets that are not sent stay."""
    return {key: value for key, value in found.items() if key not in (*resource.server_only, "secureJsonData")}


def unmake_default(api: Any, resource: Resource, made: dict[str, Any]) -> Any:
    """Take away that a new data source is the default."""
    return api.json("PUT", fill(PATH, made), json={**plain_body(resource, made), "isDefault": False})


def write_again(api: Any, resource: Resource, change: Change, error: ClientError, orders: Orders) -> Change:
    """The same wish for the data source that somebody else has changed meanwhile.

    :raises ClientError: the first refusal, when nobody has: the name is taken.
    """
    fresh = api.get(fill(PATH, change.found or {}))
    if fresh.get("version") == (change.found or {}).get("version"):
        raise error
    return compare(resource, change.wanted, fresh, orders)


def refuse_loss(api: Any, change: Change) -> None:
    """Refuse another uid when something would be lost that nobody can read back.

    :raises Failure: names what it is.
    """
    found, sent = change.found or {}, (change.body or {}).get("secureJsonData") or {}
    lost = sorted(set(found.get("secureJsonFields") or {}) - set(sent))
    links = correlations.involving(api, found["uid"])
    what = [f"its secrets {', '.join(lost)}, which Grafana does not tell"] if lost else []
    what += [f"{len(links)} correlations that it is an end of"] if links else []
    if what:
        raise Failure(
            f"The {change.label} has the uid {found['uid']}. Another one means another data source, and {' and '.join(what)} would be lost. "
            f"Give the secrets and remove the correlations, or keep the uid."
        )


def move(api: Any, resource: Resource, change: Change) -> Any:
    """Give a data source another uid: a new one is made beside the old one, which goes when the new one is there."""
    found = change.found or {}
    refuse_loss(api, change)
    aside = {**plain_body(resource, found), "name": f"{found['name']} ({found['uid']})"}
    set_aside = api.json("PUT", fill(PATH, found), json=aside)["datasource"]
    body = {key: value for key, value in (change.body or {}).items() if key != "version"}
    try:
        answer = api.json("POST", "/api/datasources", json=body)
    except ClientError:
        back = {**plain_body(resource, found), "version": set_aside.get("version")}
        api.json("PUT", fill(PATH, found), json=back)
        raise
    api.json("DELETE", fill(PATH, found))
    return answer
