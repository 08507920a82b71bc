# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: prometheus_files
short_description: All files of Prometheus' configuration
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the variables of the role P(observability.stack.prometheus#role) and the endpoints of the inventory into the
    files that M(observability.stack.service_release) takes.
options:
  _input:
    description: The endpoints of this host's stack, from P(observability.stack.endpoints#filter).
    type: list
    elements: dict
    required: true
  version:
    description: The version of Prometheus; empty when it is not known.
    type: str
    required: true
  servers:
    description: The Prometheus endpoints of all stacks, for federation.
    type: list
    elements: dict
    default: []
  alert_rules:
    description: Rule files, path on the controller to text.
    type: dict
    default: {}
  static_targets:
    description: Files of targets, path on the controller to text.
    type: dict
    default: {}
  scrape_configs:
    description: Files of scrape jobs, path on the controller to text.
    type: dict
    default: {}
  hostvars:
    description: The magic variable C(hostvars), where the passwords of the endpoints are looked up.
    type: dict
    default: {}
  text:
    description: The user's own prometheus.yml, which takes the place of the one made here. Empty for none.
    type: str
    default: ""
"""

EXAMPLES = r"""
# roles/prometheus/vars/main.yml
__prometheus_files: "{{ __prometheus_endpoints | observability.stack.prometheus_files(version=__prometheus_release) }}"
"""

RETURN = r"""
_value:
  description: Files with the keys C(path), C(content), C(on_change) and C(secret).
  type: list
  elements: dict
"""

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils import prometheus_files as core
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_credentials import credential
from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_settings import SETTINGS
from ansible_collections.observability.stack.plugins.plugin_utils.role_settings import role_settings


@jinja2.pass_context
def prometheus_files(context, endpoints, version, servers=(), alert_rules=None, static_targets=None, scrape_configs=None, hostvars=None, text=""):
    """Return the files of the configuration tree."""
    settings = role_settings(context, "prometheus", SETTINGS)
    given = {
        "alert_rules": plain(alert_rules or {}),
        "static_targets": plain(static_targets or {}),
        "scrape_configs": plain(scrape_configs or {}),
    }
    variables = host_variables(hostvars or {})

    def find(service, host):
        return credential(service, variables(host))

    try:
        return core.prometheus_files(settings, plain(version), plain(endpoints), plain(servers), given, plain(text), find)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter prometheus_files."""

    def filters(self):
        return {"prometheus_files": prometheus_files}
