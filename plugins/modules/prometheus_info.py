#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: prometheus_info
short_description: Read targets, rules, configuration and state of Prometheus
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Reads what a Prometheus server says about itself through its API.
  - It can wait until a server that was just loaded has looked at everything once.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  gather_subset:
    description:
      - What to read.
      - A server that lacks an endpoint makes the module fail (Thanos and Mimir have some of them only).
      - A Prometheus that runs as an agent has empty lists of rules and Alertmanagers.
    type: list
    elements: str
    choices: [all, alertmanagers, build, config, flags, rules, runtime, targets, tsdb]
    default: [build, rules, runtime, targets]
  settle:
    description:
      - Seconds to wait at most until the loaded configuration had time to take effect
        and every target and rule was looked at once.
      - That it was not long enough is no error; see RV(settled).
    type: float
    default: 0.0
seealso:
  - module: observability.stack.prometheus_query
"""

EXAMPLES = r"""
- name: Read targets and rules
  observability.stack.prometheus_info:
    url: http://prometheus.example.com:9090
    gather_subset: [targets, rules]
    settle: 30
  register: prometheus
  delegate_to: localhost

- name: Name the targets that are down
  ansible.builtin.debug:
    msg: "{{ prometheus.targets.active | rejectattr('health', 'equalto', 'up') | map(attribute='scrape_url') }}"
"""

RETURN = r"""
alertmanagers:
  description: URLs of the Alertmanagers in two lists, C(active) and C(dropped).
  type: dict
  returned: when gathered
build:
  description: Version and build.
  type: dict
  returned: when gathered
config:
  description:
    - The running configuration as YAML text with defaults filled in and secrets replaced by V(<secret>).
    - Read it with P(ansible.builtin.from_yaml#filter).
  type: str
  returned: when gathered
flags:
  description: Command-line flags with their values as text.
  type: dict
  returned: when gathered
rules:
  description: Rule groups.
  type: list
  elements: dict
  returned: when gathered
  contains:
    name:
      description: Name of the group.
      type: str
    file:
      description: File that it was read from.
      type: str
    interval:
      description: Seconds between evaluations.
      type: float
    rules:
      description:
        - Its rules with C(name), C(type), C(query), C(labels), C(health) and C(last_error).
        - Alerting rules also have C(state), C(annotations) and C(alerts).
      type: list
      elements: dict
runtime:
  description: Start time, retention, result and time of the last configuration load, and more.
  type: dict
  returned: when gathered
settled:
  description: Whether every target and rule had been looked at and the configuration had time to take effect.
  type: bool
  returned: when O(settle) is given
targets:
  description: Scrape targets.
  type: dict
  returned: when gathered
  contains:
    active:
      description:
        - One entry for each target, with C(job), C(instance), C(labels), C(address), C(scrape_url), C(scrape_pool),
          C(health), C(last_error), C(last_scrape) and C(last_scrape_duration).
      type: list
      elements: dict
    dropped_counts:
      description: How many discovered targets relabelling dropped, for each job.
      type: dict
tsdb:
  description: Statistics of the head block and the names with the most series.
  type: dict
  returned: when gathered
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.prometheus.api import Prometheus
from ansible_collections.observability.stack.plugins.module_utils.prometheus.info import SUBSETS, gather, gather_settled

OPTIONS = {
    "gather_subset": {
        "type": "list",
        "elements": "str",
        "choices": ["all", *sorted(SUBSETS)],
        "default": ["build", "rules", "runtime", "targets"],
    },
    "settle": {"type": "float", "default": 0.0},
}


def work(params, client_for, check_mode):
    """The wanted subsets, once the server has settled when that is asked for."""
    server = Prometheus(client_for(params["url"]))
    if params["settle"]:
        return gather_settled(server, params["gather_subset"], params["settle"])
    return gather(server, params["gather_subset"])


def main():
    """Entry point."""
    run_api_module(OPTIONS, work)


if __name__ == "__main__":
    main()
