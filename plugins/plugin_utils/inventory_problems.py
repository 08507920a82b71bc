# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mistakes in an inventory that would stop a run half-way, or that Ansible would pass over."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jinja2

from .endpoint_credentials import web_setting
from .endpoint_record import SERVICES
from .plain import plain_value
from .shared_types import wrong_type
from .shared_variables import SHARED
from .topology import group_hosts
from .variables import check_names, check_shared_names

Variables = Mapping[str, Any]


def name_problems(hosts: Mapping[str, Variables], known: Mapping[str, Iterable[str]], ignore: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return (errors, warnings) about the names of all hosts' variables; each name is judged once.

    ``known`` maps each role to the names in its argument specification.
    """
    names = {name for values in hosts.values() for name in values}
    errors, warnings = check_shared_names(names, ignore)
    for role, role_names in known.items():
        found = check_names(names, role, frozenset(role_names), roles=known, ignore=ignore)
        errors += found[0]
        warnings += found[1]
    return errors, warnings


def type_problems(hosts: Mapping[str, Variables]) -> list[str]:
    """Return errors about shared variables of a wrong type, each said of one host only."""
    errors: dict[str, str] = {}
    for host, values in hosts.items():
        for name in sorted(SHARED):
            if name not in errors:
                problem = wrong_type(name, plain_value(values, name), host)
                errors.update({name: problem} if problem else {})
    return list(errors.values())


def password_problems(records: Iterable[Variables], variables: Callable[[str], Variables]) -> list[str]:
    """Return warnings about managed endpoints that ask for a password which the inventory does not hold.

    ``records`` are endpoints of the inventory's hosts, of all stacks.
    """
    records = list(records)
    servers = {record["host"]: record["stack"] for record in records if record["service"] == "prometheus"}
    own = {(servers[host], job) for host in servers for job in _own_ways(variables(host))}
    closed: dict[str, list[str]] = {}
    for record in records:
        known = record["auth_file"] or record["auth_from"] or (record["stack"], SERVICES[record["service"]].job) in own
        if not known and web_setting(record["service"], variables(record["host"]), "basic_auth_users"):
            closed.setdefault(record["service"], []).append(record["host"])
    return [
        f"{service} on {_listed(hosts)} asks for a password that is not known here, so Prometheus and the playbook verify cannot log in: "
        f"set observability_scrape_username to one of its users and observability_scrape_password to the password, or give the password "
        f"instead of its hash in {service}_basic_auth_users."
        for service, hosts in closed.items()
    ]


def template_problems(hosts: Mapping[str, Variables], roles: Iterable[str], is_template: Callable[[Any], bool]) -> list[str]:
    """Return errors about text for Prometheus' or Alertmanager's templates that Ansible takes for a template of its own.

    ``hosts`` are untemplated variables. ``is_template`` tells whether Ansible would template a text.
    """
    prefixes = tuple(f"{role}_" for role in roles)
    found = {
        name: text
        for values in hosts.values()
        for name in values
        if name.startswith(prefixes)
        for text in _texts(values[name])
        if "{{" in text and is_template(text) and not _is_jinja(text)
    }
    return [
        f"{name} holds the text {_short(text)}, which Ansible cannot read as a template of its own. If it is meant for "
        "Prometheus or Alertmanager, put the mark !unsafe before it, or keep it in a file."
        for name, text in sorted(found.items())
    ]


def group_problems(groups: Mapping[str, Iterable[str]], mapping: Mapping[str, Any] | None, services: Any) -> list[str]:
    """Return errors about hosts in a group of our name whose service is mapped to another group.

    ``services`` maps each service to its row of the table.
    """
    if not mapping:
        return []
    errors = []
    for service, row in services.items():
        extra = sorted(set(groups.get(row.group, ())) - set(group_hosts(service, groups, mapping)))
        if extra:
            errors.append(
                f"observability_groups names another group for {service}, but the inventory has the group {row.group} "
                f"too, with hosts that are not in that one, such as {extra[0]}. Rename the group {row.group}."
            )
    return errors


def _own_ways(values: Variables) -> Iterator[Any]:
    """Yield the names of the jobs for which the user of a Prometheus has said how to log in."""
    settings = plain_value(values, "prometheus_job_settings") or {}
    yield from (name for name, job in settings.items() if {"basic_auth", "authorization", "oauth2"} & set(job or {}))
    yield from (job.get("job_name") for job in plain_value(values, "prometheus_scrape_configs") or [])


def _listed(hosts: list[str]) -> str:
    more = len(hosts) - 3
    return f"{', '.join(hosts[:3])} and {more} more" if more > 0 else ", ".join(hosts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


@functools.cache
def _is_jinja(text: str) -> bool:
    try:
        jinja2.Environment(autoescape=False).parse(text)  # noqa: S701 (parsed, never rendered)
    except jinja2.TemplateSyntaxError:
        return False
    return True


def _short(text: str) -> str:
    return repr(str(text) if len(text) <= 60 else f"{text[:57]}...")
