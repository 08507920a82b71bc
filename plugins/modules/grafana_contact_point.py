#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_contact_point
short_description: Manage contact points of Grafana's alerting
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes, renames and removes contact points, to which notification policies and alert rules send.
  - A contact point consists of one or several integrations of the same name. Describe all of them in O(receivers), or a single
    one by O(uid), O(type) and the options of its type.
  - An administrator of the organization can read the secrets, so that the module sees whether they differ. Others cannot; then
    O(update_secrets) decides whether they are sent.
  - Settings that are not named stay as they are. A setting whose value is null is removed.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
  - observability.stack.grafana.secrets
  - observability.stack.grafana_contact_point
options:
  uid:
    description:
      - Unique identifier of a single integration. With it, another O(name) renames it, and policies and rules follow.
      - Without it, the integration is the only one of that O(name).
    type: str
  name:
    description: Name of the contact point. Needed for a new one.
    type: str
  type:
    description:
      - Type of a single integration. Needed for a new one.
      - One of V(alertmanager), V(dingding), V(discord), V(email), V(googlechat), V(jira), V(kafka), V(line), V(mqtt), V(oncall),
        V(opsgenie), V(pagerduty), V(pushover), V(sensugo), V(slack), V(sns), V(teams), V(telegram), V(threema), V(victorops),
        V(webex), V(webhook), V(wecom), or the API's name of another type, whose settings are then not checked.
    type: str
  settings:
    description:
      - Settings of a single integration in the words of Grafana's API, beside or instead of the options of its type.
      - The name of a setting that is nearly one that the type has is an error, since Grafana would ignore it without a word. One
        that is like none is a warning, since a newer Grafana may know it.
    type: dict
  receivers:
    description:
      - All integrations of the contact point O(name). Those that are not described are removed.
      - They are matched with those that are there by their C(uid), or else by their type in their order.
    type: list
    elements: dict
    suboptions:
      uid:
        description: Unique identifier of the integration.
        type: str
      type:
        description: Type of the integration, as O(type).
        type: str
        required: true
      settings:
        description: Settings in the words of Grafana's API, as O(settings). A secret that is V([REDACTED]) is kept.
        type: dict
        default: {}
      disable_resolve_message:
        description: Whether nothing is sent when an alert is resolved.
        type: bool
  disable_resolve_message:
    description: Whether nothing is sent when an alert is resolved.
    type: bool
    aliases: [disableResolveMessage]
  include_image:
    description: Has no effect, since Grafana has no such setting any more.
    type: bool
  provisioning:
    description:
      - Whether the contact point cannot be changed in Grafana's pages. It says how a write is marked, and is no difference by itself.
      - What was once written with V(true) never becomes editable again, so V(false) is refused then.
    type: bool
    default: true
seealso:
  - module: observability.stack.grafana_notification_policy
  - module: observability.stack.grafana_message_template
"""

EXAMPLES = r"""
- name: Send mails
  observability.stack.grafana_contact_point:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: platform-mail
    name: Platform
    type: email
    email_addresses: [platform@example.com, on-call@example.com]
    email_single: true
    disable_resolve_message: false

- name: Post to Slack
  observability.stack.grafana_contact_point:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: platform-slack
    name: Platform chat
    type: slack
    slack_url: "{{ slack_webhook }}"
    slack_title: "{{ '{{ template \"platform.title\" . }}' }}"
    provisioning: false

- name: One contact point that mails and pages
  observability.stack.grafana_contact_point:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Platform on call
    receivers:
      - {type: email, settings: {addresses: [platform@example.com]}}
      - {type: pagerduty, settings: {integrationKey: "{{ pagerduty_key }}"}, disable_resolve_message: true}

- name: A type without options of its own
  observability.stack.grafana_contact_point:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Tickets
    type: jira
    settings: {api_url: https://example.atlassian.net/rest/api/3, project: OPS, issue_type: Task, api_token: "{{ jira_token }}"}

- name: All contact points of a team, sending the secrets again
  observability.stack.grafana_contact_point:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    update_secrets: always
    purge: true
    scope: ["Team A *"]
    items:
      - {name: Team A mail, type: email, email_addresses: [a@example.com]}
      - {name: Team A hook, type: webhook, webhook_url: "https://hooks.example.com/a", webhook_password: "{{ hook_password }}"}

- name: Remove one integration
  observability.stack.grafana_contact_point:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: platform-slack
    state: absent
"""

RETURN = r"""
contact_point:
  description:
    - The integration as the API describes it (C(uid), C(name), C(type), C(settings), C(disableResolveMessage)), or C(name) and
      C(receivers) of a whole contact point; what was removed after a removal. Secrets are V([REDACTED]).
  type: dict
  returned: when one contact point was described
state:
  description: Whether it is there now - V(present) or V(absent).
  type: str
  returned: when one contact point was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one contact point was described
results:
  description: For each contact point its C(action), C(object), the C(reasons) (what differed) and the C(contact_point).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.contact_point import CONTACT_POINT, ContactPoints
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run


def main():
    """Entry point."""
    run(ContactPoints(CONTACT_POINT))


if __name__ == "__main__":
    main()
