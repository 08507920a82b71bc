# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: verify_receivers
short_description: In which order the receivers of test alerts are read, and what they wait for
version_added: 0.1.0
author: observability.stack contributors
description:
  - The member of a mesh that notifies first comes first, so that only there one has to wait.
  - This is a part of the playbook C(observability.stack.verify); its result has no stable shape.
positional: _input, seen, status
options:
  _input:
    description: The plan that P(observability.stack.verify_plan#filter) made.
    type: dict
    required: true
  seen:
    description: Registered results by kind, C(alertmanager) and (for the end of alerts) C(firing).
    type: dict
    required: true
  status:
    description: V(firing) or V(resolved).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the order
  ansible.builtin.debug:
    msg: "{{ plan | observability.stack.verify_receivers({'alertmanager': alertmanagers}, 'firing') }}"
"""

RETURN = r"""
_value:
  description: Items for the loop over the receivers.
  type: list
  elements: dict
"""

from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.path import receiver_tasks
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import observations


def verify_receivers(plan, seen, status):
    """Return how the receivers of all stacks are to be read."""
    results = observations(plain(seen))
    return [task for path in plain(plan)["paths"] for task in receiver_tasks(path, status, results)]


class FilterModule:
    """The filter verify_receivers."""

    def filters(self):
        return {"verify_receivers": verify_receivers}
