#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: loki_push
short_description: Send lines to Loki
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Sends lines with labels to Loki, such as a marker of a deployment.
  - Each run sends its lines, so each run is a change. It is no way to ship logs; agents do that.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
attributes:
  check_mode:
    support: full
    details: Says that lines would be sent, and sends none.
  diff_mode:
    support: full
options:
  tenant:
    description: Tenant whose lines they are, sent as the header C(X-Scope-OrgID). Loki asks for one where C(auth_enabled) is true.
    type: str
  labels:
    description: Labels of the lines. Keep the values few (a job, an environment); what differs each time belongs into the line or its metadata.
    type: dict
    required: true
  lines:
    description:
      - The lines, each a text; or a mapping of C(line), C(timestamp) (RFC 3339, Unix seconds or nanoseconds; now when not given) and
        C(metadata) (structured metadata, name to value).
      - Lines without a time of their own keep their order.
    type: list
    elements: raw
    required: true
seealso:
  - module: observability.stack.loki_query
"""

EXAMPLES = r"""
- name: Mark a deployment, so that it is seen beside the lines of the service
  observability.stack.loki_push:
    url: http://loki.example.com:3100
    labels:
      job: deployments
      service_name: shop
    lines:
      - "version {{ shop_version }} is deployed"
  delegate_to: localhost
  run_once: true

- name: The same for a tenant, with the commit as metadata and a time of its own
  observability.stack.loki_push:
    url: https://loki.example.com
    token: "{{ vault_loki_token }}"
    tenant: team-a
    labels:
      job: deployments
    lines:
      - line: version 1.4.2 is deployed
        timestamp: "2026-01-31T12:00:00Z"
        metadata:
          commit: 3f2a9c1
  delegate_to: localhost
"""

RETURN = r"""
pushed:
  description: How many lines were sent; V(0) in check mode.
  type: int
  returned: success
lines:
  description: The lines with their times.
  type: list
  elements: dict
  returned: success
  contains:
    line:
      description: The line.
      type: str
    timestamp:
      description: Unix nanoseconds, as text.
      type: str
"""

import time

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.loki.api import Loki, with_tenant
from ansible_collections.observability.stack.plugins.module_utils.loki.lines import stream_of

OPTIONS = {
    "tenant": {"type": "str"},
    "labels": {"type": "dict", "required": True},
    "lines": {"type": "list", "elements": "raw", "required": True},
}


def work(params, client_for, check_mode):
    """Send the lines and say which they were."""
    stream = stream_of(params["labels"], params["lines"], time.time_ns())
    if stream["values"] and not check_mode:
        Loki(client_for(with_tenant(params)["url"])).push([stream])
    lines = [{"line": value[1], "timestamp": value[0]} for value in stream["values"]]
    diff = {"before": "", "after": "".join(f"{line['line']}\n" for line in lines)}
    return {"changed": bool(lines), "pushed": 0 if check_mode else len(lines), "lines": lines, "diff": diff}


def main():
    """Entry point."""
    run_api_module(OPTIONS, work)


if __name__ == "__main__":
    main()
