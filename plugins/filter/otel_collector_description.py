# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: otel_collector_description
short_description: The collector's part of a service description
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the variables of the role P(observability.stack.otel_collector#role) and the endpoints of the inventory into the configuration file,
    the ports, the health probe and the capabilities that M(observability.stack.service_release) takes.
positional: _input, inventory_hostname, hostvars
options:
  _input:
    description: The endpoints of this host's stack, from P(observability.stack.endpoints#filter).
    type: list
    elements: dict
    required: true
  inventory_hostname:
    description: The host's name in the inventory, which becomes the attribute C(host.name).
    type: str
    required: true
  hostvars:
    description: The magic variable C(hostvars), where the passwords of the endpoints are looked up.
    type: dict
    default: {}
"""

EXAMPLES = r"""
# roles/otel_collector/vars/main.yml
__otel_collector_made: >-
  {{ groups | observability.stack.endpoints(hostvars, inventory_hostname)
     | observability.stack.otel_collector_description(inventory_hostname, hostvars) }}
"""

RETURN = r"""
_value:
  description: A part of a description; empty when the collector is to be removed.
  type: dict
"""

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.otel_collector import description
from ansible_collections.observability.stack.plugins.plugin_utils.otel_collector.settings import SETTINGS
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.role_settings import role_settings


@jinja2.pass_context
def otel_collector_description(context, endpoints, inventory_hostname, hostvars=None):
    """Return the part of the description."""
    settings = role_settings(context, "otel_collector", SETTINGS)
    variables = host_variables(hostvars or {})

    def find(service, host):
        # An endpoint given by hand belongs to no host.
        return credential(service, variables(host)) if host in (hostvars or {}) else None

    try:
        return description.otel_collector_description(settings, plain(inventory_hostname), plain(endpoints), find)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter otel_collector_description."""

    def filters(self):
        return {"otel_collector_description": otel_collector_description}
