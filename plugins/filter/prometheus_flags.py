# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: prometheus_flags
short_description: The command line of Prometheus
version_added: 0.1.0
author: observability.stack contributors
description:
  - Turns the variables of the role P(observability.stack.prometheus#role) into flags that the given version knows.
options:
  _input:
    description: The version of Prometheus; empty when it is not known.
    type: str
    required: true
  endpoints:
    description: Endpoints of P(observability.stack.endpoints#filter), among them the server's own.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
# roles/prometheus/vars/main.yml
__prometheus_flags: "{{ __prometheus_release | observability.stack.prometheus_flags(__prometheus_group) }}"
"""

RETURN = r"""
_value:
  description: Flag names, without dashes, and their values.
  type: dict
"""

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils import prometheus_flags as core
from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_record import base_url
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_settings import SETTINGS
from ansible_collections.observability.stack.plugins.plugin_utils.role_settings import role_settings


@jinja2.pass_context
def prometheus_flags(context, version, endpoints=()):
    """Return the flags that follow from the role's variables."""
    settings = role_settings(context, "prometheus", SETTINGS)
    host = plain(context.resolve("inventory_hostname"))
    own = [base_url(record) for record in endpoints if (record["service"], record["host"]) == ("prometheus", host)]
    try:
        return core.prometheus_flags(settings, plain(version), own[0] if own else None)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter prometheus_flags."""

    def filters(self):
        return {"prometheus_flags": prometheus_flags}
