# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""node_exporter's collectors as flags, and what they need of the sandbox."""

from __future__ import annotations

DOCUMENTATION = r"""
name: node_exporter_collectors
short_description: Turn lists of collectors into node_exporter's flags
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Turns collectors that are switched on (with their options) and off into flags.
  - Also names the capabilities and system calls that those collectors need beyond the strict sandbox.
options:
  _input:
    description: Collectors to switch on. Each is a name, or a mapping of one name to its options.
    type: list
    elements: raw
    required: true
  disabled:
    description: Names of collectors to switch off.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
# {'flags': {'collector.systemd': true, 'collector.systemd.unit-include': 'ssh.*', 'collector.wifi': false},
#  'capabilities': [], 'syscalls': []}
collectors: "{{ [{'systemd': {'unit-include': 'ssh.*'}}] | observability.stack.node_exporter_collectors(['wifi']) }}"
"""

RETURN = r"""
_value:
  description: A mapping with C(flags), C(capabilities) and C(syscalls).
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.node_exporter_collectors import collectors


def node_exporter_collectors(enabled: list, disabled: list | None = None) -> dict:
    try:
        return collectors(enabled, disabled or [])
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict:
        return {"node_exporter_collectors": node_exporter_collectors}
