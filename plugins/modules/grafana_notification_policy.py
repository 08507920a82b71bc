#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_notification_policy
short_description: Manage the notification policies of Grafana's alerting
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Decides which alerts go to which contact point, how they are grouped, and when they are sent again.
  - An organization has one tree of policies. It is compared in Grafana's own form (C(90s) is C(1m30s), matchers have no order) and
    written as a whole.
  - With O(state=absent) the tree becomes what Grafana began with.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  receiver:
    description: The contact point of alerts that no route takes. What is not said stays.
    type: str
    aliases: [rootPolicyReceiver]
  group_by:
    description: Labels by which alerts are grouped, without an order; V(...) alone groups by all.
    type: list
    elements: str
    aliases: [groupByStr]
  group_wait:
    description: How long a new group waits for more alerts, such as V(30s).
    type: str
    aliases: [groupWait]
  group_interval:
    description: How long until alerts that join a group are sent, such as V(5m).
    type: str
    aliases: [groupInterval]
  repeat_interval:
    description: How long until a group is sent again, such as V(4h).
    type: str
    aliases: [repeatInterval]
  routes:
    description:
      - The policies below the root in their order, all of them; each is a mapping.
      - C(receiver), C(group_by), C(group_wait), C(group_interval), C(repeat_interval) and C(routes) mean what they do above; what a
        route does not say comes from the policy above it.
      - C(object_matchers) are the alerts that it takes, each C([label, operator, value]) or a text such as C(team=a); the operators
        are C(=), C(!=), C(=~) and C(!~). C(matchers), C(match) and C(match_re) of older policies are kept as they are.
      - C(continue) says whether the routes after it see the alert, too.
      - C(mute_time_intervals) and C(active_time_intervals) are names of mute timings.
      - Anything else in a route is an error, since Grafana would ignore it.
    type: list
    elements: dict
  provisioning:
    description:
      - Whether the tree cannot be changed in Grafana's pages. It says how a write is marked, and is no difference by itself.
      - What was once written with V(true) never becomes editable again, so V(false) is refused then; O(state=absent) ends that.
    type: bool
    default: true
seealso:
  - module: observability.stack.grafana_contact_point
  - module: observability.stack.grafana_mute_timing
"""

EXAMPLES = r"""
- name: Send alerts to their teams
  observability.stack.grafana_notification_policy:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    receiver: Platform
    group_by: [grafana_folder, alertname]
    group_wait: 30s
    group_interval: 5m
    repeat_interval: 4h
    routes:
      - receiver: Platform on call
        object_matchers: ["severity=critical"]
        continue: true
      - receiver: Shop
        object_matchers:
          - [team, "=~", "shop|cart"]
        mute_time_intervals: [Weekends]
        routes:
          - {receiver: Shop tickets, object_matchers: ["severity=info"], group_by: ["..."]}

- name: Send to another contact point by default, and leave the routes and Grafana's pages alone
  observability.stack.grafana_notification_policy:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    receiver: Platform
    provisioning: false

- name: Go back to what Grafana began with
  observability.stack.grafana_notification_policy:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    state: absent
"""

RETURN = r"""
notification_policy:
  description: The tree as the API describes it.
  type: dict
  returned: when one tree was described
action:
  description: What was done with it - V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one tree was described
results:
  description: The C(action), C(object), the C(reasons) (options that differed) and the C(notification_policy).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.notification_policy import NOTIFICATION_POLICY, NotificationPolicies


def main():
    """Entry point."""
    run(NotificationPolicies(NOTIFICATION_POLICY))


if __name__ == "__main__":
    main()
