# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Files of the controller that match patterns."""

from __future__ import annotations

DOCUMENTATION = r"""
name: find_files
short_description: Find files of the controller by patterns
version_added: "0.1.0"
author: observability.stack contributors (@observability-stack)
description:
  - Looks where P(ansible.builtin.fileglob#lookup) looks, but says nothing when a directory is not there, so that a role can have a
    pattern as its default.
positional: _input, search_path
options:
  _input:
    description: Patterns. Relative ones are looked for in C(files) of each directory of the search path, then in the directory itself.
    type: list
    elements: str
    required: true
  search_path:
    description: The magic variable C(ansible_search_path).
    type: list
    elements: path
    required: true
"""

EXAMPLES = r"""
paths: "{{ ['alertmanager/templates/*.tmpl'] | observability.stack.find_files(ansible_search_path) }}"
"""

RETURN = r"""
_value:
  description: Absolute paths, ordered by file name. For each pattern, those of the first directory that has any.
  type: list
  elements: path
"""

from pathlib import Path

from ansible.errors import AnsibleFilterError


def find_files(patterns: list, search_path: list) -> list:
    if isinstance(patterns, str):
        raise AnsibleFilterError("%r is one pattern; give a list of patterns" % str(patterns))
    found: dict[str, Path] = {}
    for pattern in patterns:
        for path in _matches(Path(str(pattern)).expanduser(), [Path(str(one)) for one in search_path]):
            if found.setdefault(path.name, path) != path:
                raise AnsibleFilterError(
                    "%s and %s have the same name, and would become one file on the host" % (found[path.name], path)
                )
    return [str(found[name]) for name in sorted(found)]


def _matches(pattern: Path, search_path: list) -> list:
    if pattern.is_absolute():
        places, relative = [Path(pattern.anchor)], str(pattern.relative_to(pattern.anchor))
    else:
        places, relative = [place for one in search_path for place in (one / "files", one)], str(pattern)
    for place in places:
        found = [path for path in place.glob(relative) if path.is_file()]
        if found:
            return found
    return []


class FilterModule:
    def filters(self) -> dict:
        return {"find_files": find_files}
