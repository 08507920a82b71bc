#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertmanager_info
short_description: Read alerts, mesh, configuration and silences of Alertmanager
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Reads what an Alertmanager says about itself through its API.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  gather_subset:
    description: What to read.
    type: list
    elements: str
    choices: [all, alerts, receivers, reload, silences, status]
    default: [alerts, status]
  matchers:
    description: Only alerts that all these matchers select are read, such as V(severity="critical").
    type: list
    elements: str
    default: []
  settle:
    description: Seconds to wait at most until the mesh has settled after a start.
    type: float
    default: 0.0
seealso:
  - module: observability.stack.alertmanager_alert
"""

EXAMPLES = r"""
- name: Read the critical alerts
  observability.stack.alertmanager_info:
    url: http://alert1.example.com:9093
    gather_subset: [alerts]
    matchers: ['severity="critical"']
  register: alertmanager
  delegate_to: localhost
"""

RETURN = r"""
alerts:
  description: The alerts that have not ended, silenced and inhibited ones too, as the API describes them.
  type: list
  elements: dict
  returned: when gathered
receivers:
  description: Names of the receivers.
  type: list
  elements: str
  returned: when gathered
reload:
  description: Whether the last attempt to load the configuration was C(successful), and the C(timestamp) of the last that was.
  type: dict
  returned: when gathered
silences:
  description: Silences, expired ones too, as the API describes them.
  type: list
  elements: dict
  returned: when gathered
status:
  description: State and peers of the C(cluster), the running C(config) as YAML text without secrets, C(uptime) and C(version).
  type: dict
  returned: when gathered
"""

from ansible_collections.observability.stack.plugins.module_utils.alertmanager.api import Alertmanager
from ansible_collections.observability.stack.plugins.module_utils.alertmanager.info import SUBSETS, gather
from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module

OPTIONS = {
    "gather_subset": {
        "type": "list",
        "elements": "str",
        "choices": ["all", *sorted(SUBSETS)],
        "default": ["alerts", "status"],
    },
    "matchers": {"type": "list", "elements": "str", "default": []},
    "settle": {"type": "float", "default": 0.0},
}


def work(params, client_for, check_mode):
    """The wanted subsets."""
    return gather(Alertmanager(client_for(params["url"])), params)


def main():
    """Entry point."""
    run_api_module(OPTIONS, work)


if __name__ == "__main__":
    main()
