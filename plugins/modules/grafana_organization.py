#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_organization
short_description: Manage organizations of a Grafana server
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, renames and removes organizations. Whoever makes one is its administrator.
  - Only an administrator of the server can do this, with a user name and a password; tokens of service accounts cannot.
  - The server's first organization (number 1) is never removed. Grafana does not remove the one in which the account works.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the organization. Needed unless O(items) are given.
    type: str
  id:
    description: Number that Grafana gave the organization. With it a new O(name) renames it.
    type: int
seealso:
  - module: observability.stack.grafana_organization_user
"""

EXAMPLES = r"""
- name: Make an organization
  observability.stack.grafana_organization:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: Retail

- name: Give it another name
  observability.stack.grafana_organization:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    id: 3
    name: Retail and wholesale

- name: Have these organizations for customers, and no other ones for customers
  observability.stack.grafana_organization:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    items:
      - name: Customer One
      - name: Customer Two
    purge: true
    scope: [Customer *]

- name: Remove an organization with all that is in it
  observability.stack.grafana_organization:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: Retail
    state: absent
"""

RETURN = r"""
org:
  description: The organization (C(id), C(name), C(address)); empty when it was removed. In check mode what it would be.
  type: dict
  returned: when one organization was described
msg:
  description: What was done.
  type: str
  returned: when one organization was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one organization was described
results:
  description: For each organization its C(action), C(object), the C(reasons) (options that differed) and the C(org).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.organization import ORGANIZATION, Organizations


def main():
    """Entry point."""
    run(Organizations(ORGANIZATION))


if __name__ == "__main__":
    main()
