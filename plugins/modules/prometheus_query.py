#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: prometheus_query
short_description: Ask Prometheus, and wait until the answer is as expected
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Runs an instant or a range query against Prometheus, Thanos, Mimir or anything else with Prometheus' query API.
  - With O(wait_for) it waits until the answer satisfies a condition, and fails when it does not in time.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  query:
    description: The query, in PromQL.
    type: str
    required: true
  time:
    description:
      - Point in time of an instant query as RFC 3339 or Unix seconds, or so long before now, such as V(-5m).
      - Now when not given.
    type: str
  start:
    description: Begin of a range query, in the notations of O(time). Its presence makes the query a range query.
    type: str
  end:
    description: End of a range query, in the notations of O(time). Now when not given.
    type: str
  step:
    description: Resolution of a range query, as a duration (V(30s)) or in seconds.
    type: str
    default: 60s
  wait_for:
    description:
      - A condition on the answer. The query is repeated until it holds.
      - While waiting, a server that does not answer yet is no error; a query that the server refuses is one at once.
      - For a range query the newest sample of each series counts.
    type: dict
    suboptions:
      min_results:
        description: At least so many series. V(1) when not given, unless only O(wait_for.max_results) is.
        type: int
      max_results:
        description: At most so many series; V(0) waits until nothing is left, for instance no firing alert.
        type: int
      value:
        description:
          - Comparison that the series must satisfy, such as V(> 0), V(== 1) or V(<= 0.5).
          - It asks for at least one series.
        type: str
      match:
        description: Whether all series must satisfy O(wait_for.value), or any one of them.
        type: str
        choices: [all, any]
        default: all
      timeout:
        description: Seconds to wait; V(0) asks once, which makes the condition an assertion.
        type: float
        default: 60.0
      interval:
        description: Seconds between two queries.
        type: float
        default: 2.0
seealso:
  - module: observability.stack.prometheus_info
"""

EXAMPLES = r"""
- name: Wait until all node exporters are up
  observability.stack.prometheus_query:
    url: http://prometheus.example.com:9090
    query: up{job="node"}
    wait_for:
      min_results: 12
      value: "== 1"
      timeout: 120
  delegate_to: localhost

- name: Insist that nothing fires now
  observability.stack.prometheus_query:
    url: https://prometheus.example.com/prometheus
    url_username: ops
    url_password: "{{ vault_prometheus_password }}"
    query: ALERTS{alertstate="firing", severity="critical"}
    wait_for:
      max_results: 0
      timeout: 0
  delegate_to: localhost

- name: Read the load of the last hour from Mimir
  observability.stack.prometheus_query:
    url: https://mimir.example.com/prometheus
    headers:
      X-Scope-OrgID: team-a
    query: avg by (instance) (node_load1)
    start: -1h
    step: 5m
  register: load
  delegate_to: localhost
"""

RETURN = r"""
result_type:
  description: What the server answered with.
  type: str
  returned: success
  sample: vector
results:
  description: One entry for each series.
  type: list
  elements: dict
  returned: success
  contains:
    labels:
      description: Labels of the series.
      type: dict
    value:
      description: The sample of an instant query as a number; V(NaN), V(+Inf) and V(-Inf) are text.
      type: raw
    timestamp:
      description: Unix seconds of the sample.
      type: float
    values:
      description: The samples of a range query, each with value and timestamp.
      type: list
    histogram:
      description: The native histogram of an instant query, as the server gives it.
      type: list
    histograms:
      description: The native histograms of a range query, as the server gives them.
      type: list
waited:
  description: Seconds until the condition held.
  type: float
  returned: when O(wait_for) is given
attempts:
  description: How often the server was asked.
  type: int
  returned: when O(wait_for) is given
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.prometheus.api import Prometheus
from ansible_collections.observability.stack.plugins.module_utils.prometheus.ask import ask, ask_until

WAIT_FOR = {
    "min_results": {"type": "int"},
    "max_results": {"type": "int"},
    "value": {"type": "str"},
    "match": {"type": "str", "choices": ["all", "any"], "default": "all"},
    "timeout": {"type": "float", "default": 60.0},
    "interval": {"type": "float", "default": 2.0},
}
OPTIONS = {
    "query": {"type": "str", "required": True},
    "time": {"type": "str"},
    "start": {"type": "str"},
    "end": {"type": "str"},
    "step": {"type": "str", "default": "60s"},
    "wait_for": {"type": "dict", "options": WAIT_FOR},
}


def work(params, client_for, check_mode):
    """The answer to the query, once its condition holds."""
    server = Prometheus(client_for(params["url"]))
    answer = ask_until(server, params) if params["wait_for"] else ask(server, params)
    return {**answer, "warnings_of_server": server.warnings}


def main():
    """Entry point."""
    run_api_module(OPTIONS, work, mutually_exclusive=[("time", "start")], required_by={"end": "start"})


if __name__ == "__main__":
    main()
