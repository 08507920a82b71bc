# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: inventory_problems
short_description: Mistakes in the inventory, found before any host is touched
version_added: 0.1.0
author: observability.stack contributors
description:
  - Looks for names of variables that no role of this collection knows, for shared variables (C(observability_*)) of a
    wrong type, and for text that is meant for Prometheus' or Alertmanager's templates but that Ansible would take for its own.
  - Names close to a known one are problems; of others it warns. It warns too of services that ask for a password that the inventory
    does not hold.
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

import functools
import os.path
from collections.abc import Mapping

from ansible.errors import AnsibleError
from ansible.utils.display import Display
from ansible_collections.observability.stack.plugins.plugin_utils import inventory_problems as core
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_record import SERVICES
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.role_variables import known_names
from ansible_collections.observability.stack.plugins.plugin_utils.topology import TopologyError, endpoints

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
    variables = functools.cache(host_variables(hostvars))
    errors = core.type_problems({host: Rendered(variables(host)) for host in raw})
    if errors:
        # What is said next counts on the types.
        return errors
    known = {role: known_names(path) for role, path in _role_paths()}
    errors, warnings = core.name_problems(raw, known, plain(ignore or []))
    try:
        warnings += _password_problems(plain(groups), variables, next(iter(raw)))
    except TopologyError as error:
        errors.append(str(error))
    for warning in warnings:
        Display().warning(warning)
    errors += core.template_problems(raw, known, is_template)
    return errors + core.group_problems(plain(groups), plain(mapping), SERVICES)


class Rendered(Mapping):
    """A host's variables; one that cannot be rendered yet (it needs facts, perhaps) is none."""

    def __init__(self, values):
        self._values = values

    def __getitem__(self, name):
        try:
            return self._values[name]
        except AnsibleError:
            return None

    def __contains__(self, name):
        return name in self._values

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)


def _password_problems(groups, variables, current):
    try:
        records = endpoints(groups, variables, current, stack="*")
        return core.password_problems([record for record in records if record["host"] in groups["all"]], variables)
    except AnsibleError:
        # A variable that cannot be rendered yet. Whoever needs it will say so.
        return []


def _role_paths():
    for role in sorted(os.listdir(ROLES)):
        path = os.path.join(ROLES, role)
        if os.path.exists(os.path.join(path, SPECS)):
            yield role, path


class FilterModule:
    """The filter inventory_problems."""

    def filters(self):
        return {"inventory_problems": inventory_problems}
