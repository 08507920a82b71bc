# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alertmanager's configuration from the role's settings."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alertmanager_config
short_description: Build Alertmanager's configuration
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Builds Alertmanager's configuration from the settings of the role P(observability.stack.alertmanager#role).
  - Warns when alerts would be sent to nobody.
options:
  _input:
    description:
      - "The settings: C(global), C(receivers), C(route), C(routes_by), C(default_receiver), C(inhibit_rules), C(inhibit_defaults),
        C(time_intervals), C(templates), C(verify_port), C(extra)."
    type: dict
    required: true
"""

EXAMPLES = r"""
config: "{{ __alertmanager_settings | observability.stack.alertmanager_config }}"
"""

RETURN = r"""
_value:
  description: The configuration with upstream's keys.
  type: dict
"""

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display
from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_config import NO_RECEIVER_HINT, build


def alertmanager_config(settings: dict) -> dict:
    if not settings["receivers"]:
        Display().warning(NO_RECEIVER_HINT)  # shown once, however many hosts
    try:
        return build(settings)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    def filters(self) -> dict:
        return {"alertmanager_config": alertmanager_config}
