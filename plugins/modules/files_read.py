#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: files_read
short_description: Read many small text files of a host in one run
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Returns the text of all files that match some patterns, and when they were changed.
  - Use C(no_log) where they may hold secrets.
extends_documentation_fragment:
  - observability.stack.attributes
  - observability.stack.attributes.read_only
options:
  paths:
    description: Paths, or shell patterns of paths. What matches nothing is no error; links are followed.
    type: list
    elements: str
    required: true
  max_bytes:
    description: Largest sum of sizes to read; more is an error.
    type: int
    default: 16777216
"""

EXAMPLES = r"""
- name: Read the configuration and the rules
  observability.stack.files_read:
    paths:
      - /etc/prometheus/prometheus.yml
      - /etc/prometheus/rules/*.yml
  register: prometheus_files
  no_log: true
"""

RETURN = r"""
files:
  description: The files, sorted by path.
  type: list
  elements: dict
  returned: success
  contains:
    path:
      description: Path as it was found, not as links lead.
      type: str
    content:
      description: Text of the file; bytes that are not UTF-8 are replaced.
      type: str
    mtime:
      description: Unix seconds of the last change.
      type: float
"""

import glob
import os

from ansible.module_utils.basic import AnsibleModule

OPTIONS = {
    "paths": {"type": "list", "elements": "str", "required": True},
    "max_bytes": {"type": "int", "default": 16 * 1024 * 1024},
}


def read(path):
    """One file as the result describes it."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        return {"path": path, "content": stream.read(), "mtime": os.stat(path).st_mtime}


def work(module):
    """Read what the patterns match, unless it is too much."""
    found = sorted({path for pattern in module.params["paths"] for path in glob.glob(pattern) if os.path.isfile(path)})
    size = sum(os.path.getsize(path) for path in found)
    if size > module.params["max_bytes"]:
        module.fail_json(msg=f"The {len(found)} files have {size} bytes together. Name fewer, or raise max_bytes.")
    module.exit_json(changed=False, files=[read(path) for path in found])


def main():
    """Entry point."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        work(module)
    except OSError as error:
        module.fail_json(msg=f"{error.filename} cannot be read: {error.strerror}. Run the task with rights to read it.")


if __name__ == "__main__":
    main()
