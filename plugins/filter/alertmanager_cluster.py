# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The flags that join an Alertmanager to its mesh."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alertmanager_cluster
short_description: Flags that join an Alertmanager to its mesh
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Every Alertmanager of the stack is a peer of every other.
  - An Alertmanager that is alone gets an empty listen address, which switches the mesh off.
  - In a stack that has a name, the mesh has it as its label, so that it never mixes with another stack's.
positional: _input, inventory_hostname, port, given
options:
  _input:
    description: Endpoint records of the Alertmanagers, as P(observability.stack.endpoints#filter) returns them.
    type: list
    elements: dict
    required: true
  inventory_hostname:
    description: The member whose flags are wanted.
    type: str
    required: true
  port:
    description: Port of the mesh on every member.
    type: int
    default: 9094
  given:
    description: What the user sets, names without C(cluster.); C(peers) is the list of peers.
    type: dict
    default: {}
"""

EXAMPLES = r"""
flags: "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname, 'alertmanager')
           | observability.stack.alertmanager_cluster(inventory_hostname, 9094) }}"
"""

RETURN = r"""
_value:
  description: Flags, name to value.
  type: dict
"""

from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_cluster import cluster_flags


def alertmanager_cluster(members: list, inventory_hostname: str, port: int = 9094, given: dict | None = None) -> dict:
    return cluster_flags(members, inventory_hostname, int(port), given or {})


class FilterModule:
    def filters(self) -> dict:
        return {"alertmanager_cluster": alertmanager_cluster}
