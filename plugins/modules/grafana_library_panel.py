#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_library_panel
short_description: Manage library panels in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes, moves and removes library panels, which several dashboards share.
  - One that a dashboard uses is not removed; the error names the dashboards.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the panel. Needed unless O(items) are given.
    type: str
  uid:
    description:
      - Unique identifier. With it a panel is found whatever its name is, so a new O(name) renames it.
      - Without it, the panel is the one of that name in its folder, or the only one of that name when no folder is given.
    type: str
  model:
    description: The panel, as it stands in a dashboard. Needed for a new one; it replaces the one that is there.
    type: dict
  folder:
    description: Title, path of titles, or uid of the folder. V(General) is the top.
    type: str
  folder_uid:
    description: The folder by its uid, which needs no request more.
    type: str
  parent_folder:
    description: Uid of the folder below which O(folder) is looked for.
    type: str
seealso:
  - module: observability.stack.grafana_dashboard
"""

EXAMPLES = r"""
- name: A panel in a folder
  observability.stack.grafana_library_panel:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Requests
    uid: requests
    folder_uid: shop
    model:
      title: Requests
      type: timeseries
      datasource: {type: prometheus, uid: prometheus}
      targets:
        - {refId: A, expr: 'sum(rate(http_requests_total[5m]))'}

- name: Move it below another folder
  observability.stack.grafana_library_panel:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Requests
    uid: requests
    parent_folder: platform
    folder: Shared
"""

RETURN = r"""
library_panel:
  description: The panel as the API describes it; empty when it was removed.
  type: dict
  returned: when one library panel was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one library panel was described
results:
  description: For each library panel its C(action), C(object), the C(reasons) (options that differed) and the C(library_panel).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.library_panel import LIBRARY_PANEL, LibraryPanels
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run


def main():
    """Entry point."""
    run(
        LibraryPanels(LIBRARY_PANEL),
        mutually_exclusive=[("folder", "folder_uid")],
    )


if __name__ == "__main__":
    main()
