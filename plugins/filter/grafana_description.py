# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: grafana_description
short_description: Grafana's part of a service description
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the variables of the role P(observability.stack.grafana#role) and the endpoints of the inventory into files, steps, checks and
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
  stack_dashboards:
    description: Dashboards of the collection, path on the controller to JSON text.
    type: dict
    default: {}
  own_dashboards:
    description: Dashboards of the user, path on the controller to JSON text.
    type: dict
    default: {}
  trial:
    description: Text of the script that tries a configuration.
    type: str
    default: ""
"""

EXAMPLES = r"""
# roles/grafana/vars/main.yml
__grafana_made: "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname) | observability.stack.grafana_description(hostvars) }}"
"""

RETURN = r"""
_value:
  description: A part of a description; empty when Grafana is to be removed.
  type: dict
"""

import os.path

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role import description
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role.dashboards import OWN, STACK
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role.settings import SETTINGS
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.queried import queried
from ansible_collections.observability.stack.plugins.plugin_utils.role_settings import role_settings


@jinja2.pass_context
def grafana_description(context, endpoints, hostvars=None, stack_dashboards=None, own_dashboards=None, trial=""):
    """Return the part of the description."""
    settings = role_settings(context, "grafana", SETTINGS)
    variables = host_variables(hostvars or {})
    own = os.path.join(settings["dashboards_dir"].rstrip("/"), "")
    texts = {
        STACK: {os.path.basename(path): text for path, text in plain(stack_dashboards or {}).items()},
        OWN: {path.rpartition(own)[2]: text for path, text in plain(own_dashboards or {}).items()},
    }

    def find(service, host):
        return credential(service, variables(host))

    try:
        return description.grafana_description(settings, queried(plain(endpoints), hostvars or {}, variables), find, texts, plain(trial))
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter grafana_description."""

    def filters(self):
        return {"grafana_description": grafana_description}
