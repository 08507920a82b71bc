#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: loki_info
short_description: What Loki says of itself
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Gathers whether Loki is ready, its version, the configuration that it runs and the rules of its ruler.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  gather_subset:
    description: What to gather.
    type: list
    elements: str
    choices: [all, build, config, ready, rules]
    default: [ready, build]
  tenant:
    description: Tenant whose rules to gather, sent as the header C(X-Scope-OrgID).
    type: str
seealso:
  - module: observability.stack.loki_query
"""

EXAMPLES = r"""
- name: See whether Loki is ready, and which rules it has for a tenant
  observability.stack.loki_info:
    url: http://loki.example.com:3100
    gather_subset: [ready, rules]
    tenant: team-a
  register: loki
  delegate_to: localhost
"""

RETURN = r"""
build:
  description: Version, revision and so on.
  type: dict
  returned: when gathered
config:
  description: The configuration that runs, defaults included, as YAML. Loki shows secrets as stars.
  type: str
  returned: when gathered
ready:
  description: Whether Loki says that it is ready.
  type: bool
  returned: when gathered
rules:
  description: Groups of rules as the ruler has them, with the health of each rule; empty where no ruler runs.
  type: list
  elements: dict
  returned: when gathered
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.loki.api import SUBSETS, Loki, with_tenant

OPTIONS = {
    "gather_subset": {"type": "list", "elements": "str", "choices": ["all", *sorted(SUBSETS)], "default": ["ready", "build"]},
    "tenant": {"type": "str"},
}


def work(params, client_for, check_mode):
    """What was asked for."""
    server = Loki(client_for(with_tenant(params)["url"]))
    wanted = sorted(SUBSETS) if "all" in params["gather_subset"] else params["gather_subset"]
    return {name: SUBSETS[name](server) for name in wanted}


def main():
    """Entry point."""
    run_api_module(OPTIONS, work)


if __name__ == "__main__":
    main()
