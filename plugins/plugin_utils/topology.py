# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory as a list of endpoints: what runs where, and how its neighbours reach it.

Nothing here needs facts: a host that this run does not touch (``--limit``) is described as well as any other.
A role's defaults are invisible from other hosts, so ports live in one table, SERVICES.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .endpoint_credentials import credential, web_setting
from .endpoint_record import DEFAULT_STACK, GIVEN_FIELDS, RECORD_FIELDS, SERVICES, TopologyError, check_fields, url_path
from .external_endpoints import external_records, external_rows
from .plain import plain, plain_value
from .shared_types import wrong_type

_WILDCARDS = ("", "0.0.0.0", "::", "*")
_LOOPBACKS = ("127.0.0.1", "::1", "localhost")


def endpoints(
    groups: Mapping[str, Iterable[str]],
    variables: Callable[[str], Mapping[str, Any]],
    current: str,
    services: Iterable[str] | str | None = None,
    stack: str | None = None,
) -> list[dict[str, Any]]:
    """Return the endpoints that the host ``current`` should know, as records of RECORD_FIELDS.

    ``groups`` maps a group to its hosts; ``variables(host)`` returns a host's variables (only the few keys that
    matter are read). ``services`` limits the answer; ``stack`` is the stack to list: by default that of
    ``current``, '*' for all. Order: the order of ``services`` (or of the table), then the hosts' names, then
    the endpoints given by hand. Raises TopologyError.
    """
    own = variables(current)
    by_hand = external_rows(plain_value(own, "observability_external_endpoints"))
    own_stack = stack_of(own)
    stack = stack or own_stack
    records = []
    for service in _wanted(services, by_hand):
        # By name: an inventory that lists the same hosts in another order asks for no change anywhere.
        for host in sorted(group_hosts(service, groups, plain_value(own, "observability_groups"))):
            values = own if host == current else variables(host)
            if stack in ("*", stack_of(values)) and _offered(service, values):
                records.append(host_record(service, host, values, current))
        records += external_records(service, by_hand, own_stack, stack)
    return records


def stack_of(values: Mapping[str, Any]) -> str:
    """Return the name of the stack that a host with these variables belongs to."""
    return str(plain_value(values, "observability_stack") or DEFAULT_STACK)


def group_hosts(service: str, groups: Mapping[str, Iterable[str]], mapping: Mapping[str, Any] | None) -> list[str]:
    """Return the hosts that offer ``service``, each once, in the inventory's order; ``mapping``: see mapped_groups."""
    named = mapped_groups(service, mapping)
    row = SERVICES.get(service)
    if row and row.beside and not any(group in groups for group in named) and any(group_hosts(one, groups, mapping) for one in row.serves):
        return group_hosts(row.beside, groups, mapping)
    hosts: dict[str, None] = {}
    for group in named:
        hosts.update(dict.fromkeys(groups.get(group, ())))
    return list(hosts)


def mapped_groups(service: str, mapping: Mapping[str, Any] | None) -> list[str]:
    """Return the names of the groups whose hosts offer ``service``.

    ``mapping`` is observability_groups; its keys may be names of services (node_exporter) or of our groups (nodes),
    its values one name of a group or a list of them. Raises TopologyError when it is something else.
    """
    row = SERVICES.get(service)
    default = row.group if row else service
    mapping = _checked("observability_groups", plain(mapping)) or {}
    named = mapping.get(service, mapping.get(default, default))
    return [named] if isinstance(named, str) else list(named)


def host_record(service: str, host: str, values: Mapping[str, Any], current: str) -> dict[str, Any]:
    """Return the record of ``service`` on ``host``, whose variables are ``values``, as seen from ``current``."""
    values = _with_other_names(service, values)
    listen_host, port = _listener(service, host, values)
    record = dict.fromkeys(RECORD_FIELDS) | {
        "service": service,
        "host": host,
        "address": _address(host, values, listen_host, current),
        "port": port or SERVICES[service].port,
        "scheme": "https" if _uses_tls(service, values) else "http",
        "path_prefix": _path_prefix(service, values),
        "labels": _checked("observability_labels", plain_value(values, "observability_labels"), host) or {},
        "stack": stack_of(values),
    }
    record |= _given_fields(service, host, values)
    record["port"] = int(record["port"])
    if not record["metrics_path"]:
        own_path = plain_value(values, f"{service}_web_telemetry_path") or SERVICES[service].metrics_path
        record["metrics_path"] = f"{record['path_prefix']}{own_path}"
    if record["scheme"] == "https":
        record["ca_file"] = record["ca_file"] or plain_value(values, "observability_ca_file")
    known = None if record["auth_file"] else credential(service, values)
    return record | {"auth_user": known.user, "auth_from": known.source} if known else record


def _offered(service: str, values: Mapping[str, Any]) -> bool:
    row = SERVICES.get(service)
    return not (row and row.offered) or row.offered(values)


def _with_other_names(service: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    find = SERVICES[service].other_names if service in SERVICES else None
    other = {f"{service}_{name}": value for name, value in find(values).items()} if find else {}
    missing = {name: value for name, value in other.items() if name not in values}
    return ChainMap(missing, values) if missing else values  # type: ignore[arg-type]


def _given_fields(service: str, host: str, values: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{service}_endpoint"
    given = plain_value(values, name) or {}
    if not isinstance(given, dict):
        raise TopologyError(f"{name} of host {host} must be a mapping, such as {{port: 443, scheme: https}}; it is {given!r}.")
    return check_fields(given, f"{name} of host {host}", GIVEN_FIELDS)


def _wanted(services: Iterable[str] | str | None, by_hand: list[dict[str, Any]]) -> list[str]:
    if services is None:
        return list(dict.fromkeys([*SERVICES, *(str(row.get("service")) for row in by_hand)]))
    return [services] if isinstance(services, str) else list(services)


def _checked(name: str, value: Any, host: str = "") -> Any:
    problem = wrong_type(name, value, host)
    if problem:
        raise TopologyError(problem)
    return value


def _listener(service: str, host: str, values: Mapping[str, Any]) -> tuple[str, int | None]:
    listen = plain_value(values, f"{service}_web_listen_address")
    if not listen:
        return "", None
    first = listen if isinstance(listen, str) else listen[0]
    address, _colon, port = first.rpartition(":")
    if not port.isdigit():
        raise TopologyError(
            f"{service}_web_listen_address of host {host} is {first!r}, which has no port. "
            f'Write it as address:port, such as "0.0.0.0:{SERVICES[service].port}".'
        )
    return address.strip("[]"), int(port)


def _address(host: str, values: Mapping[str, Any], listen_host: str, current: str) -> str:
    """Return where ``host`` is reached: what the user says, else the one address it listens on, else Ansible's."""
    explicit = plain_value(values, "observability_address")
    if explicit:
        return str(explicit)
    if listen_host in _LOOPBACKS:
        return listen_host if host == current else _ansible_host(host, values)
    if listen_host not in _WILDCARDS:
        return listen_host
    return _ansible_host(host, values)


def _ansible_host(host: str, values: Mapping[str, Any]) -> str:
    return str(plain_value(values, "ansible_host") or host)


def _uses_tls(service: str, values: Mapping[str, Any]) -> bool:
    return bool(web_setting(service, values, "tls_server_config"))


def _path_prefix(service: str, values: Mapping[str, Any]) -> str:
    route = plain_value(values, f"{service}_web_route_prefix")
    return url_path(route if route else plain_value(values, f"{service}_web_external_url"))
