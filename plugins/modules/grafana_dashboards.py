#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_dashboards
short_description: Bring a whole set of dashboards into Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Saves all dashboards of a directory or a list, hundreds at once, and makes the folders that they belong into.
  - Everything is read and found fit before the first request, and compared before the first write. Only what differs is written,
    several at a time. A run that was interrupted is continued by the next one.
  - With an O(owner), each dashboard bears its mark, and O(prune) removes those that bear it and are no longer in the set.
    Nothing else is ever removed. Folders stay.
  - The mark is an annotation (C(observability.stack/owner)) where the server keeps annotations, which Grafana 13 does; elsewhere it
    is a tag (V(ansible:) and the name).
extends_documentation_fragment:
  - observability.stack.grafana
options:
  state:
    description: With V(absent), all dashboards that bear the mark of O(owner) are removed.
    type: str
    choices: [present, absent]
    default: present
  path:
    description: Directory with JSON files, on the host that runs the module. Files and directories whose names begin with a dot are left out.
    type: path
  pattern:
    description: Patterns, one of which the names of the files have.
    type: list
    elements: str
    default: ['*.json']
  folders_from_files_structure:
    description: Whether each directory below O(path) is a folder of the same name, and one inside another a folder inside a folder.
      Otherwise all dashboards go into one folder.
    type: bool
    default: true
  dashboards:
    description: The dashboards as a list, instead of O(path).
    type: list
    elements: dict
    suboptions:
      uid:
        description: Unique identifier. It goes before the one that the dashboard itself has.
        type: str
      title:
        description: Another title than the one that the dashboard has.
        type: str
        aliases: [name]
      dashboard:
        description: The dashboard itself, as a mapping or as JSON text.
        type: raw
      path:
        description: JSON file with the dashboard, or an address from which it is fetched.
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
        description: A mirror of grafana.com.
        type: str
      inputs:
        description: Values of the inputs that this dashboard asks for, before those of O(inputs).
        type: dict
      folder:
        description: Its folder below O(folder), as a path of titles.
        type: str
  folder:
    description: The folder around all, as a path of titles such as V(Platform/Production). It is made when it is missing.
    type: str
  folder_uid:
    description: The folder around all by its uid. It must be there.
    type: str
  inputs:
    description: Values of the inputs that shared dashboards ask for, as in M(observability.stack.grafana_dashboard).
    type: dict
  owner:
    description: A name that marks the dashboards as belonging to this set. Two sets in one organization need two names.
    type: str
  prune:
    description:
      - Whether dashboards that bear the mark of O(owner) and are not in the set are removed.
      - An empty set is an error then, since it is more likely a wrong path than a wish.
    type: bool
    default: false
  take_over:
    description: Whether a dashboard that bears the mark of another owner is taken from it. Otherwise that is an error.
    type: bool
    default: false
  overwrite:
    description: Whether a change that somebody else saved after the module had read the dashboard is overwritten.
    type: bool
    default: false
  commit_message:
    description: Words for the list of versions.
    type: str
seealso:
  - module: observability.stack.grafana_dashboard
  - module: observability.stack.grafana_folder
"""

EXAMPLES = r"""
- name: A directory of dashboards; its directories are folders, and what was removed from it goes
  observability.stack.grafana_dashboards:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    path: "{{ playbook_dir }}/dashboards"
    folder: Platform
    owner: platform
    prune: true
    commit_message: "{{ release }}"
  delegate_to: localhost

- name: All files of a tree in one folder, whatever others did to them
  observability.stack.grafana_dashboards:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    path: /srv/dashboards
    pattern: ['*.json', '*.dashboard']
    folders_from_files_structure: false
    folder_uid: platform
    owner: platform
    take_over: true
    overwrite: true

- name: A list
  observability.stack.grafana_dashboards:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    inputs: {DS_PROMETHEUS: Prometheus}
    dashboards:
      - {dashboard_id: "1860", dashboard_revision: "37", folder: Hosts}
      - {path: https://example.com/orders.json, uid: orders, title: Orders of today}
      - {dashboard: "{{ lookup('ansible.builtin.template', 'shop.json.j2') }}", inputs: {DS_PROMETHEUS: Thanos}}
      - {dashboard_id: "7249", library_url: https://mirror.example.com/grafana.com}

- name: Remove all that is left of a set
  observability.stack.grafana_dashboards:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    state: absent
    owner: platform
"""

RETURN = r"""
results:
  description: For each dashboard its C(action), C(object), C(uid), C(title) and the C(reasons) (what differed).
  type: list
  elements: dict
  returned: success
counts:
  description: How many dashboards were C(created), C(updated), C(deleted) and C(unchanged).
  type: dict
  returned: success
  sample: {created: 3, updated: 1, deleted: 0, unchanged: 496}
folders:
  description: The folders that were made, as paths of titles.
  type: list
  elements: str
  returned: success
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.dashboards import run


def main():
    """Entry point."""
    run()


if __name__ == "__main__":
    main()
