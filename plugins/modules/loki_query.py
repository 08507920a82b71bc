#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: loki_query
short_description: Ask Loki for lines or values, and wait until the answer is as expected
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Runs an instant or a range query in LogQL.
  - With O(wait_for) it waits until the answer satisfies a condition, and fails when it does not in time.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  query:
    description: The query, in LogQL. One that begins with C({) asks for lines, another for values.
    type: str
    required: true
  tenant:
    description: Tenant whose lines they are, sent as the header C(X-Scope-OrgID). Loki asks for one where C(auth_enabled) is true.
    type: str
  time:
    description:
      - Point in time of an instant query for values, as RFC 3339, Unix seconds or nanoseconds, or so long before now, such as V(-5m).
      - Now when not given.
    type: str
  start:
    description:
      - Begin of a range query, in the notations of O(time). Its presence makes the query a range query.
      - A query for lines always is one; V(-1h) then when not given.
    type: str
  end:
    description: End of a range query, in the notations of O(time). Now when not given.
    type: str
  step:
    description: Resolution of a range query for values, as a duration (V(30s)) or in seconds. The server chooses when not given.
    type: str
  limit:
    description: At most so many lines.
    type: int
    default: 100
  direction:
    description: Whether the newest (V(backward)) or the oldest (V(forward)) lines come first, and are kept where O(limit) cuts.
    type: str
    choices: [backward, forward]
    default: backward
  wait_for:
    description:
      - A condition on the answer. The query is repeated until it holds.
      - While waiting, a server that does not answer yet is no error; a query that the server refuses is one at once.
      - For a range query for values the newest sample of each series counts.
    type: dict
    suboptions:
      min_lines:
        description: At least so many lines. V(1) when not given, unless only O(wait_for.max_lines) is.
        type: int
      max_lines:
        description: At most so many lines; V(0) waits until nothing is found. It has to be below O(limit).
        type: int
      min_results:
        description: At least so many series, for a query for values. V(1) when not given, unless only O(wait_for.max_results) is.
        type: int
      max_results:
        description: At most so many series.
        type: int
      value:
        description: Comparison that the series must satisfy, such as V(> 0), V(== 1) or V(<= 0.5).
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
  - module: observability.stack.loki_push
  - module: observability.stack.loki_info
"""

EXAMPLES = r"""
- name: Wait until the new version says that it has started
  observability.stack.loki_query:
    url: http://loki.example.com:3100
    query: '{service_name="shop"} |= "started version 1.4.2"'
    start: -10m
    wait_for:
      min_lines: 3
      timeout: 120
  delegate_to: localhost

- name: Insist that no error was logged in the last five minutes
  observability.stack.loki_query:
    url: https://loki.example.com
    token: "{{ vault_loki_token }}"
    tenant: team-a
    query: sum(count_over_time({service_name="shop"} | detected_level="error" [5m])) or vector(0)
    wait_for:
      value: "== 0"
      timeout: 0
  delegate_to: localhost

- name: Read the first lines of a day, the oldest first
  observability.stack.loki_query:
    url: http://loki.example.com:3100
    query: '{job="backup"}'
    start: "2026-01-31T00:00:00Z"
    end: "2026-02-01T00:00:00Z"
    direction: forward
    limit: 20
  register: backup
  delegate_to: localhost
"""

RETURN = r"""
result_type:
  description: What the server answered with; V(streams) are lines.
  type: str
  returned: success
  sample: streams
lines:
  description: The lines, by time as O(direction) says; empty for a query for values.
  type: list
  elements: dict
  returned: success
  contains:
    labels:
      description: Labels of the stream, with what the query and structured metadata add.
      type: dict
    line:
      description: The line.
      type: str
    timestamp:
      description: Unix nanoseconds of the line, as text, since JSON readers would round a number.
      type: str
results:
  description: One entry for each series; empty for a query for lines.
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
from ansible_collections.observability.stack.plugins.module_utils.loki.api import Loki, with_tenant
from ansible_collections.observability.stack.plugins.module_utils.loki.ask import ask, ask_until

WAIT_FOR = {
    "min_lines": {"type": "int"},
    "max_lines": {"type": "int"},
    "min_results": {"type": "int"},
    "max_results": {"type": "int"},
    "value": {"type": "str"},
    "match": {"type": "str", "choices": ["all", "any"], "default": "all"},
    "timeout": {"type": "float", "default": 60.0},
    "interval": {"type": "float", "default": 2.0},
}
OPTIONS = {
    "query": {"type": "str", "required": True},
    "tenant": {"type": "str"},
    "time": {"type": "str"},
    "start": {"type": "str"},
    "end": {"type": "str"},
    "step": {"type": "str"},
    "limit": {"type": "int", "default": 100},
    "direction": {"type": "str", "choices": ["backward", "forward"], "default": "backward"},
    "wait_for": {"type": "dict", "options": WAIT_FOR},
}


def work(params, client_for, check_mode):
    """The answer to the query, once its condition holds."""
    server = Loki(client_for(with_tenant(params)["url"]))
    answer = ask_until(server, params) if params["wait_for"] else ask(server, params)
    return {**answer, "warnings_of_server": server.warnings}


def main():
    """Entry point."""
    run_api_module(OPTIONS, work, mutually_exclusive=[("time", "start"), ("time", "end")])


if __name__ == "__main__":
    main()
