#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_silence
short_description: Manage silences of Grafana's alerting
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes silences, changes their times, and ends them.
  - A silence is the wanted one when it silences the same (O(matchers) in any order), has the same O(comment), has not ended, and is
    there at some time between O(starts_at) and O(ends_at). So a second run makes no second silence.
  - With O(state=absent) all such silences end. Grafana keeps ended ones in its list for some days; they count for nothing.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  comment:
    description: Why it is silent. Needed unless O(items) are given.
    type: str
  created_by:
    description: Whose silence it is. It is told to Grafana with a new one, and is no difference.
    type: str
    default: Ansible
  matchers:
    description:
      - Which alerts are silent, those that all matchers take. Needed unless O(items) are given.
      - Each is a text such as C(alertname=Down), with one of the operators C(=), C(!=), C(=~) and C(!~), or a mapping of C(name),
        C(value), C(isRegex) (false when it is not said) and C(isEqual) (true when it is not said).
    type: list
    elements: raw
  starts_at:
    description:
      - When it begins, such as V(2026-07-29T08:45:00Z), in UTC when no zone is said; now when it is not said.
      - A silence that has begun keeps its beginning.
    type: str
  ends_at:
    description:
      - When it ends. Another time moves the end of a silence that is there.
      - When it has passed, nothing is done but a warning.
    type: str
  duration:
    description:
      - How long it lasts, such as V(2h), V(1d12h), V(PT2H) or a number of seconds, instead of O(ends_at).
      - Without O(starts_at), a silence that is there is left to end when it ends, so that a second run changes nothing.
    type: str
seealso:
  - module: observability.stack.grafana_mute_timing
"""

EXAMPLES = r"""
- name: Be silent while a host is being upgraded
  observability.stack.grafana_silence:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    comment: "Upgrade of {{ inventory_hostname }}"
    created_by: the release pipeline
    matchers: ["instance={{ inventory_hostname }}"]
    duration: 2h

- name: End it
  observability.stack.grafana_silence:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    comment: "Upgrade of {{ inventory_hostname }}"
    matchers: ["instance={{ inventory_hostname }}"]
    state: absent

- name: A window that is planned, and no other whose comment begins so
  observability.stack.grafana_silence:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - comment: Maintenance of the shop
        matchers:
          - {name: team, value: "shop|cart", isRegex: true, isEqual: true}
        starts_at: "2026-12-24T18:00:00+01:00"
        ends_at: "2026-12-27T08:00:00+01:00"
    purge: true
    scope: ["Maintenance of *"]
"""

RETURN = r"""
silence:
  description: The silence as the API describes it (C(id), C(createdBy), C(startsAt), ...); the ended one after O(state=absent).
  type: dict
  returned: when one silence was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one silence was described
msg:
  description: Why nothing was done.
  type: str
  returned: when one silence was described and nothing was done
results:
  description: For each silence its C(action), C(object), the C(reasons) (what differed) and the C(silence).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.silence import SILENCE, Silences


def main():
    """Entry point."""
    run(Silences(SILENCE))


if __name__ == "__main__":
    main()
