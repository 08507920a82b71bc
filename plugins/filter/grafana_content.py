# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: grafana_content
short_description: What goes into Grafana through its API
version_added: 0.1.0
author: observability.stack contributors
description:
  - Adds dashboards that are described as other roles have them (C(dashboard_id), C(revision_id), C(datasource)) to content for
    M(observability.stack.grafana_sync).
positional: _input, dashboards
options:
  _input:
    description: The content, kind to list of objects.
    type: dict
    required: true
  dashboards:
    description:
      - Dashboards to add. Any option of M(observability.stack.grafana_dashboard) is taken, too.
      - C(datasource), a name or a uid, is the value of the input C(DS_PROMETHEUS).
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
# {'folders': [{'title': 'Hosts'}], 'dashboards': [{'dashboard_id': '1860', 'dashboard_revision': '37', 'folder': 'Hosts'}]}
content: >-
  {{ {'folders': [{'title': 'Hosts'}]}
     | observability.stack.grafana_content([{'dashboard_id': 1860, 'revision_id': 37, 'folder': 'Hosts'}]) }}
"""

RETURN = r"""
_value:
  description: The content with the dashboards.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.grafana_role.content import with_dashboards
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain


def grafana_content(content, dashboards=None):
    """Return the content with the dashboards."""
    try:
        return with_dashboards(plain(content), plain(dashboards or []))
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter grafana_content."""

    def filters(self):
        return {"grafana_content": grafana_content}
