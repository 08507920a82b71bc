#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_user
short_description: Manage users of a Grafana server
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, renames, disables and removes users of the whole server, and makes them its administrators.
  - What a user may do in an organization is M(observability.stack.grafana_organization_user)'s.
  - Only an administrator of the server can do this, with a user name and a password; tokens of service accounts cannot.
  - The account that the task itself uses is never removed, disabled or stripped of its rights.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  login:
    description:
      - Name with which the user logs in. Needed unless O(id) or O(items) are given.
      - Upper and lower case are the same, here and in O(email), as they are for Grafana.
    type: str
  id:
    description: Number that Grafana gave the user. With it a new O(login) renames the user.
    type: int
  name:
    description: Full name.
    type: str
  email:
    description: E-mail address.
    type: str
  password:
    description:
      - Password, needed to make a user.
      - Grafana does not tell whether it differs, so for an existing user it is left as it is, unless O(update_secrets) or
        O(check_password) say otherwise.
    type: str
  update_secrets:
    description:
      - With V(on_create), O(password) is sent only with a new user.
      - With V(always) it is set, and a change is reported, every time.
    type: str
    choices: [always, on_create]
    default: on_create
  check_password:
    description:
      - Whether a login with O(password) is tried, and the password set when the login fails.
      - A failed try counts as one of the five after which Grafana locks a login for five minutes. Disabled users are not tried.
    type: bool
    default: false
  is_admin:
    description: Whether the user administers the whole server. Left as it is when not given.
    type: bool
  is_disabled:
    description: Whether the user is kept from logging in. Left as it is when not given.
    type: bool
seealso:
  - module: observability.stack.grafana_organization_user
  - module: observability.stack.grafana_team
"""

EXAMPLES = r"""
- name: Make a user
  observability.stack.grafana_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    login: batman
    name: Bruce Wayne
    email: batman@gotham.city
    password: "{{ batman_password }}"
    is_admin: true

- name: See to it that this is the password
  observability.stack.grafana_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    login: batman
    password: "{{ batman_password }}"
    check_password: true

- name: Set the password whatever it is
  observability.stack.grafana_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    login: batman
    password: "{{ batman_password }}"
    update_secrets: always

- name: Rename one, shut another out
  observability.stack.grafana_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    items:
      - {id: 13, login: bruce}
      - {login: joker, is_disabled: true}

- name: Remove a user
  observability.stack.grafana_user:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    login: batman
    state: absent
"""

RETURN = r"""
user:
  description:
    - The user as the API describes it (C(id), C(uid), C(login), C(name), C(email), C(orgId), C(isGrafanaAdmin), C(isDisabled), C(isExternal)).
    - Empty when it was removed. In check mode what it would be.
  type: dict
  returned: when one user was described
message:
  description: What became of a user who is to be absent.
  type: str
  returned: when one user was described and is absent
action:
  description: What was done - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one user was described
results:
  description: For each user the C(action), C(object), the C(reasons) (options that differed) and the C(user).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.user import USER, Users


def main():
    """Entry point."""
    run(Users(USER), {"check_password": {"type": "bool", "default": False, "no_log": False}})


if __name__ == "__main__":
    main()
