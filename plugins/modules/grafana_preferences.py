#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_preferences
short_description: Manage preferences of organizations, teams and users in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Chooses the home dashboard, the theme, the time zone, the first day of the week and the language of an organization, of a team, or of the
    account that the module uses.
  - What nobody names stays as it is. With O(state=absent) everything is reset to what applies above.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  of:
    description:
      - Whose preferences they are. Without it, those of O(team) when one is named, else those of the organization.
      - V(user) is the account that the module uses; Grafana lets nobody choose for others.
    type: str
    choices: [organization, team, user]
  team:
    description: The team, by name or uid.
    type: str
  home_dashboard_uid:
    description: Uid of the dashboard that is shown first. An empty text means Grafana's own.
    type: str
    aliases: [home_dashboard]
  theme:
    description: The theme. An empty text means the default.
    type: str
    choices: ['', light, dark, system]
  timezone:
    description: The time zone, for instance V(Europe/Berlin), V(utc) or V(browser). Grafana takes any text, known or not.
    type: str
  week_start:
    description: The first day of the week. An empty text means the browser's.
    type: str
    choices: ['', monday, saturday, sunday]
  language:
    description: The language, for instance V(de-DE).
    type: str
notes:
  - O(purge) has no use here, since preferences are always there.
"""

EXAMPLES = r"""
- name: Everybody begins at the overview, in UTC
  observability.stack.grafana_preferences:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    of: organization
    home_dashboard_uid: stack-overview
    timezone: utc
    week_start: monday

- name: A team begins at its own dashboard
  observability.stack.grafana_preferences:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    team: Platform
    home_dashboard_uid: platform
    theme: dark
    language: de-DE

- name: Reset what a team has chosen
  observability.stack.grafana_preferences:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    team: Platform
    state: absent
"""

RETURN = r"""
preferences:
  description: The preferences as the API describes them.
  type: dict
  returned: when one was described
action:
  description: What was done - V(updated) or V(unchanged).
  type: str
  returned: when one was described
results:
  description: For each its C(action), C(object), the C(reasons) (options that differed) and the C(preferences).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.preferences import Preferences


def main():
    """Entry point."""
    run(Preferences())


if __name__ == "__main__":
    main()
