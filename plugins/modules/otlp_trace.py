#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: otlp_trace
short_description: Send a trace by OTLP
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Sends a trace of a few spans by OTLP over HTTP, as JSON, to Jaeger, to an OpenTelemetry collector or to anything else that takes it.
  - It serves to prove that traces arrive, and to mark events such as a deployment.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
attributes:
  check_mode:
    support: full
    details: Nothing is sent; the ids are made all the same.
  diff_mode:
    support: none
options:
  url:
    description: Base URL of the receiver, such as V(http://jaeger.example.com:4318). C(/v1/traces) is added.
    type: str
    required: true
  trace_id:
    description: Id of the trace, 32 hexadecimal digits. Made at random when not given.
    type: str
  resource:
    description: Attributes of all services of the trace, such as C(deployment.environment.name).
    type: dict
    default: {}
  spans:
    description: The spans. One without a parent begins now.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the span, which no other one has.
        type: str
        required: true
      service:
        description: Service that the span belongs to.
        type: str
        default: observability-stack
      parent:
        description: Name of the span that this one is a part of. It begins a millisecond after that.
        type: str
      kind:
        description: What the span is about.
        type: str
        choices: [internal, server, client, producer, consumer]
        default: internal
      duration:
        description: Seconds that it takes.
        type: float
        default: 0.01
      attributes:
        description: Attributes of the span. Numbers and truth values keep their type.
        type: dict
      error:
        description: Why it failed; not given or empty means that it did not.
        type: str
seealso:
  - module: observability.stack.jaeger_trace_info
"""

EXAMPLES = r"""
- name: Send a trace of two services
  observability.stack.otlp_trace:
    url: http://jaeger.example.com:4318
    resource: {deployment.environment.name: test}
    spans:
      - {name: GET /checkout, service: shop, kind: server, duration: 0.2, attributes: {http.response.status_code: 502}}
      - {name: charge, service: payment, parent: GET /checkout, kind: client, error: the bank does not answer}
  register: sent
  delegate_to: localhost

- name: Mark a deployment with an id of one's own
  observability.stack.otlp_trace:
    url: https://collector.example.com:4318
    token: "{{ vault_otlp_token }}"
    trace_id: "{{ (deployment_id | hash('md5')) }}"
    spans:
      - {name: deployment, attributes: {version: 1.4.2}}
  delegate_to: localhost
"""

RETURN = r"""
trace_id:
  description: Id of the trace.
  type: str
  returned: success
span_count:
  description: Number of its spans.
  type: int
  returned: success
spans:
  description: Its spans, each with C(name), C(service), C(span_id) and C(parent_id).
  type: list
  elements: dict
  returned: success
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.jaeger import otlp

SPAN = {
    "name": {"type": "str", "required": True},
    "service": {"type": "str", "default": "observability-stack"},
    "parent": {"type": "str"},
    "kind": {"type": "str", "choices": ["internal", "server", "client", "producer", "consumer"], "default": "internal"},
    "duration": {"type": "float", "default": 0.01},
    "attributes": {"type": "dict"},
    "error": {"type": "str"},
}
OPTIONS = {
    "trace_id": {"type": "str"},
    "resource": {"type": "dict", "default": {}},
    "spans": {"type": "list", "elements": "dict", "required": True, "options": SPAN},
}


def work(params, client_for, check_mode):
    """Send the trace; its ids."""
    made = otlp.trace(params)
    client = client_for(params["url"])
    if not check_mode:
        otlp.send(client, otlp.payload(made, params["resource"]))
    spans = [{key: value for key, value in span.items() if key != "body"} for span in made["spans"]]
    return {"changed": True, "trace_id": made["trace_id"], "span_count": len(spans), "spans": spans}


def main():
    """Entry point."""
    run_api_module(OPTIONS, work)


if __name__ == "__main__":
    main()
