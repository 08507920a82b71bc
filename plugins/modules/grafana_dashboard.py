#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_dashboard
short_description: Manage dashboards in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Saves, moves, removes and exports dashboards.
  - A dashboard is compared with the one that is there before anything is written. Numbers of versions and identities, which
    the server gives, and values that it adds by itself are no difference.
  - For a directory full of dashboards use M(observability.stack.grafana_dashboards).
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  state:
    description:
      - With V(absent), the dashboard is named by O(uid), else by the uid that O(dashboard) or the file of O(path) has, else by the title.
      - With V(export), the dashboard of O(uid) is written into the file O(path), which is in a form that O(path) takes again.
    choices: [present, absent, export]
  uid:
    description:
      - Unique identifier. It goes before the one that the dashboard itself has.
      - Without any, the dashboard is the one of its title in its folder.
    type: str
  title:
    description: Another title than the one that the dashboard has. With O(state=absent), the one to remove when there is no O(uid).
    type: str
    aliases: [name]
  dashboard:
    description:
      - The dashboard itself, as a mapping or as JSON text, for instance from the lookup P(ansible.builtin.template#lookup).
      - Taken as well are an export of Grafana (with C(meta)), a request of its API (C(dashboard) with C(folderUid)), and an object
        of the app platform (C(apiVersion) V(dashboard.grafana.app/v2beta1) and others that the server serves).
    type: raw
  path:
    description:
      - JSON file with the dashboard, on the host that runs the module; or an address from which it is fetched, without Grafana's
        credentials. With O(state=export), the file that is written.
    type: str
    aliases: [dashboard_url]
  dashboard_id:
    description: Number of a dashboard of grafana.com.
    type: str
  dashboard_revision:
    description: Its revision.
    type: str
    default: '1'
  library_url:
    description: A mirror of grafana.com that has O(dashboard_id) under the same path (C(/api/dashboards/1860/revisions/1/download)).
    type: str
  inputs:
    description:
      - Values of the inputs that a shared dashboard asks for, by their names, such as V(DS_PROMETHEUS); for a data source its
        name or its uid.
      - An input for a data source that is not given becomes the only one of its type, or the default one. When there is none,
        a warning says so and the dashboard is stored as it is.
    type: dict
  folder:
    description:
      - The folder, by its title, its path of titles such as V(Platform/Production), or its uid. V(General) is the top.
      - Without this and O(folder_uid), a new dashboard comes to the top, and one that is there stays where it is.
    type: str
  folder_uid:
    description: The folder by its uid, which needs no request more. V(general) and an empty text are the top.
    type: str
  parent_folder:
    description: Uid of the folder below which O(folder) is looked for.
    type: str
  overwrite:
    description:
      - Whether a change that somebody else saved after the module had read the dashboard is overwritten. Otherwise that is an error.
    type: bool
    default: false
  commit_message:
    description: Words for the list of versions.
    type: str
  slug:
    description: Has no effect. Grafana finds dashboards by their uid.
    type: str
  owner:
    description:
      - A name that marks the dashboard as belonging to whoever uses the same name; see M(observability.stack.grafana_dashboards).
    type: str
  take_over:
    description: Whether a dashboard that bears the mark of another O(owner) is taken from it. Otherwise that is an error.
    type: bool
    default: false
seealso:
  - module: observability.stack.grafana_dashboards
  - module: observability.stack.grafana_folder
"""

EXAMPLES = r"""
- name: A dashboard from a file, in a folder
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    path: "{{ playbook_dir }}/dashboards/orders.json"
    folder: Shop/Production
    commit_message: "{{ release }}"

- name: From a template, with a uid of one's own, marked, whoever changed it meanwhile
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    dashboard: "{{ lookup('ansible.builtin.template', 'orders.json.j2') }}"
    uid: orders
    title: Orders of today
    folder_uid: shop
    owner: shop
    take_over: true
    overwrite: true

- name: Node Exporter Full from grafana.com
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    dashboard_id: "1860"
    dashboard_revision: "37"
    inputs:
      DS_PROMETHEUS: Prometheus

- name: The same from a mirror, into a folder below another
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    dashboard_id: "1860"
    library_url: https://mirror.example.com/grafana.com
    parent_folder: platform
    folder: Hosts

- name: Keep a dashboard in a file
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    state: export
    uid: orders
    path: /srv/dashboards/orders.json

- name: Remove a dashboard
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    state: absent
    uid: orders

- name: Remove the dashboard of a file
  observability.stack.grafana_dashboard:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    state: absent
    path: "{{ playbook_dir }}/dashboards/orders.json"
"""

RETURN = r"""
uid:
  description: The dashboard's uid. Not returned in check mode for one that would be made.
  type: str
  returned: when one dashboard was described
msg:
  description: What was done, in words.
  type: str
  returned: when one dashboard was described
  sample: Dashboard Orders updated
dashboard:
  description: The C(uid), C(title), C(folder_uid), C(url) and C(owner) of the dashboard; empty when it was removed.
  type: dict
  returned: when one dashboard was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one dashboard was described
results:
  description: For each dashboard its C(action), C(object), the C(reasons) (options that differed) and the C(dashboard).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.dashboard import DASHBOARD, Dashboards
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run


def main():
    """Entry point."""
    run(
        Dashboards(DASHBOARD),
        {
            "state": {"type": "str", "choices": ["present", "absent", "export"], "default": "present"},
            "take_over": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("path", "dashboard_id", "dashboard"), ("uid", "slug"), ("org_id", "org_name"), ("folder", "folder_uid")],
        required_if=[("state", "export", ["path"])],
    )


if __name__ == "__main__":
    main()
