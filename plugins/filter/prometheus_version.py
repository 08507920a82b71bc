# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: prometheus_version
short_description: The version of Prometheus that a host will run
version_added: 0.1.0
author: observability.stack contributors
description:
  - The version decides which options go to the command line and which to the configuration file.
  - By archive it is the version given, or the lock file's. By package it is the version given, or else, when facts are
    known, the version of the distribution's package.
positional: _input, install_method, distribution_release
options:
  _input:
    description: The value of C(prometheus_version).
    type: str
    required: true
  install_method:
    description: The value of C(prometheus_install_method).
    type: str
    default: archive
  distribution_release:
    description: The code name of the distribution, such as V(trixie), when it is known.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Show the version
  ansible.builtin.debug:
    msg: "{{ '' | observability.stack.prometheus_version('package', 'trixie') }}" # 2.53.3
"""

RETURN = r"""
_value:
  description: The version without a leading v; empty when it is not known.
  type: str
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.filter.release_archives import LOCK
from ansible_collections.observability.stack.plugins.plugin_utils import releases
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.prometheus_features import PACKAGE_VERSIONS


def prometheus_version(version, install_method="archive", distribution_release=""):
    """Return the version that is installed, or '' when it is not known."""
    version = str(plain(version) or "")
    if install_method == "package":
        return ("" if releases.is_latest(version) else version) or PACKAGE_VERSIONS.get(distribution_release, "")
    default = releases.find_program(releases.load_lock(LOCK), "prometheus")["version"]
    try:
        return releases.clean_version("prometheus", version, default)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """The filter prometheus_version."""

    def filters(self):
        return {"prometheus_version": prometheus_version}
