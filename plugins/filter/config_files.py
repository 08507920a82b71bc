# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Names and texts as files of a service description."""

from __future__ import annotations

DOCUMENTATION = r"""
name: config_files
short_description: Turn names and texts into files of a service description
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Turns a mapping of file names to texts into C(files) of M(observability.stack.service_release).
options:
  _input:
    description: File names and their texts.
    type: dict
    required: true
  directory:
    description: The directory, below the configuration directory, that the files go to.
    type: str
    required: true
  on_change:
    description: What the service needs when one of the files changes.
    type: str
    choices: [reload, restart, none]
    default: restart
"""

EXAMPLES = r"""
files: "{{ {'mail.tmpl': text} | observability.stack.config_files('templates', on_change='reload') }}"
"""

RETURN = r"""
_value:
  description: The files.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain


def config_files(texts: dict, directory: str, on_change: str = "restart") -> list:
    files = []
    for name, text in plain(texts).items():
        if not isinstance(text, str):
            raise AnsibleFilterError(
                "%s/%s: the content must be text, not a %s. Text with {{ }} of another program's needs !unsafe." % (directory, name, type(text).__name__)
            )
        files.append({"path": "%s/%s" % (directory, name), "content": text, "on_change": on_change})
    return files


class FilterModule:
    def filters(self) -> dict:
        return {"config_files": config_files}
