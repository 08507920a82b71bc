#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_info
short_description: Read everything from Grafana, and export it as code
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Reads objects of all kinds that this collection knows.
  - Exports them in the form that M(observability.stack.grafana_sync) takes, so that a Grafana made by hand becomes code at once.
extends_documentation_fragment:
  - observability.stack.grafana
options:
  gather_subset:
    description:
      - Kinds to read, for instance V(folders), V(dashboards), V(datasources) or V(contact_points); V(all); V(!users) for all but these.
      - What the account may not read is left out and named in RV(unreadable), unless its kind was named here.
    type: list
    elements: str
    default: [all]
  export:
    description:
      - Whether the objects are returned in RV(content) as options, in the form of O(observability.stack.grafana_sync#module:content).
      - Secrets are not among them; C(${secret:NAME}) stands for each.
    type: bool
    default: false
  dest:
    description:
      - Directory on the host that runs the module, to which the objects are exported, in the form of
        O(observability.stack.grafana_sync#module:src). It is made when it is not there.
      - A file for each object, so that version control shows what changed. Files of an earlier export that are no longer part of it
        are removed, all others are left alone. A file that says the same already is not written.
    type: path
attributes:
  check_mode:
    details: With O(dest) it says which files it would write.
seealso:
  - module: observability.stack.grafana_sync
"""

EXAMPLES = r"""
- name: Everything that this account may read
  observability.stack.grafana_info:
    url: https://grafana.example.com
    token: "{{ vault_grafana_token }}"
  register: grafana

- name: Folders and data sources alone
  observability.stack.grafana_info:
    url: https://grafana.example.com
    token: "{{ vault_grafana_token }}"
    gather_subset: [folders, datasources]

- name: A Grafana made by hand becomes a directory of files
  observability.stack.grafana_info:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ vault_grafana_password }}"
    dest: "{{ playbook_dir }}/grafana"
  delegate_to: localhost

- name: All but accounts, as a variable
  observability.stack.grafana_info:
    url: https://grafana.example.com
    url_username: admin
    url_password: "{{ vault_grafana_password }}"
    gather_subset: ["!users", "!organizations"]
    export: true
  register: grafana
"""

RETURN = r"""
objects:
  description: For each kind the list of its objects as Grafana's own lists tell them, without secrets.
  type: dict
  returned: when neither O(export) nor O(dest) is set
  sample: {folders: [{title: Platform, uid: platform}]}
content:
  description: For each kind the list of its objects as options.
  type: dict
  returned: when O(export)
secrets:
  description: Names of the secrets that the export needs, for O(observability.stack.grafana_sync#module:secrets).
  type: list
  elements: str
  returned: when O(export) or O(dest)
files:
  description: Files that were written, relative to O(dest).
  type: list
  elements: str
  returned: when O(dest)
removed:
  description: Files of an earlier export that were removed, relative to O(dest).
  type: list
  elements: str
  returned: when O(dest)
unreadable:
  description: For each kind that could not be read, why.
  type: dict
  returned: success
version:
  description: Version of the server; empty when it hides it.
  type: str
  returned: success
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.grafana.api import Grafana, grafana_options
from ansible_collections.observability.stack.plugins.module_utils.grafana.info import info

OPTIONS = {
    "gather_subset": {"type": "list", "elements": "str", "default": ["all"]},
    "export": {"type": "bool", "default": False},
    "dest": {"type": "path"},
}


def main():
    """Entry point."""
    run_api_module(
        {**grafana_options(), **OPTIONS}, lambda params, client_for, check_mode: info(Grafana.of(params, client_for), params, check_mode), connection={}
    )


if __name__ == "__main__":
    main()
