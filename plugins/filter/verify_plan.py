# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: verify_plan
short_description: What the playbook verify looks at
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the inventory into the servers, expected targets, probes and ways of test alerts that a verify run proves.
  - This is a part of the playbook C(observability.stack.verify); its result has no stable shape.
positional: _input, hostvars, inventory_hostname, play_hosts
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
    description: The host that asks.
    type: str
    required: true
  play_hosts:
    description: The hosts of this run, as C(--limit) leaves them.
    type: list
    elements: str
    required: true
  run:
    description: Identification of the run, which the test alerts carry.
    type: str
    required: true
  timeout:
    description: Seconds within which a test alert must arrive.
    type: float
    default: 120
  port:
    description: Port of the receiver on the Alertmanagers' loopback interface.
    type: int
    default: 19099
  ignore_jobs:
    description: Jobs of Prometheus whose further targets may be down.
    type: list
    elements: str
    default: []
  check_mode:
    description: Whether no test alert is sent.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what would be proven
  ansible.builtin.debug:
    msg: "{{ groups | observability.stack.verify_plan(hostvars, inventory_hostname, ansible_play_hosts_all, run='x') }}"
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.plan import make_plan


def verify_plan(groups, hostvars, inventory_hostname, play_hosts, *, run, timeout=120, port=19099, ignore_jobs=(), check_mode=False):
    """Return what the playbook verify looks at."""
    options = {"run": str(run), "timeout": timeout, "port": port, "ignore_jobs": list(ignore_jobs), "check_mode": check_mode}
    try:
        return make_plan(groups, host_variables(hostvars), inventory_hostname, play_hosts, options)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter verify_plan."""

    def filters(self):
        return {"verify_plan": verify_plan}
