# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: verify_password
short_description: The password by which the playbook verify logs in to a server
version_added: 0.1.0
author: observability.stack contributors
description:
  - Looks up the password where the inventory holds it, so that no plan and no result has to carry it.
  - This is a part of the playbook C(observability.stack.verify).
positional: _input, hostvars
options:
  _input:
    description: The key C(login) of a server in the plan that P(observability.stack.verify_plan#filter) made.
    type: dict
    required: true
  hostvars:
    description: The magic variable C(hostvars).
    type: dict
    required: true
"""

EXAMPLES = r"""
url_password: "{{ item.login | observability.stack.verify_password(hostvars) }}"
"""

RETURN = r"""
_value:
  description: The password; empty when the inventory does not hold it.
  type: str
"""

from ansible_collections.observability.stack.plugins.plugin_utils.host_variables import host_variables
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.login import api_credential


def verify_password(login, hostvars):
    """Return the password of the user that the login names, or ''."""
    known = api_credential(str(login["service"]), host_variables(hostvars)(str(login["host"]))) if login["user"] else None
    return known.password if known else ""


class FilterModule:
    """The filter verify_password."""

    def filters(self):
        return {"verify_password": verify_password}
