# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: verify_files
short_description: Which files of the Prometheus servers are compared with what runs
version_added: 0.1.0
author: observability.stack contributors
description:
  - Names the configuration file and the patterns of rule files of each server of this run.
  - This is a part of the playbook C(observability.stack.verify); its result has no stable shape.
positional: _input, seen
options:
  _input:
    description: The plan that P(observability.stack.verify_plan#filter) made.
    type: dict
    required: true
  seen:
    description: Registered results of M(observability.stack.prometheus_info).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the files
  ansible.builtin.debug:
    msg: "{{ plan | observability.stack.verify_files(prometheus_servers) }}"
"""

RETURN = r"""
_value:
  description: Items for the loop over the servers.
  type: list
  elements: dict
"""

from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import files_to_read, observations


def verify_files(plan, seen):
    """Return the files to read on each Prometheus server of this run."""
    return files_to_read(plain(plan), observations({"prometheus": plain(seen)}))


class FilterModule:
    """The filter verify_files."""

    def filters(self):
        return {"verify_files": verify_files}
