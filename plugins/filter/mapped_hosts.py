# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: mapped_hosts
short_description: Hosts that observability_groups puts into groups of this collection
version_added: 0.1.0
author: observability.stack contributors
description:
  - Playbooks name groups such as C(nodes); a user may have called them otherwise. This says which hosts have to be added to which group.
positional: _input, mapping
options:
  _input:
    description: The magic variable C(groups).
    type: dict
    required: true
  mapping:
    description: The value of C(observability_groups).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Form the groups
  ansible.builtin.add_host:
    name: "{{ item.host }}"
    groups: "{{ item.groups }}"
  loop: "{{ groups | observability.stack.mapped_hosts({'node_exporter': 'linux'}) }}"
"""

RETURN = r"""
_value:
  description: Mappings of a C(host) and the C(groups) to add it to; none for hosts that are in all of theirs.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_record import SERVICES
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.topology import TopologyError, group_hosts


def mapped_hosts(groups, mapping):
    """Return [{host, groups}] for the hosts that are not in the groups that their mapping means."""
    groups = plain(groups)
    missing: dict = {}
    try:
        for service, row in SERVICES.items():
            for host in group_hosts(service, groups, plain(mapping)):
                if host not in groups.get(row.group, ()):
                    missing.setdefault(host, []).append(row.group)
    except TopologyError as error:
        raise AnsibleFilterError(str(error)) from error
    return [{"host": host, "groups": names} for host, names in missing.items()]


class FilterModule:
    """The filter mapped_hosts."""

    def filters(self):
        return {"mapped_hosts": mapped_hosts}
