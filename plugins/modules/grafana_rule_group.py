#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_rule_group
short_description: Manage groups of alert rules and recording rules in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes and removes groups of Grafana's own rules. A group is compared and written as a whole, so rules that O(rules) does
    not describe are removed.
  - A rule is found by its C(uid), or else by its C(title). What a described rule does not say stays as it is.
  - What Grafana adds to queries (C(intervalMs), C(maxDataPoints)) and how it writes durations is no difference.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the group. Needed unless O(items) are given.
    type: str
    aliases: [title]
  folder_uid:
    description:
      - Unique identifier of the folder of the group.
      - A folder that is not there is an error. Grafana itself would take the rules, and evaluate them where nobody sees them.
    type: str
    aliases: [folderUid]
  folder:
    description: The folder by its path of titles, for instance V(Platform/Production), instead of O(folder_uid).
    type: str
  interval:
    description: How often the rules are evaluated, a multiple of ten seconds such as V(1m). A new group has V(1m) when it is not said.
    type: str
  rules:
    description: All rules of the group, in the order in which they are evaluated.
    type: list
    elements: dict
    suboptions:
      uid:
        description:
          - Unique identifier of the rule. With it, another C(title) renames the rule, and a rule of another group moves here.
        type: str
      title:
        description: Title of the rule.
        type: str
        required: true
        aliases: [name]
      condition:
        description: The C(refId) of the query or expression that decides. Needed for an alert rule.
        type: str
      data:
        description:
          - Queries and expressions in the form of Grafana's API, each with C(refId), C(datasourceUid), C(relativeTimeRange) and
            C(model). The names may be in snake case, too.
        type: list
        elements: dict
      no_data_state:
        description: What the rule becomes when there are no data. A new rule has V(NoData).
        type: str
        choices: [NoData, Alerting, OK, KeepLast]
        aliases: [noDataState]
      exec_err_state:
        description: What the rule becomes when its queries fail. A new rule has V(Error).
        type: str
        choices: [Error, Alerting, OK, KeepLast]
        aliases: [execErrState]
      for:
        description: How long the condition must hold before the rule fires, such as V(5m).
        type: str
      keep_firing_for:
        description: How long the rule goes on firing when the condition no longer holds. Grafana 12 and later keep it.
        type: str
        aliases: [keepFiringFor]
      annotations:
        description: Annotations, all of them. Values become texts.
        type: dict
      labels:
        description: Labels, all of them. Values become texts.
        type: dict
      is_paused:
        description: Whether the rule is not evaluated.
        type: bool
        aliases: [isPaused]
      notification_settings:
        description: The contact point (C(receiver)) that this rule sends to past the notification policies, with C(group_by),
          C(group_wait), C(group_interval), C(repeat_interval) and C(mute_time_intervals).
        type: dict
      record:
        description:
          - Makes it a recording rule, with C(metric), C(from) (a C(refId)) and C(target_datasource_uid).
          - Grafana keeps none of C(condition), C(for), the states and C(notification_settings) for such a rule, so they do not count.
        type: dict
      missing_series_evals_to_resolve:
        description: After how many evaluations a series that is gone counts as resolved. Grafana 12 and later keep it.
        type: int
        aliases: [missingSeriesEvalsToResolve]
  provisioning:
    description:
      - Whether the rules cannot be changed in Grafana's pages. It says how a write is marked, and is no difference by itself.
    type: bool
    default: true
seealso:
  - module: observability.stack.grafana_folder
  - module: observability.stack.grafana_contact_point
"""

EXAMPLES = r"""
- name: Alert when a target is down
  observability.stack.grafana_rule_group:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: targets
    folder: Platform/Production
    interval: 1m
    rules:
      - uid: target-down
        title: A target is down
        condition: B
        for: 5m
        keep_firing_for: 2m
        no_data_state: OK
        exec_err_state: Error
        is_paused: false
        missing_series_evals_to_resolve: 3
        labels: {severity: critical, team: platform}
        annotations: {summary: "{{ '{{ $labels.instance }}' }} is down"}
        notification_settings: {receiver: Platform, group_by: [alertname, grafana_folder], repeat_interval: 4h}
        data:
          - refId: A
            datasourceUid: prometheus
            relativeTimeRange: {from: 600, to: 0}
            model: {refId: A, expr: "up == 0", instant: true}
          - refId: B
            datasourceUid: __expr__
            model: {refId: B, type: threshold, expression: A, conditions: [{evaluator: {type: gt, params: [0]}}]}

- name: Record a series, and leave the rule to Grafana's pages afterwards
  observability.stack.grafana_rule_group:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: recorded
    folder_uid: platform
    provisioning: false
    rules:
      - title: Requests per second
        record: {metric: "job:requests:rate5m", from: A, target_datasource_uid: prometheus}
        data:
          - {ref_id: A, datasource_uid: prometheus, relative_time_range: {from: 300, to: 0}, model: {refId: A, expr: "sum by (job) (rate(requests_total[5m]))"}}

- name: All groups of a folder, and no others
  observability.stack.grafana_rule_group:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items: "{{ lookup('file', 'rule-groups.yml') | from_yaml }}"
    purge: true
    scope: [platform]

- name: Remove a group
  observability.stack.grafana_rule_group:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: targets
    folder_uid: platform
    state: absent
"""

RETURN = r"""
rule_group:
  description: The group as the API describes it (C(title), C(folderUid), C(interval) in seconds, C(rules)); empty when it was removed.
  type: dict
  returned: when one group was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one group was described
results:
  description: For each group its C(action), C(object), the C(reasons) (what differed, by rule) and the C(rule_group).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.rule_group import RULE_GROUP, RuleGroups


def main():
    """Entry point."""
    run(RuleGroups(RULE_GROUP))


if __name__ == "__main__":
    main()
