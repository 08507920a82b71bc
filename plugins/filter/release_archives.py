# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter `release_archives`; its documentation is in release_archives.yml."""

from __future__ import annotations

import os

from ansible.errors import AnsibleFilterError
from ansible_collections.observability.stack.plugins.plugin_utils import releases

LOCK = os.path.join(os.path.dirname(__file__), "..", "..", "versions.lock.yml")


def release_archives(program, version="", mirror_url="", binary_url="", checksums_url="", lock_files=()):
    """Returns the archives of a release; see releases.archives."""
    if isinstance(lock_files, str):
        raise AnsibleFilterError(f"observability_lock_files must be a list of paths, and is the text {lock_files!r}.")
    try:
        return releases.archives(
            program,
            version,
            LOCK,
            mirror_url=mirror_url or "",
            binary_url=binary_url or "",
            checksums_url=checksums_url or "",
            lock_files=lock_files or (),
        )
    except releases.ReleaseError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self):
        """Returns the filters of this file by name."""
        return {"release_archives": release_archives}
