# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: verify_proofs
short_description: Judge what a verify run has seen
version_added: 0.1.0
author: observability.stack contributors
description:
  - Compares observations with the plan. Nothing is looked at here, so the same observations always give the same proofs.
  - This is a part of the playbook C(observability.stack.verify).
positional: _input, seen
options:
  _input:
    description: The plan that P(observability.stack.verify_plan#filter) made.
    type: dict
    required: true
  seen:
    description: Registered results by kind.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Judge
  ansible.builtin.debug:
    msg: "{{ plan | observability.stack.verify_proofs({'prometheus': servers}) | rejectattr('ok') }}"
"""

RETURN = r"""
_value:
  description:
    - Proof records with C(name), C(service), C(host), C(subject), C(ok) (null when it could not be tried), C(detail),
      C(seconds) and C(hint).
  type: list
  elements: dict
"""

from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import observations, prove


def verify_proofs(plan, seen):
    """Return the proof records of a run."""
    return prove(plain(plan), observations(plain(seen)))


class FilterModule:
    """The filter verify_proofs."""

    def filters(self):
        return {"verify_proofs": verify_proofs}
