# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: endpoints
short_description: What runs where, from the inventory's groups
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the groups and host variables of the inventory into endpoint records, which every role reads.
  - No facts are needed, so hosts outside C(--limit) are described as well.
  - See the page C(docs/topology.md) for the variables that are read.
positional: _input, hostvars, inventory_hostname, services
options:
  _input:
    description: The magic variable C(groups).
    type: dict
    required: true
  hostvars:
    description: The magic variable C(hostvars).
    type: dict
    required: true
  inventory_hostname:
    description: The host that asks. Its stack, its mapping of groups and its endpoints given by hand are used.
    type: str
    required: true
  services:
    description: The service, or the list of services, to return. By default all.
    type: raw
  stack:
    description: The stack to list. By default that of the asking host; C(*) lists all stacks.
    type: str
"""

EXAMPLES = r"""
- name: Show the addresses of all Alertmanagers
  ansible.builtin.debug:
    msg: "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname, 'alertmanager')
             | map(attribute='address') }}"
"""

RETURN = r"""
_value:
  description:
    - One record for each service and host, with the keys C(service), C(host), C(address), C(port), C(scheme),
      C(path_prefix), C(metrics_path), C(ca_file), C(server_name), C(insecure_skip_verify), C(auth_user), C(auth_file), C(auth_from),
      C(labels), C(stack). None of them is a password.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils import topology
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables


def endpoints(groups, hostvars, inventory_hostname, services=None, stack=None):
    """Return the endpoint records that the host ``inventory_hostname`` should know."""
    try:
        return topology.endpoints(groups, host_variables(hostvars), inventory_hostname, services, stack)
    except topology.TopologyError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter endpoints."""

    def filters(self):
        return {"endpoints": endpoints}
