# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A configuration as the text of its file."""

from __future__ import annotations

DOCUMENTATION = r"""
name: config_text
short_description: Write a configuration as YAML text
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Writes YAML with its keys in the order given, without aliases, and text of several lines as it reads.
  - The first line says which role the file is from.
options:
  _input:
    description: The configuration.
    type: dict
    required: true
  role:
    description: The role's name.
    type: str
    required: true
"""

EXAMPLES = r"""
text: "{{ {'modules': {}} | observability.stack.config_text('blackbox_exporter') | string }}"
"""

RETURN = r"""
_value:
  description: The text, ending in a newline.
  type: str
"""

from ansible_collections.observability.stack.plugins.plugin_utils.plain import to_yaml

#: The first line of every file that a role writes.
HEADER = "Written by the role observability.stack.%s. Changes made here are undone by its next run."


def config_text(config: dict, role: str) -> str:
    return to_yaml(config, header=HEADER % role)


class FilterModule:
    def filters(self) -> dict:
        return {"config_text": config_text}
