#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_playlist
short_description: Manage playlists in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Makes, changes and removes playlists.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  name:
    description: Name of the playlist. Needed unless O(items) are given.
    type: str
  uid:
    description:
      - Unique identifier. With it a new O(name) renames the playlist.
      - A new playlist takes it since Grafana 12. Older servers choose it themselves, and it is an error to name one that is not there.
    type: str
  interval:
    description: How long each dashboard is shown, such as V(30s). Grafana takes V(5m) for a new playlist.
    type: str
  entries:
    description: What is shown, in this order.
    type: list
    elements: dict
    suboptions:
      type:
        description: Whether O(entries[].value) is the uid of a dashboard, or a tag that dashboards have.
        type: str
        choices: [dashboard_by_uid, dashboard_by_tag]
        required: true
      value:
        description: The uid or the tag.
        type: str
        required: true
seealso:
  - module: observability.stack.grafana_dashboard
"""

EXAMPLES = r"""
- name: Show two dashboards and all of a team in turn
  observability.stack.grafana_playlist:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    name: Wall
    interval: 30s
    entries:
      - {type: dashboard_by_uid, value: orders}
      - {type: dashboard_by_uid, value: stack-overview}
      - {type: dashboard_by_tag, value: team-a}

- name: Rename it
  observability.stack.grafana_playlist:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    uid: fg4xm1ry4p1j4d
    name: Wall of the hall
"""

RETURN = r"""
playlist:
  description: The playlist as the API describes it; empty when it was removed.
  type: dict
  returned: when one playlist was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one playlist was described
results:
  description: For each playlist its C(action), C(object), the C(reasons) (options that differed) and the C(playlist).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run
from ansible_collections.observability.stack.plugins.module_utils.grafana.playlist import PLAYLIST, Playlists


def main():
    """Entry point."""
    run(Playlists(PLAYLIST))


if __name__ == "__main__":
    main()
