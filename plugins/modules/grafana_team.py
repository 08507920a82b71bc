#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_team
short_description: Manage teams in Grafana and who is in them
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, renames and removes teams, and puts users into them.
  - Whoever makes a team with a user name and password is in it as its administrator, unless O(enforce_members) says otherwise.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the team. Needed unless O(items) are given.
    type: str
  uid:
    description:
      - Unique identifier that Grafana gave the team (Grafana 11 and later). With it a new O(name) renames the team.
      - Grafana chooses it, so it cannot be given to a new team.
    type: str
  email:
    description: Address of the team.
    type: str
  members:
    description:
      - E-mail addresses or logins of users who are in the team. They must exist (M(observability.stack.grafana_user)).
      - Others who are in the team stay in it, unless O(enforce_members).
    type: list
    elements: str
  admins:
    description: E-mail addresses or logins of users who are in the team and administer it.
    type: list
    elements: str
  enforce_members:
    description:
      - Whether everybody whom neither O(members) nor O(admins) name leaves the team.
      - Without both options nobody leaves.
    type: bool
    default: false
seealso:
  - module: observability.stack.grafana_user
  - module: observability.stack.grafana_permissions
"""

EXAMPLES = r"""
- name: Make a team of two, besides whoever is in it already
  observability.stack.grafana_team:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ grafana_admin_password }}"
    name: Platform
    email: platform@example.com
    members:
      - john.doe@example.com
      - jane.doe@example.com

- name: Say exactly who is in it, and who administers it
  observability.stack.grafana_team:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Platform
    members: [john.doe@example.com]
    admins: [jane.doe@example.com]
    enforce_members: true

- name: Give it another name
  observability.stack.grafana_team:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: cg4xm1h83vxtsc
    name: Platform engineering

- name: Have these teams of the department and no others
  observability.stack.grafana_team:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - {name: Web shop, members: [john]}
      - {name: Web search, members: [jane], enforce_members: true}
    purge: true
    scope: [Web *]

- name: Remove a team
  observability.stack.grafana_team:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Platform
    state: absent
"""

RETURN = r"""
team:
  description:
    - The team as the API describes it (C(id), C(uid), C(orgId), C(name), C(email), C(memberCount)), with C(members) and C(admins),
      both lists of e-mail addresses, or of logins where a user has no address.
    - Empty when it was removed. In check mode what it would be.
  type: dict
  returned: when one team was described
message:
  description: What became of a team that is to be absent.
  type: str
  returned: when one team was described and it is absent
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one team was described
results:
  description: For each team its C(action), C(object), the C(reasons) (options that differed) and the C(team).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.team import TEAM, Teams


def main():
    """Entry point."""
    run(Teams(TEAM))


if __name__ == "__main__":
    main()
