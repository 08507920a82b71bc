# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Complete a role's own part of a service description with what every role has in common."""

from __future__ import annotations

DOCUMENTATION = r"""
name: service_description
short_description: Complete a role's part of a service description
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Adds what every role has in common to the role's own part, so that a role states only what is its own.
  - Release, archives, account, listen addresses, web configuration (TLS, users), state, pass-through of flags, environment and unit
    directives are read from the variables C(<role>_version), C(<role>_web_listen_address) and so on.
  - The result is the O(observability.stack.service_release#module:service) option of M(observability.stack.service_release).
options:
  _input:
    description:
      - The role's own part, keys as in M(observability.stack.service_release).
      - Two keys more are C(package.exec) and C(package.unit), the names of the program and of its unit in package mode.
    type: dict
    required: true
  role:
    description: The role's name, which is also the prefix of its variables and the program's name in the lock file.
    type: str
    required: true
"""

EXAMPLES = r"""
# roles/node_exporter/vars/main.yml
__node_exporter_service: "{{ __node_exporter_own | observability.stack.service_description('node_exporter') }}"
"""

RETURN = r"""
_value:
  description: The whole description.
  type: dict
"""

import jinja2
from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.filter.release_archives import LOCK
from ansible_collections.observability.stack.plugins.plugin_utils import releases
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain
from ansible_collections.observability.stack.plugins.plugin_utils.service_description import (
    COMMON_VARIABLES,
    OPTIONAL_VARIABLES,
    complete,
)
from ansible_collections.observability.stack.plugins.plugin_utils.web_config import web_config_text


def _variable(context: jinja2.runtime.Context, name: str, missing: object = None):
    value = context.resolve(name)
    if not isinstance(value, jinja2.Undefined):
        return plain(value)
    if missing is not None and name not in context:
        return missing
    # Its text is the error: which variable, and why it has no value.
    raise AnsibleFilterError("%s has no value: %s" % (name, value._undefined_message))


@jinja2.pass_context
def service_description(context: jinja2.runtime.Context, own: dict, role: str) -> dict:
    values = {name: _variable(context, "%s_%s" % (role, name)) for name in COMMON_VARIABLES}
    for name in OPTIONAL_VARIABLES:
        values[name] = _variable(context, "%s_%s" % (role, name), missing="")
    try:
        archives = _release(context, role, values)
        web = values["web_config"]
        web_text = web_config_text(web, salt_seed=_variable(context, "inventory_hostname")) if any(web.values()) else ""
        shared = {name: _variable(context, name, missing="") for name in ("observability_scrape_username", "observability_scrape_password")}
        return complete(own, role, values, archives, web_text, shared)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None


def _release(context: jinja2.runtime.Context, role: str, values: dict) -> list:
    """Return the archives of the wanted release, and put its exact version into *values*."""
    program = releases.find_program(releases.load_lock(LOCK), role)
    if values["install_method"] == "package":
        values["version"] = "" if releases.is_latest(values["version"]) else values["version"]
        return []
    values["version"] = releases.clean_version(role, values["version"], program["version"])
    return releases.archives(
        role,
        values["version"],
        LOCK,
        mirror_url=values["mirror_url"],
        binary_url=values["binary_url"],
        checksums_url=values["checksums_url"],
        lock_files=_variable(context, "observability_lock_files", missing=[]),
    )


class FilterModule:
    def filters(self) -> dict:
        return {"service_description": service_description}
