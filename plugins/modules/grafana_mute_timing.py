#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_mute_timing
short_description: Manage mute timings of Grafana's alerting
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes and removes named times, at which notification policies and rules that name them are silent (or active).
  - Times are compared in Grafana's own form, so V(january:march) and V(1:3) are the same.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the timing. Grafana cannot rename one. Needed unless O(items) are given.
    type: str
  time_intervals:
    description: The times, all of them. A moment counts when it is in one of them.
    type: list
    elements: dict
    aliases: [intervals]
    suboptions:
      times:
        description: Times of day, each with C(start_time) and C(end_time), such as V(08:00).
        type: list
        elements: dict
      weekdays:
        description: Days of the week or spans of them, such as V(saturday) or V(monday:friday).
        type: list
        elements: str
      days_of_month:
        description: Days of the month or spans of them, such as V(1:5); V(-1) is the last day.
        type: list
        elements: str
      months:
        description: Months or spans of them, by name or number, such as V(january:march) or V(12).
        type: list
        elements: str
      years:
        description: Years or spans of them, such as V(2026:2027).
        type: list
        elements: str
      location:
        description: Time zone such as V(Europe/Paris), UTC when it is not said.
        type: str
  provisioning:
    description:
      - Whether the timing cannot be changed in Grafana's pages. It says how a write is marked, and is no difference by itself.
      - What was once written with V(true) never becomes editable again, so V(false) is refused then.
    type: bool
    default: true
seealso:
  - module: observability.stack.grafana_notification_policy
  - module: observability.stack.grafana_silence
"""

EXAMPLES = r"""
- name: Nights and weekends
  observability.stack.grafana_mute_timing:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Out of hours
    provisioning: true
    time_intervals:
      - weekdays: [saturday, sunday]
        location: Europe/Paris
      - times:
          - {start_time: "00:00", end_time: "08:00"}
          - {start_time: "18:00", end_time: "24:00"}
        weekdays: ["monday:friday"]
        location: Europe/Paris

- name: The end of the year
  observability.stack.grafana_mute_timing:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Closing
    time_intervals:
      - {months: [december], days_of_month: ["24:-1"], years: ["2026:2030"]}

- name: Remove a timing
  observability.stack.grafana_mute_timing:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Closing
    state: absent
"""

RETURN = r"""
mute_timing:
  description: The timing as the API describes it; empty when it was removed.
  type: dict
  returned: when one timing was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one timing was described
results:
  description: For each timing its C(action), C(object), the C(reasons) (options that differed) and the C(mute_timing).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.mute_timing import MUTE_TIMING, MuteTimings


def main():
    """Entry point."""
    run(MuteTimings(MUTE_TIMING))


if __name__ == "__main__":
    main()
