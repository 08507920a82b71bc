#!/usr/bin/python
# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: verify_report
short_description: Show proofs, write them to files, and fail when one does not hold
version_added: 0.1.0
author:
  - observability.stack contributors (@observability-stack)
description:
  - Prints proof records as a table and writes C(verify.json), C(verify.xml) (JUnit) and C(verify.html) on the controller.
  - This is the last step of the playbook C(observability.stack.verify). Proofs of your own can be added to its list.
extends_documentation_fragment:
  - observability.stack.attributes
attributes:
  check_mode:
    support: full
    details: In check mode no files are written.
  diff_mode:
    support: none
options:
  proofs:
    description:
      - Records with C(name), C(service), C(host), C(subject), C(ok), C(detail), C(seconds) and C(hint).
      - RV(ignore:ok) is true, false, or null for what could not be tried.
    type: list
    elements: dict
    required: true
  directory:
    description: Directory on the controller; made when it is missing.
    type: str
    default: reports
  run:
    description: Identification of the run.
    type: str
    required: true
  started:
    description: When the run began, as ISO 8601.
    type: str
    required: true
  seconds:
    description: How long it took.
    type: float
    required: true
"""

EXAMPLES = r"""
- name: Report a proof of one's own
  observability.stack.verify_report:
    proofs:
      - name: shop answers
        service: shop
        host: web1
        subject: ""
        ok: "{{ shop.status == 200 }}"
        detail: "status {{ shop.status }}"
        seconds: 0.2
        hint: Look at the journal of shop on web1.
    run: manual
    started: "{{ now(utc=true).isoformat() }}"
    seconds: 1.0
    directory: ./reports
"""

RETURN = r"""
summary:
  description: How many proofs there are (C(total)), how many C(passed), C(failed), and were C(not_tried).
  type: dict
  returned: always
files:
  description: Paths of the files that were written.
  type: list
  elements: str
  returned: always
"""
