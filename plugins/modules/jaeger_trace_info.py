#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: jaeger_trace_info
short_description: Find traces in Jaeger, and wait until they are there
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Finds traces by their service, operation, tags and duration, or by their ids, and returns their spans.
  - With O(wait_for) it waits until there are traces as wanted, and fails when there are not in time.
  - With neither O(service) nor O(trace_ids) it only returns the names of the services.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  trace_ids:
    description: Ids of traces, as up to 32 hexadecimal digits. One that is not there is left out.
    type: list
    elements: str
    aliases: [trace_id]
  service:
    description: Name of the service that has spans in the trace.
    type: str
  operation:
    description: Name of a span of O(service).
    type: str
  tags:
    description:
      - Tags (attributes of spans or of their process) with their values that one span has. All are compared as text.
      - Version 3 of the API cannot look for them.
    type: dict
  min_duration:
    description: Least duration of a span, such as V(100ms) or V(1.5s).
    type: str
  max_duration:
    description: Greatest duration of a span.
    type: str
  lookback:
    description: How far back to look, such as V(1h) or V(2d).
    type: str
    default: 1h
  limit:
    description: At most so many traces.
    type: int
    default: 20
  api:
    description:
      - V(pages) is the API of Jaeger's own pages (C(/api/traces)), V(v3) is C(/api/v3).
      - V(auto) is the first, unless the server does not have it.
    type: str
    choices: [auto, pages, v3]
    default: auto
  wait_for:
    description:
      - What to wait for. The question is repeated until it holds.
      - While waiting, a server that does not answer yet is no error; a question that it refuses is one at once.
    type: dict
    suboptions:
      min_spans:
        description: A trace counts when it has at least so many spans.
        type: int
      services:
        description: A trace counts when all these services have spans in it.
        type: list
        elements: str
      operations:
        description: A trace counts when it has spans with all these names.
        type: list
        elements: str
      complete:
        description: A trace counts when it has every span that another one names as its parent.
        type: bool
        default: false
      min_traces:
        description: At least so many traces that count. V(1) when not given, unless O(wait_for.max_traces) is.
        type: int
      max_traces:
        description: At most so many traces that count.
        type: int
      timeout:
        description: Seconds to wait; V(0) asks once, which makes the condition an assertion.
        type: float
        default: 60.0
      interval:
        description: Seconds between two questions.
        type: float
        default: 2.0
seealso:
  - module: observability.stack.otlp_trace
"""

EXAMPLES = r"""
- name: Wait until a trace is complete
  observability.stack.jaeger_trace_info:
    url: http://jaeger.example.com:16686
    trace_ids: ["{{ sent.trace_id }}"]
    wait_for:
      min_spans: 3
      services: [shop, payment]
      operations: [GET /checkout]
      complete: true
      timeout: 30
      interval: 1
  delegate_to: localhost

- name: Find slow and failed checkouts of the last two days
  observability.stack.jaeger_trace_info:
    url: https://traces.example.com/jaeger
    url_username: ops
    url_password: "{{ vault_jaeger_password }}"
    service: shop
    operation: GET /checkout
    tags: {error: true, http.response.status_code: 500}
    min_duration: 1s
    max_duration: 1m
    lookback: 2d
    limit: 100
  register: slow
  delegate_to: localhost

- name: Insist that a batch job left at least ten traces and at most twenty
  observability.stack.jaeger_trace_info:
    url: http://jaeger.example.com:16686
    api: v3
    service: nightly-report
    wait_for:
      min_traces: 10
      max_traces: 20
      timeout: 0
  delegate_to: localhost
"""

RETURN = r"""
services:
  description: Names of all services that Jaeger knows.
  type: list
  elements: str
  returned: success
traces:
  description: The traces that were found.
  type: list
  elements: dict
  returned: success
  contains:
    trace_id:
      description: Id, 32 hexadecimal digits.
      type: str
    span_count:
      description: Number of its spans.
      type: int
    services:
      description: Names of the services that have spans in it.
      type: list
      elements: str
    operations:
      description: Names of its spans, each once.
      type: list
      elements: str
    root:
      description: Name of the span without a parent; empty when it is missing.
      type: str
    complete:
      description: Whether every span is there that another one names as its parent.
      type: bool
    error_count:
      description: Number of spans with an error.
      type: int
    start:
      description: Begin, Unix seconds.
      type: float
    duration:
      description: Seconds from the begin of the first to the end of the last span.
      type: float
    spans:
      description: Its spans in the order of their begin, each with C(span_id), C(parent_id), C(service), C(operation), C(start), C(duration),
        C(error) and C(tags).
      type: list
      elements: dict
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
from ansible_collections.observability.stack.plugins.module_utils.jaeger.api import Jaeger, look, look_until

WAIT_FOR = {
    "min_spans": {"type": "int"},
    "services": {"type": "list", "elements": "str"},
    "operations": {"type": "list", "elements": "str"},
    "complete": {"type": "bool", "default": False},
    "min_traces": {"type": "int"},
    "max_traces": {"type": "int"},
    "timeout": {"type": "float", "default": 60.0},
    "interval": {"type": "float", "default": 2.0},
}
OPTIONS = {
    "trace_ids": {"type": "list", "elements": "str", "aliases": ["trace_id"]},
    "service": {"type": "str"},
    "operation": {"type": "str"},
    "tags": {"type": "dict"},
    "min_duration": {"type": "str"},
    "max_duration": {"type": "str"},
    "lookback": {"type": "str", "default": "1h"},
    "limit": {"type": "int", "default": 20},
    "api": {"type": "str", "choices": ["auto", "pages", "v3"], "default": "auto"},
    "wait_for": {"type": "dict", "options": WAIT_FOR},
}


def work(params, client_for, check_mode):
    """The traces, once they are as wanted, and the services."""
    server = Jaeger(client_for(params["url"]), params["api"])
    found = look_until(server, params) if params["wait_for"] else {"traces": look(server, params)}
    return {**found, "services": server.services()}


def main():
    """Entry point."""
    searching = [("trace_ids", name) for name in ("service", "operation", "tags", "min_duration", "max_duration")]
    needs_service = dict.fromkeys(("operation", "tags", "min_duration", "max_duration"), "service")
    run_api_module(OPTIONS, work, mutually_exclusive=searching, required_by=needs_service)


if __name__ == "__main__":
    main()
