# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: verify_panels
short_description: Which dashboards' queries are asked of which Prometheus
version_added: 0.1.0
author: observability.stack contributors
description:
  - Chooses the dashboards of the collection whose services a stack has, adds those of the user, and takes their queries out.
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
  files:
    description: Paths of further dashboards on the controller; may hold C(*) and C(**).
    type: list
    elements: str
    default: []
  wanted:
    description: Whether dashboards are proven. When not given, they are in stacks that have a Grafana.
    type: bool
"""

EXAMPLES = r"""
- name: Show which dashboards are proven
  ansible.builtin.debug:
    msg: "{{ plan | observability.stack.verify_panels(prometheus_servers) | map(attribute='dashboards') | flatten | map(attribute='title') }}"
"""

RETURN = r"""
_value:
  description: Items for the loop over the servers.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.observability.stack.plugins.plugin_utils.dashboard_files import read_dashboards, shipped_dashboards
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.dashboards import panels_to_ask
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import observations


def verify_panels(plan, seen, files=(), wanted=None):
    """Return what to ask of each Prometheus server of this run."""
    wanted = None if wanted in (None, "") else boolean(wanted)
    try:
        dashboards = shipped_dashboards() + read_dashboards(plain(list(files)))
        return panels_to_ask(plain(plan), observations({"prometheus": plain(seen)}), dashboards, wanted)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter verify_panels."""

    def filters(self):
        return {"verify_panels": verify_panels}
