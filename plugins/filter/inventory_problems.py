# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: inventory_problems
short_description: Mistakes in the inventory, found before any host is touched
version_added: 0.1.0
author: observability.stack contributors
description:
  - Looks for names of variables that no role of this collection knows, and for text that is meant for Prometheus' or
    Alertmanager's templates but that Ansible would take for its own.
  - Names close to a known one are problems; of others it warns.
positional: _input, hosts, groups, ignore
options:
  _input:
    description: The magic variable C(hostvars).
    type: dict
    required: true
  hosts:
    description: The hosts to look at.
    type: list
    elements: str
    required: true
  groups:
    description: The magic variable C(groups).
    type: dict
    required: true
  mapping:
    description: The value of C(observability_groups).
    type: dict
    default: {}
  ignore:
    description: Names of variables that are the user's own.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Look for mistakes
  ansible.builtin.debug:
    msg: "{{ hostvars | observability.stack.inventory_problems(ansible_play_hosts_all, groups) }}"
"""

RETURN = r"""
_value:
  description: The problems, as sentences.
  type: list
  elements: str
"""

import os.path

from ansible.utils.display import Display
from ansible_collections.observability.stack.plugins.plugin_utils import inventory_problems as core
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_record import SERVICES
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.role_variables import known_names

try:
    from ansible.template import is_trusted_as_template as is_template
except ImportError:  # ansible-core before 2.19
    from ansible.utils.unsafe_proxy import AnsibleUnsafe

    def is_template(value):
        """Whether Ansible would template this text."""
        return not isinstance(value, AnsibleUnsafe)


ROLES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "roles")
SPECS = os.path.join("meta", "argument_specs.yml")


def inventory_problems(hostvars, hosts, groups, mapping=None, ignore=()):
    """Return the problems; warnings are shown at once."""
    raw = {host: hostvars.raw_get(host) for host in plain(hosts)}
    known = {role: known_names(path) for role, path in _role_paths()}
    errors, warnings = core.name_problems(raw, known, plain(ignore))
    for warning in warnings:
        Display().warning(warning)
    errors += core.template_problems(raw, known, is_template)
    return errors + core.group_problems(plain(groups), plain(mapping), SERVICES)


def _role_paths():
    for role in sorted(os.listdir(ROLES)):
        path = os.path.join(ROLES, role)
        if os.path.exists(os.path.join(path, SPECS)):
            yield role, path


class FilterModule:
    """The filter inventory_problems."""

    def filters(self):
        return {"inventory_problems": inventory_problems}
