# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ldap.toml from grafana_ldap: upstream's own keys, in the shape in which other roles take them."""

from __future__ import annotations

from typing import Any

from .toml import to_toml

HEADER = "# Written by Ansible (observability.stack.grafana); changes made here are lost.\n"


def ldap_text(given: dict[str, Any]) -> str:
    """Return the text of ldap.toml. Raises ValueError (a sentence)."""
    servers = given.get("servers")
    servers = [servers] if isinstance(servers, dict) else servers
    if not servers or not all(isinstance(one, dict) and one.get("host") for one in servers):
        raise ValueError("grafana_ldap.servers must be a server, or a list of them, as a mapping with host, bind_dn, search_base_dns and so on.")
    mappings = _mappings(given.get("group_mappings") or [])
    whole = {key: value for key, value in given.items() if key not in ("servers", "group_mappings")}
    whole["servers"] = [{**one, **({"group_mappings": mappings} if mappings and "group_mappings" not in one else {})} for one in servers]
    return HEADER + to_toml(whole)


def _mappings(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return upstream's rows: those of other roles group them by organisation ({name, id, groups})."""
    rows = []
    for one in given:
        if "groups" in one:
            rows += [{**row, "org_id": row.get("org_id", one.get("id", 1))} for row in one["groups"]]
        else:
            rows.append(one)
    return rows
