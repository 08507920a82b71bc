#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: grafana_annotation
short_description: Manage annotations in Grafana
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Marks a moment or a span of time on dashboards, changes such marks and removes them.
  - Annotations have no names. With O(time), an annotation is the one that begins then on the same dashboard and panel, so that
    a second run changes nothing. Without O(time) and O(id) every run makes a new one, which begins now.
extends_documentation_fragment:
  - observability.stack.grafana
  - observability.stack.grafana.bulk
options:
  text:
    description: What is said. Needed for a new annotation.
    type: str
  tags:
    description: Tags, by which dashboards choose annotations to show. Their order means nothing.
    type: list
    elements: str
  time:
    description: When it begins, in milliseconds since 1970 or as a time of ISO 8601 such as V(2026-05-01T12:00:00Z).
    type: str
  time_end:
    description: When it ends, in the same forms. Without it, it is a moment.
    type: str
  dashboard_uid:
    description: The only dashboard that shows it. Without it, it belongs to the organization.
    type: str
  panel_id:
    description: The only panel of that dashboard that shows it.
    type: int
  id:
    description: Number of an annotation that is there.
    type: int
seealso:
  - module: observability.stack.grafana_dashboard
"""

EXAMPLES = r"""
- name: Say that a version goes out now
  observability.stack.grafana_annotation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    text: "Version {{ release }}"
    tags: [deployment, shop]

- name: A maintenance on one panel, once, however often this runs
  observability.stack.grafana_annotation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    text: Database moved
    time: "2026-05-01T12:00:00Z"
    time_end: "2026-05-01T14:30:00+02:00"
    dashboard_uid: orders
    panel_id: 4

- name: Say when it ended
  observability.stack.grafana_annotation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    id: 17
    time_end: "1777638600000"

- name: Remove one
  observability.stack.grafana_annotation:
    url: https://grafana.example.com
    token: "{{ grafana_token }}"
    id: 17
    state: absent
"""

RETURN = r"""
annotation:
  description: The annotation as the API describes it; empty when it was removed.
  type: dict
  returned: when one annotation was described
action:
  description: What was done with it - V(created), V(updated), V(deleted) or V(unchanged).
  type: str
  returned: when one annotation was described
results:
  description: For each annotation its C(action), C(object), the C(reasons) (options that differed) and the C(annotation).
  type: list
  elements: dict
  returned: when O(items) were given
"""

from ansible_collections.observability.stack.plugins.module_utils.grafana.annotation import ANNOTATION, Annotations
from ansible_collections.observability.stack.plugins.module_utils.grafana.module import run


def main():
    """Entry point."""
    run(Annotations(ANNOTATION))


if __name__ == "__main__":
    main()
