# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the variables of the role loki and the inventory mean for its service."""

from __future__ import annotations

DOCUMENTATION = r"""
name: loki_description
short_description: Describe Loki's service
version_added: "0.1.0"
author: observability.stack contributors
description:
  - Turns the variables of the role P(observability.stack.loki#role) and the endpoints of the inventory into files, flags, checks and the
    rest that M(observability.stack.service_release) takes.
options:
  _input:
    description: The endpoints of this host's stack, from P(observability.stack.endpoints#filter).
    type: list
    elements: dict
    required: true
  hostvars:
    description: The magic variable C(hostvars), where the targets of the other hosts and the passwords of the endpoints are looked up.
    type: dict
    default: {}
  rules:
    description: Files of rules, path on the controller to text.
    type: dict
    default: {}
  script:
    description: Text of the script that compares schemas.
    type: str
    default: ""
"""

EXAMPLES = r"""
# roles/loki/vars/main.yml
__loki_made: "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname) | observability.stack.loki_description(hostvars) }}"
"""

RETURN = r"""
_value:
  description: A part of a description; empty when Loki is to be removed.
  type: dict
"""

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.loki_role import cluster, description
from ansible_collections.observability.stack.plugins.plugin_utils.loki_role.settings import SETTINGS
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain, plain_value
from ansible_collections.observability.stack.plugins.plugin_utils.role_settings import role_settings


@jinja2.pass_context
def loki_description(context, endpoints, hostvars=None, rules=None, script=""):
    """Return the part of the description."""
    settings = role_settings(context, "loki", SETTINGS)
    host, target = plain(context.resolve("inventory_hostname")), plain(context.resolve("loki_target"))
    variables = host_variables(hostvars or {})
    records = plain(endpoints)
    members = [
        cluster.member_of(record, target if record["host"] == host else _target(record["host"], hostvars or {}, variables))
        for record in records
        if record["service"] == "loki"
    ]
    own = next((one for one in members if one.host == host), cluster.Member(host, "127.0.0.1", "", cluster.targets_of(target)))
    texts = {"rules": plain(rules or {}), "script": {"script": plain(script)}}

    def find(service, name):
        return credential(service, variables(name))

    try:
        alertmanagers = [record for record in records if record["service"] == "alertmanager"]
        return description.loki_description(settings, own, members, alertmanagers, find, texts)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


def _target(host, hostvars, variables):
    # What is given by hand belongs to no host.
    return plain_value(variables(host), "loki_target", "") if host in hostvars else ""


class FilterModule:
    """The filter loki_description."""

    def filters(self):
        return {"loki_description": loki_description}
