# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: jaeger_description
short_description: Jaeger's part of a service description
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the variables of the role P(observability.stack.jaeger#role) and the endpoints of the inventory into files, ports, health and
    the rest that M(observability.stack.service_release) takes.
options:
  _input:
    description: The endpoints of this host's stack, from P(observability.stack.endpoints#filter).
    type: list
    elements: dict
    required: true
  hostvars:
    description: The magic variable C(hostvars), where the passwords of the endpoints are looked up.
    type: dict
    default: {}
"""

EXAMPLES = r"""
# roles/jaeger/vars/main.yml
__jaeger_made: "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname) | observability.stack.jaeger_description(hostvars) }}"
"""

RETURN = r"""
_value:
  description: A part of a description; empty when Jaeger is to be removed.
  type: dict
"""

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.jaeger_role import description
from ansible_collections.observability.stack.plugins.plugin_utils.jaeger_role.settings import SETTINGS
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.queried import queried
from ansible_collections.observability.stack.plugins.plugin_utils.role_settings import role_settings


@jinja2.pass_context
def jaeger_description(context, endpoints, hostvars=None):
    """Return the part of the description."""
    settings = role_settings(context, "jaeger", SETTINGS)
    variables = host_variables(hostvars or {})

    def find(service, host):
        return credential(service, variables(host))

    try:
        records = queried(plain(endpoints), hostvars or {}, variables)
        return description.jaeger_description(settings, records, find, str(context.resolve("inventory_hostname")))
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter jaeger_description."""

    def filters(self):
        return {"jaeger_description": jaeger_description}
