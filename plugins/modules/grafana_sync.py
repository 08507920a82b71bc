#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_sync
short_description: Bring a whole Grafana to what a directory or variables describe
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes and changes objects of many kinds, in the order in which they need each other, and removes what is no longer described.
  - Everything is read, checked and planned before the first write - files that cannot be parsed, unknown options, objects that are
    described twice, and references to folders, contact points and data sources that are nowhere.
  - With nothing to do it asks for one list of each kind, and for single objects only where a list does not tell enough.
  - A run that was interrupted is continued by the next one.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.secrets
options:
  src:
    description:
      - Directory on the host that runs the module, in the form in which M(observability.stack.grafana_info) exports.
      - A directory for each kind (C(datasources), C(contact_points), ...) with a YAML or JSON file for each object, whose keys
        are the options of that kind's module. A file may hold a list of objects.
      - In C(dashboards) every directory is a folder of its name, and every file in it a dashboard. C(_folder.yml) in a directory
        says more about the folder, as the options of M(observability.stack.grafana_folder).
      - YAML and JSON files beside these directories hold mappings as O(content) does. Hidden files and other endings are left alone.
    type: path
  content:
    description:
      - Objects by kind, for instance C(folders) or C(datasources), each a list of mappings with the options of that kind's module.
      - Together with O(src), both count; one of them is needed.
    type: dict
  owner:
    description:
      - Name that objects are marked with, so that O(prune) knows them again. One name for each place that describes objects.
      - Dashboards and data sources have a place for a mark; what has none is removed only inside O(scope).
    type: str
  prune:
    description:
      - Whether objects that bear the mark of O(owner), or are in O(scope), are removed when nobody describes them any more.
      - A folder with something in it that stays is not removed; a warning says what it is.
      - Refused when nothing at all is described.
    type: bool
    default: false
  scope:
    description:
      - "For kinds without a place for a mark, patterns of the names that O(prune) may remove, for instance V({folders: ['team-a *']})."
      - Kinds that bear marks are removed by these alone and cannot be named here.
    type: dict
    default: {}
  secrets:
    description:
      - Values of the secrets that files and O(content) name as C(${secret:NAME}).
      - Without its value an object that is there keeps its secret, and one that is to be made is refused.
    type: dict
    default: {}
  secrets_key:
    description:
      - A key of 16 characters or more, from the vault. With it data sources carry a keyed hash of each secret, so that a changed
        secret is seen and sent, as with M(observability.stack.grafana_datasource).
    type: str
  missing_references:
    description:
      - What to do about references that lead nowhere - stop before anything is written, or go on with a warning.
      - A Grafana made by hand often has dashboards for data sources that are gone.
    type: str
    choices: [error, warn]
    default: error
  take_over:
    description: Whether dashboards and data sources that bear the mark of another owner are taken. Otherwise they are an error.
    type: bool
    default: false
  force_delete_rules:
    description: Whether alert rules in a folder that is removed are removed with it.
    type: bool
    default: false
seealso:
  - module: observability.stack.grafana_info
"""

EXAMPLES = r"""
- name: A directory of folders, dashboards, data sources and alerting, as grafana_info exported it
  observability.stack.grafana_sync:
    url: https://grafana.example.com
    token: "{{ vault_grafana_token }}"
    src: "{{ playbook_dir }}/grafana"
    secrets:
      datasource/prometheus/basicAuthPassword: "{{ vault_prometheus_password }}"
    secrets_key: "{{ vault_grafana_secrets_key }}"
  delegate_to: localhost

- name: The same, removing what is no longer in it
  observability.stack.grafana_sync:
    url: https://grafana.example.com
    token: "{{ vault_grafana_token }}"
    src: "{{ playbook_dir }}/grafana"
    owner: platform
    prune: true
    scope:
      folders: ["platform-*"]
      contact_points: ["platform *"]
    force_delete_rules: true

- name: From variables, taking over dashboards of an earlier owner
  observability.stack.grafana_sync:
    url: https://grafana.example.com
    token: "{{ vault_grafana_token }}"
    owner: team-a
    take_over: true
    missing_references: warn
    update_secrets: always
    content:
      folders:
        - {title: Team A, uid: team-a}
      datasources:
        - name: Prometheus
          uid: prometheus
          type: prometheus
          ds_url: http://prometheus.example.com:9090
          basic_auth_user: grafana
          basic_auth_password: "${secret:prometheus}"
      dashboards:
        - {path: /srv/dashboards/node.json, folder_uid: team-a}
    secrets:
      prometheus: "{{ vault_prometheus_password }}"
"""

RETURN = r"""
summary:
  description: For each kind how many objects were C(created), C(updated), C(deleted) and C(unchanged).
  type: dict
  returned: success
  sample: {folder: {created: 1, updated: 0, deleted: 0, unchanged: 4}}
changes:
  description:
    - For each object that was written its C(kind), C(object), C(action), the C(reasons) (options that differed) and the C(source)
      (the file or variable that describes it).
  type: list
  elements: dict
  returned: success
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.grafana.api import Grafana, grafana_options
from ansible_collections.observability.stack.plugins.module_utils.grafana.sync import synced
from ansible_collections.observability.stack.plugins.module_utils.grafana.sync_content import entries_of
from ansible_collections.observability.stack.plugins.module_utils.grafana.sync_plan import wishes_of

OPTIONS = {
    "src": {"type": "path"},
    "content": {"type": "dict"},
    "owner": {"type": "str"},
    "prune": {"type": "bool", "default": False},
    "scope": {"type": "dict", "default": {}},
    "secrets": {"type": "dict", "default": {}, "no_log": True},
    "secrets_key": {"type": "str", "no_log": True},
    "update_secrets": {"type": "str", "choices": ["always", "on_create"], "default": "on_create"},
    "missing_references": {"type": "str", "choices": ["error", "warn"], "default": "error"},
    "take_over": {"type": "bool", "default": False},
    "force_delete_rules": {"type": "bool", "default": False},
}


def main():
    """Entry point."""

    def work(params, client_for, _check_mode):
        entries = entries_of(params["src"], params["content"] or {})
        return synced(Grafana.of(params, client_for), entries, wishes_of(params), client_for)

    run_api_module({**grafana_options(), **OPTIONS}, work, connection={}, required_one_of=[("src", "content")])


if __name__ == "__main__":
    main()
