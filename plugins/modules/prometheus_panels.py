#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: prometheus_panels
short_description: Ask Prometheus what the panels of Grafana dashboards ask
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Runs the query of every panel and annotation of dashboards against Prometheus, Thanos, Mimir or anything else with
    Prometheus' query API, with values for the dashboards' variables, and tells which are refused and which find nothing.
  - No Grafana is needed. It reads only, and fails only when the server does not answer; what to make of the findings is yours.
  - Queries of panels that show the latest value run at the present moment, others over O(range).
extends_documentation_fragment:
  - observability.stack.api
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  dashboards:
    description: What the dashboards ask, as P(observability.stack.dashboard_queries#filter) makes it of their JSON.
    type: list
    elements: dict
    required: true
  scrape_interval:
    description: The shortest interval of the server's scrapes; Grafana's C($__rate_interval) is at least four times as long.
    type: str
    default: 15s
  range:
    description: The time that the dashboards show, up to now.
    type: str
    default: 15m
  wait:
    description:
      - Seconds to wait until every panel that should have data has some; V(0) asks once.
      - After an installation rates need two scrapes.
    type: float
    default: 0.0
seealso:
  - module: observability.stack.prometheus_query
  - plugin: observability.stack.dashboard_queries
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Ask what a dashboard asks
  observability.stack.prometheus_panels:
    url: http://prometheus.example.com:9090
    dashboards: "{{ [lookup('ansible.builtin.file', 'shop.json') | from_json] | observability.stack.dashboard_queries }}"
  register: asked
  delegate_to: localhost

- name: Insist that Prometheus takes every query
  ansible.builtin.assert:
    that: asked.dashboards | map(attribute='errors') | flatten | length == 0
"""

RETURN = r"""
dashboards:
  description: One entry for each dashboard, in the order given.
  type: list
  elements: dict
  returned: success
  contains:
    uid:
      description: The dashboard's uid.
      type: str
    title:
      description: The dashboard's title.
      type: str
    panels:
      description: How many panels and annotations ask Prometheus something.
      type: int
    queries:
      description: How many queries they have.
      type: int
    errors:
      description: Queries that the server refused, each with C(panel), C(ref), C(query) and C(message).
      type: list
      elements: dict
    empty:
      description: Panels of which no query found anything, each with C(panel) and C(may_be_empty).
      type: list
      elements: dict
    silent:
      description: Queries that found nothing in panels where others did, each with C(panel) and C(ref).
      type: list
      elements: dict
    without_values:
      description: Names of variables for which there was no value.
      type: list
      elements: str
"""

from ansible_collections.observability.stack.plugins.module_utils.engine.connection import run_api_module
from ansible_collections.observability.stack.plugins.module_utils.prometheus.api import Prometheus
from ansible_collections.observability.stack.plugins.module_utils.prometheus.panels import Run

OPTIONS = {
    "dashboards": {"type": "list", "elements": "dict", "required": True},
    "scrape_interval": {"type": "str", "default": "15s"},
    "range": {"type": "str", "default": "15m"},
    "wait": {"type": "float", "default": 0.0},
}


def work(params, client_for, check_mode):
    """What was found for each dashboard."""
    run = Run(Prometheus(client_for(params["url"])), params["scrape_interval"], params["range"])
    return {"dashboards": run.until_filled(params["dashboards"], params["wait"])}


def main():
    """Entry point."""
    run_api_module(OPTIONS, work)


if __name__ == "__main__":
    main()
