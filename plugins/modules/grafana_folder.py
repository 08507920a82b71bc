#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_folder
short_description: Manage folders in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, renames, moves and removes folders, nested ones too.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  title:
    description: Title of the folder. Needed unless O(items) are given.
    type: str
    aliases: [name]
  uid:
    description:
      - Unique identifier of the folder. With it a folder is found whatever its title is, so a new O(title) renames it.
      - Without it, the folder is the one of that title below its parent.
    type: str
  parent_uid:
    description:
      - Unique identifier of the folder around it. Together with O(uid), another one moves the folder.
      - V(general) and an empty text mean the top level.
    type: str
  parent:
    description: The folder around it by its path of titles, for instance V(Platform/Production), instead of O(parent_uid).
    type: str
  description:
    description: Words about the folder. Grafana does not tell them again, so they are sent only with a new folder.
    type: str
  force_delete_rules:
    description: Whether alert rules in the folder are removed with it; otherwise they keep it from being removed.
    type: bool
    default: false
seealso:
  - module: observability.stack.grafana_permissions
"""

EXAMPLES = r"""
- name: Make a folder
  observability.stack.grafana_folder:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    title: Platform
    uid: platform

- name: Make several, one below another
  observability.stack.grafana_folder:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    items:
      - {title: Platform, uid: platform}
      - {title: Production, uid: platform-production, parent_uid: platform}

- name: Remove a folder with the alert rules in it
  observability.stack.grafana_folder:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: platform
    title: Platform
    state: absent
    force_delete_rules: true
"""

RETURN = r"""
folder:
  description: The folder as the API describes it; empty when it was removed.
  type: dict
  returned: when one folder was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one folder was described
results:
  description: For each folder its C(action), C(object), the C(reasons) (options that differed) and the C(folder).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.folder import FOLDER, Folders
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run


def main():
    """Entry point."""
    run(Folders(FOLDER), {"force_delete_rules": {"type": "bool", "default": False}})


if __name__ == "__main__":
    main()
