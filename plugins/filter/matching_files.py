# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: matching_files
short_description: Files on the controller that match patterns
version_added: 0.1.0
author: observability.stack contributors
description:
  - Finds files by patterns, below the first of some directories in which a pattern matches anything.
  - Unlike the lookup P(ansible.builtin.fileglob#lookup) it also looks beside the inventory, since a playbook that is run from a
    collection has no files of its user's beside it, and it finds nothing without a warning.
positional: _input, directories
options:
  _input:
    description: Patterns of names, such as V(prometheus/rules/*.yml). Absolute ones are taken as they are.
    type: list
    elements: str
    required: true
  directories:
    description:
      - Directories to look below, the first one first. C(files) below each is looked at before itself.
      - A file stands for its directory, so that C(ansible_inventory_sources) can be given.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the rule files beside the playbook or the inventory
  ansible.builtin.debug:
    msg: "{{ ['prometheus/rules/*.yml'] | observability.stack.matching_files([playbook_dir] + (ansible_inventory_sources | list)) }}"
"""

RETURN = r"""
_value:
  description: Paths, each once, in the order of the patterns and then of their names.
  type: list
  elements: str
"""

import glob
import os.path

from ansible_collections.observability.stack.plugins.plugin_utils.plain import plain


def matching_files(patterns, directories):
    """Return the paths of the files that match."""
    found = {}
    for pattern in plain(patterns):
        for place in _places(plain(directories)):
            paths = [path for path in sorted(glob.glob(os.path.join(place, pattern))) if os.path.isfile(path)]
            if paths:
                found.update(dict.fromkeys(paths))
                break
    return list(found)


def _places(directories):
    found = {}
    for path in filter(None, directories):
        directory = os.path.dirname(path) if os.path.isfile(path) else path
        found.update(dict.fromkeys((os.path.join(directory, "files"), directory)))
    return list(found)


class FilterModule:
    """The filter matching_files."""

    def filters(self):
        return {"matching_files": matching_files}
