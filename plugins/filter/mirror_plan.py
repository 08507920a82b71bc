# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter `mirror_plan`; its documentation is in mirror_plan.yml."""

from __future__ import annotations

import os

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils import mirror_plan as core
from ansible_collections.observability.stack.plugins.plugin_utils.releases import ReleaseError

LOCK = os.path.join(os.path.dirname(__file__), "..", "..", "versions.lock.yml")


def mirror_plan(directory, lock, programs=(), architectures=("amd64", "arm64"), upstream=""):
    """Returns what a mirror directory must hold; see mirror_plan.plan."""
    if isinstance(programs, str) or isinstance(architectures, str):
        raise AnsibleFilterError("observability_mirror_programs and observability_mirror_architectures must be lists.")
    try:
        return core.plan(directory, LOCK, lock, programs=programs, architectures=architectures, upstream=upstream)
    except ReleaseError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self):
        """Returns the filters of this file by name."""
        return {"mirror_plan": mirror_plan}
