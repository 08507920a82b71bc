#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_health
short_description: Tell whether Grafana and its data sources work
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Reads what a Grafana says about its own health, and lets it try each of its data sources.
  - Without a login only the server's own health is read.
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  settle:
    description: Seconds to wait at most until all is well.
    type: float
    default: 0.0
seealso:
  - module: observability.stack.grafana_datasource
"""

EXAMPLES = r"""
- name: See whether every data source works
  observability.stack.grafana_health:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ vault_grafana_admin_password }}"
    settle: 30
  register: grafana
  failed_when: grafana.datasources | default([]) | selectattr('status', 'eq', 'ERROR') | length > 0
  delegate_to: localhost
"""

RETURN = r"""
version:
  description: The server's version; empty when it hides it.
  type: str
  returned: success
database:
  description: V(ok) when the server reaches its own database.
  type: str
  returned: success
datasources:
  description:
    - The organisation's data sources with C(uid), C(name), C(type), C(url), C(isDefault), C(readOnly), and whether each works, C(status)
      V(OK), V(ERROR) or V(UNKNOWN) (nobody on the server can try a source of this type), with Grafana's words in C(message).
    - Null without a login.
  type: list
  elements: dict
  returned: success
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import connection_of, run_api_module
from ansible_collections.observability.stack.plugins.module_utils.grafana.api import PASSING, Grafana
from ansible_collections.observability.stack.plugins.module_utils.grafana.health import health


def work(params, client_for, check_mode):
    """What the server says."""
    connection = connection_of(params, params["url"], passing=PASSING)
    return health(Grafana(client_for(connection)), params, bool(params["url_username"] or params["token"]))


def main():
    """Entry point."""
    run_api_module({"settle": {"type": "float", "default": 0.0}}, work)


if __name__ == "__main__":
    main()
