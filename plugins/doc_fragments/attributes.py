# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Attributes that describe how a module behaves."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and say what it would do, without writing anything.
  diff_mode:
    description: Says in diff mode what changes, or would change in check mode.
"""

    READ_ONLY = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and say what it would do, without writing anything.
    support: full
    details: The module never changes anything, so it does the same in check mode.
  diff_mode:
    description: Says in diff mode what changes, or would change in check mode.
    support: none
    details: Nothing is ever changed.
"""
