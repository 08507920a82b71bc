#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_organization_user
short_description: Manage who is in an organization of Grafana, and in which role
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Lets users into an organization, changes their roles and removes them from it. They stay users of the server.
  - The organization is that of O(org_id) or O(org_name), by default the server's first one (number 1).
  - Only an administrator of the server can do this, with a user name and a password; tokens of service accounts cannot.
  - Grafana refuses to take the last administrator from an organization.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  login:
    description: Login or e-mail address of a user who exists (M(observability.stack.grafana_user)). Needed unless O(items) are given.
    type: str
  role:
    description: What the user may do in the organization.
    type: str
    choices: [viewer, editor, admin, none]
    default: viewer
seealso:
  - module: observability.stack.grafana_user
  - module: observability.stack.grafana_organization
"""

EXAMPLES = r"""
- name: Let a user into the first organization
  observability.stack.grafana_organization_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    login: john
    role: editor

- name: Say who is in another one; nobody else is, but for the administrator who asks
  observability.stack.grafana_organization_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    org_name: Retail
    items:
      - {login: john, role: admin}
      - {login: jane.doe@example.com}
    purge: true
    scope: ["*"]

- name: Remove a user from the organization
  observability.stack.grafana_organization_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    org_id: 3
    login: john
    state: absent
"""

RETURN = r"""
user:
  description:
    - The member (C(orgId), C(userId), C(login), C(email), C(name), C(role), and what else the API tells).
    - Empty when they were removed. In check mode what they would be.
  type: dict
  returned: when one user was described
state:
  description: V(present) when the user came into the organization, V(absent) when they left it.
  type: str
  returned: when one user was described and came or went
action:
  description: What was done - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one user was described
results:
  description: For each member the C(action), C(object), the C(reasons) (options that differed) and the C(user).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.organization_user import ORGANIZATION_USER, OrganizationUsers


def main():
    """Entry point."""
    run(OrganizationUsers(ORGANIZATION_USER))


if __name__ == "__main__":
    main()
