# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where everything of one service lives on a host."""
from __future__ import annotations

import os

STATE_ROOT = "/var/lib/observability.stack"
RUN_ROOT = "/run/observability.stack"
UNIT_DIR = "/etc/systemd/system"
# Vendor drop-ins: /etc/systemd/system/<name>.service.d stays the administrator's, so that `systemctl edit` never
# writes into a generation.
DROPIN_DIR = "/usr/local/lib/systemd/system"
DROPIN_NAME = "50-observability.conf"


class Layout:
    """The paths of one service; pure names, nothing is touched.

    :param name: systemd unit without ``.service``.
    :param config_dir: holds ``current``, ``generations`` and the public links.
    :param release_root: holds programs as ``<release>/<version>``.
    :param release: name of the release (several units may share one).
    """

    def __init__(self, name: str, config_dir: str = "", release_root: str = "/opt/observability", release: str = ""):
        self.name = name
        self.config_dir = config_dir or os.path.join("/etc", name)
        self.release_root = release_root
        self.releases = os.path.join(release_root, release or name)
        self.generations = os.path.join(self.config_dir, "generations")
        self.current = os.path.join(self.config_dir, "current")
        self.manifest = os.path.join(STATE_ROOT, "services", name + ".json")
        self.progress = os.path.join(RUN_ROOT, name + ".phase")
        self.lock = os.path.join(RUN_ROOT, name + ".lock")
        self.staging_lock = os.path.join(RUN_ROOT, "staging-%s.lock" % (release or name))
        self.release_lock = os.path.join(RUN_ROOT, "release-%s.lock" % (release or name))
        self.unit = os.path.join(UNIT_DIR, name + ".service")
        self.dropin_link = os.path.join(DROPIN_DIR, name + ".service.d")
        self.unit_tree = os.path.join(self.current, "unit.d")

    def generation(self, number: int) -> str:
        """Return the directory of a generation."""
        return os.path.join(self.generations, str(number))

    def public(self, path: str) -> str:
        """Return the path at which people look for a file of the configuration tree."""
        return os.path.join(self.config_dir, path)
