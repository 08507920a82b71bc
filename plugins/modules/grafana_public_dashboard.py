#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_public_dashboard
short_description: Show dashboards of Grafana to everybody
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes dashboards public, changes how they are shown, and makes them private again.
  - The link is C(/public-dashboards/) and the C(access_token) that the module returns, below the URL of Grafana.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  dashboard_uid:
    description: Unique identifier of the dashboard. Needed unless O(items) are given.
    type: str
  uid:
    description: Unique identifier of the public form of the dashboard. It can be chosen, but not changed.
    type: str
  access_token:
    description: What stands at the end of the link, 32 hexadecimal digits. It can be chosen, but not changed. Whoever knows it sees the dashboard.
    type: str
  enabled:
    description: Whether the link works. A new one does, unless this says otherwise.
    type: bool
  annotations_enabled:
    description: Whether annotations are shown.
    type: bool
  time_selection_enabled:
    description: Whether viewers choose the span of time.
    type: bool
  share:
    description: With whom the dashboard is shared. V(email) is a feature of Grafana Enterprise and Grafana Cloud.
    type: str
    choices: [public, email]
seealso:
  - module: observability.stack.grafana_dashboard
"""

EXAMPLES = r"""
- name: Show a dashboard to everybody
  observability.stack.grafana_public_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    dashboard_uid: status
    annotations_enabled: true
    time_selection_enabled: false
    share: public

- name: The same with a link that is known beforehand
  observability.stack.grafana_public_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    dashboard_uid: status
    uid: status-public
    access_token: 0123456789abcdef0123456789abcdef
    enabled: true

- name: Nobody shall see it any more
  observability.stack.grafana_public_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    dashboard_uid: status
    state: absent
"""

RETURN = r"""
public_dashboard:
  description: The public dashboard as the API describes it; empty when it was removed.
  type: dict
  returned: when one dashboard was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one dashboard was described
results:
  description: For each dashboard its C(action), C(object), the C(reasons) (options that differed) and the C(public_dashboard).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.public_dashboard import PUBLIC_DASHBOARD, PublicDashboards


def main():
    """Entry point."""
    run(PublicDashboards(PUBLIC_DASHBOARD))


if __name__ == "__main__":
    main()
