#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_message_template
short_description: Manage templates of notifications in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes and removes templates, whose definitions contact points use in titles and texts.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the template. It cannot be renamed, since Grafana finds it by its name. Needed unless O(items) are given.
    type: str
  template:
    description:
      - The text, in Go's language of templates. A text without C(define) becomes the definition of that name, as in Grafana.
      - In a playbook the text has to be kept from Jinja, with C(!unsafe), C({% raw %}) or a file read by the lookup C(file).
    type: str
    aliases: [content]
  provisioning:
    description:
      - Whether the template cannot be changed in Grafana's pages. It says how a write is marked, and is no difference by itself.
      - What was once written with V(true) never becomes editable again, so V(false) is refused then.
    type: bool
    default: true
seealso:
  - module: observability.stack.grafana_contact_point
"""

EXAMPLES = r"""
- name: A title for all messages
  observability.stack.grafana_message_template:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: platform
    template: !unsafe '{{ define "platform.title" }}[{{ .Status }}] {{ .CommonLabels.alertname }}{{ end }}'

- name: All templates of a directory, editable in Grafana's pages
  observability.stack.grafana_message_template:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - {name: slack, template: "{{ lookup('file', 'slack.tmpl') }}", provisioning: false}
      - {name: mail, template: "{{ lookup('file', 'mail.tmpl') }}", provisioning: false}

- name: Remove a template
  observability.stack.grafana_message_template:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: platform
    state: absent
"""

RETURN = r"""
message_template:
  description: The template as the API describes it; empty when it was removed.
  type: dict
  returned: when one template was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one template was described
results:
  description: For each template its C(action), C(object), the C(reasons) (options that differed) and the C(message_template).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.message_template import MESSAGE_TEMPLATE, MessageTemplates
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run


def main():
    """Entry point."""
    run(MessageTemplates(MESSAGE_TEMPLATE))


if __name__ == "__main__":
    main()
