# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: dashboard_queries
short_description: What Grafana dashboards ask Prometheus
version_added: 0.1.0
author: observability.stack contributors
description:
  - Takes the queries of panels and annotations, and the variables in them, out of dashboards' JSON, for M(observability.stack.prometheus_panels).
  - A panel with a text for "No value" (C(fieldConfig.defaults.noValue)) says what it means to be empty, so it may be.
positional: _input
options:
  _input:
    description: Dashboards in Grafana's classic JSON, as it exports them or as its API returns them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
dashboards: "{{ [lookup('ansible.builtin.file', 'shop.json') | from_json] | observability.stack.dashboard_queries }}"
"""

RETURN = r"""
_value:
  description: For each dashboard its C(uid), C(title), C(tags), C(variables) and C(panels) with their C(queries).
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils import dashboard_queries as queries
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain


def dashboard_queries(dashboards):
    """Return what each dashboard asks."""
    if isinstance(dashboards, dict):
        dashboards = [dashboards]
    try:
        return [queries.dashboard_queries(dashboard) for dashboard in plain(dashboards)]
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filter dashboard_queries."""

    def filters(self):
        return {"dashboard_queries": dashboard_queries}
