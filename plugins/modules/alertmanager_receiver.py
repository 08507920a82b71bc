#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertmanager_receiver
short_description: Receive notifications of Alertmanager for a while
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Runs a small webhook receiver on the host's loopback interface, and says which alerts it was sent.
  - It needs nothing but Python, listens on 127.0.0.1 only, gives up root's rights and ends by itself after O(life),
    so that an aborted play leaves nothing running.
  - Alertmanager needs a receiver with C(webhook_configs) and the URL C(http://127.0.0.1:19099/).
extends_documentation_fragment:
  - observability.stack.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  state:
    description:
      - V(started) starts the receiver when it does not run and lengthens its life when it does.
      - V(read) returns what came, after waiting for O(wait_for).
      - V(stopped) ends this use; the process ends when nobody else uses it.
    type: str
    choices: [started, read, stopped]
    default: started
  port:
    description: Port on 127.0.0.1.
    type: int
    default: 19099
  use:
    description: Name of this use, so that several plays can share one receiver.
    type: str
    default: default
  life:
    description: Seconds after which this use ends by itself.
    type: float
    default: 600.0
  wait_for:
    description: With O(state=read), alerts to wait for.
    type: list
    elements: dict
    default: []
    suboptions:
      labels:
        description: Labels that the alert must have, with their values.
        type: dict
        required: true
      status:
        description: Its status in the notification.
        type: str
        choices: [firing, resolved]
        default: firing
  timeout:
    description: Seconds to wait for O(wait_for) at most. That something did not come is no error; see RV(missing).
    type: float
    default: 30.0
  elapsed:
    description: Seconds that have passed since the caller did what the alerts come from; see RV(alerts[].after).
    type: float
    default: 0.0
seealso:
  - module: observability.stack.alertmanager_alert
"""

EXAMPLES = r"""
- name: Listen
  observability.stack.alertmanager_receiver:
    use: routing-test

- name: Let an alert fire
  observability.stack.alertmanager_alert:
    url: http://{{ inventory_hostname }}:9093
    labels: {alertname: RoutingTest, team: web}
  delegate_to: localhost

- name: The notification comes
  observability.stack.alertmanager_receiver:
    state: read
    wait_for:
      - labels: {alertname: RoutingTest}
    timeout: 60
  register: notifications
  failed_when: notifications.missing | length > 0

- name: Stop listening
  observability.stack.alertmanager_receiver:
    use: routing-test
    state: stopped
"""

RETURN = r"""
alerts:
  description: The alerts that came, oldest first.
  type: list
  elements: dict
  returned: when O(state=read)
  contains:
    status:
      description: V(firing) or V(resolved).
      type: str
    labels:
      description: Its labels.
      type: dict
    annotations:
      description: Its annotations.
      type: dict
    age:
      description: How many seconds ago it came.
      type: float
    after:
      description: At how many seconds of the caller's time (O(elapsed)) it came.
      type: float
missing:
  description: Those of O(wait_for) that did not come.
  type: list
  elements: dict
  returned: when O(state=read)
waited:
  description: Seconds waited.
  type: float
  returned: when O(state=read)
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.observability.stack.plugins.module_utils.alertmanager import receiver
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import Failure

WISH = {
    "labels": {"type": "dict", "required": True},
    "status": {"type": "str", "choices": ["firing", "resolved"], "default": "firing"},
}
OPTIONS = {
    "state": {"type": "str", "choices": ["started", "read", "stopped"], "default": "started"},
    "port": {"type": "int", "default": 19099},
    "use": {"type": "str", "default": "default"},
    "life": {"type": "float", "default": 600.0},
    "wait_for": {"type": "list", "elements": "dict", "default": [], "options": WISH},
    "timeout": {"type": "float", "default": 30.0},
    "elapsed": {"type": "float", "default": 0.0},
}


def main():
    """Entry point."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        module.exit_json(**receiver.bring(module.params, module.check_mode))
    except Failure as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
