#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertmanager_alert
short_description: Make an alert fire, or resolve it, at Alertmanager
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Posts alerts to one Alertmanager or, as Prometheus does, to all members of a mesh.
  - An alert that fires already with the same annotations is posted again, which extends its life; that is not a change.
  - Alertmanager forgets a firing alert after its C(resolve_timeout) (5 minutes) unless O(ends_at) says otherwise.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  url:
    description: Base URL of Alertmanager with its path prefix, or the URLs of all members of a mesh.
    type: list
    elements: str
    required: true
  state:
    description: Whether the alerts are to fire or to be resolved. Only alerts that fire are resolved.
    type: str
    choices: [firing, resolved]
    default: firing
  labels:
    description: Labels of the alert, C(alertname) among them. They are its identity.
    type: dict
  annotations:
    description: Annotations of the alert.
    type: dict
  starts_at:
    description: When the alert began, as RFC 3339. Now when not given.
    type: str
  ends_at:
    description: When the alert ends, as RFC 3339.
    type: str
  generator_url:
    description: Where the alert comes from.
    type: str
  alerts:
    description: Several alerts at once, instead of O(labels) and its companions.
    type: list
    elements: dict
    suboptions:
      labels:
        description: As O(labels).
        type: dict
        required: true
      annotations:
        description: As O(annotations).
        type: dict
      starts_at:
        description: As O(starts_at).
        type: str
      ends_at:
        description: As O(ends_at).
        type: str
      generator_url:
        description: As O(generator_url).
        type: str
  require:
    description: Whether all Alertmanagers must take the alerts, or any one of them (a mesh passes notifications on).
    type: str
    choices: [all, any]
    default: all
seealso:
  - module: observability.stack.alertmanager_info
  - module: observability.stack.alertmanager_receiver
"""

EXAMPLES = r"""
- name: Tell the team that the nightly backup failed
  observability.stack.alertmanager_alert:
    url:
      - http://alert1.example.com:9093
      - http://alert2.example.com:9093
    labels:
      alertname: BackupFailed
      severity: warning
      host: "{{ inventory_hostname }}"
    annotations:
      summary: The nightly backup of {{ inventory_hostname }} failed.
  delegate_to: localhost

- name: Take it back
  observability.stack.alertmanager_alert:
    url: http://alert1.example.com:9093
    state: resolved
    labels:
      alertname: BackupFailed
      severity: warning
      host: "{{ inventory_hostname }}"
  delegate_to: localhost
"""

RETURN = r"""
alertmanagers:
  description: What was done at each Alertmanager.
  type: list
  elements: dict
  returned: success
  contains:
    url:
      description: Its URL.
      type: str
    changed:
      description: Whether an alert began or ended to fire there, or got other annotations.
      type: bool
    posted:
      description: How many alerts were posted; V(0) in check mode.
      type: int
    error:
      description: Why it did not take the alerts, or empty.
      type: str
"""

from ansible_collections.observability.stack.plugins.module_utils.alertmanager.api import Alertmanager
from ansible_collections.observability.stack.plugins.module_utils.alertmanager.post import bring, report
from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module

ALERT = {
    "annotations": {"type": "dict"},
    "starts_at": {"type": "str"},
    "ends_at": {"type": "str"},
    "generator_url": {"type": "str"},
}
OPTIONS = {
    "url": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["firing", "resolved"], "default": "firing"},
    "labels": {"type": "dict"},
    "alerts": {"type": "list", "elements": "dict", "options": {"labels": {"type": "dict", "required": True}, **ALERT}},
    "require": {"type": "str", "choices": ["all", "any"], "default": "all"},
    **ALERT,
}


def work(params, client_for, check_mode):
    """Bring the alerts to their state everywhere and say what changed where."""
    servers = [Alertmanager(client_for(url)) for url in params["url"]]
    alerts = params["alerts"] or [params]
    return report(bring(alerts, params["state"], servers, write=not check_mode), alerts, params)


def main():
    """Entry point."""
    run_api_module(OPTIONS, work, mutually_exclusive=[("labels", "alerts")], required_one_of=[("labels", "alerts")])


if __name__ == "__main__":
    main()
