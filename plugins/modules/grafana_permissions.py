#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_permissions
short_description: Manage who may do what with folders, dashboards and data sources in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Gives rights on a folder, a dashboard or a data source to users, teams, service accounts and roles, and takes them away.
  - Rights that nobody describes stay as they are, unless O(exclusive) says otherwise. Inherited ones and the administrators' own are never touched.
  - Rights on data sources are part of Grafana Enterprise and Grafana Cloud. Elsewhere the module says so and fails.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  folder:
    description: The folder by its uid, or by its path of titles such as V(Platform/Production).
    type: str
  dashboard:
    description: The dashboard by its uid, or by its title when only one has it.
    type: str
  datasource:
    description: The data source by its uid or its name.
    type: str
  permissions:
    description:
      - The rights. Each entry names one holder.
      - With O(state=absent) they are taken away, without O(permissions) all of them.
    type: list
    elements: dict
    suboptions:
      user:
        description: A user of the organization by login, e-mail address or uid.
        type: str
      team:
        description: A team by name or uid.
        type: str
      service_account:
        description: A service account by name, login or uid.
        type: str
      role:
        description: Everybody who has at least this role.
        type: str
        choices: [Viewer, Editor, Admin]
      permission:
        description: What the holder may do. V(Query) is for data sources, V(View) for the others. Needed unless O(state=absent).
        type: str
        choices: [View, Edit, Admin, Query]
  exclusive:
    description: Whether all other rights that were given on the thing itself are taken away.
    type: bool
    default: false
notes:
  - O(purge) has no use here, since a thing's rights are there as long as the thing is. O(exclusive) takes its place.
seealso:
  - module: observability.stack.grafana_folder
"""

EXAMPLES = r"""
- name: Let a team edit a folder, and everybody look
  observability.stack.grafana_permissions:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    folder: Platform/Production
    permissions:
      - {team: Platform, permission: Edit}
      - {role: Viewer, permission: View}

- name: These rights on two things and no others
  observability.stack.grafana_permissions:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - folder: finance
        exclusive: true
        permissions:
          - {team: Finance, permission: Edit}
          - {user: anna@example.com, permission: Admin}
      - dashboard: cost-overview
        exclusive: true
        permissions:
          - {service_account: reports, permission: View}

- name: Let a team query a data source (Grafana Enterprise and Grafana Cloud)
  observability.stack.grafana_permissions:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    datasource: Orders
    permissions:
      - {team: Shop, permission: Query}

- name: Take a right away
  observability.stack.grafana_permissions:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    folder: Platform/Production
    permissions:
      - {role: Viewer}
    state: absent
"""

RETURN = r"""
permissions:
  description: The uid of the thing, and the C(permissions) that were given on it, each as a sentence such as C(team Platform - Edit) with a colon.
  type: dict
  returned: when one thing was described
action:
  description: What was done - V(updated) or V(unchanged).
  type: str
  returned: when one thing was described
results:
  description: For each thing its C(action), C(object), the C(reasons) (options that differed) and the C(permissions).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.permissions import Permissions


def main():
    """Entry point."""
    run(Permissions())


if __name__ == "__main__":
    main()
