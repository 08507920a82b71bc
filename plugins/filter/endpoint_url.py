# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The address of one host's service."""

from __future__ import annotations

DOCUMENTATION = r"""
name: endpoint_url
short_description: URL of a service on one host
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Picks a host's record from endpoint records and returns its URL.
positional: _input, host
options:
  _input:
    description: Endpoint records of one service, as P(observability.stack.endpoints#filter) returns them.
    type: list
    elements: dict
    required: true
  host:
    description: The host's name in the inventory.
    type: str
    required: true
"""

EXAMPLES = r"""
url: "{{ groups | observability.stack.endpoints(hostvars, inventory_hostname, 'alertmanager')
         | observability.stack.endpoint_url(inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: The URL without a slash at its end, or an empty text when the host has no such record.
  type: str
"""

from ansible_collections.observability.stack.plugins.plugin_utils.endpoint_record import base_url


def endpoint_url(records: list, host: str) -> str:
    """Return the URL of *host*'s record, or ''."""
    return next((base_url(record) for record in records if record["host"] == host), "")


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict:
        """Returns the filters of this file by name."""
        return {"endpoint_url": endpoint_url}
