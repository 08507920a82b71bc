# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the mirror says when it cannot go on."""


class MirrorError(Exception):
    """A sentence: what could not be had, why, and what to do."""
