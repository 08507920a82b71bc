# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kernel's limit that many hosts on one machine meet first.

Each host's systemd holds about six inotify instances, and all hosts together count as one user. With the kernel's usual 128
the twentieth host hangs in its boot ("Failed to create inotify object: Too many open files").
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.lab.core import say

INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
ENOUGH = 1024


def ensure(setting: Path = INSTANCES) -> None:
    """Raise the limit until the machine's next boot; it is never lowered. With INSTALL=0, or where it may not be set, only say so."""
    try:
        now = int(setting.read_text())
    except (OSError, ValueError):
        return
    if now >= ENOUGH:
        return
    if os.environ.get("INSTALL") != "0":
        try:
            setting.write_text(f"{ENOUGH}\n")
        except OSError:
            pass
        else:
            say(f"fs.inotify.max_user_instances raised from {now} to {ENOUGH} until this machine's next boot, so that many hosts can run")
            return
    say(f"fs.inotify.max_user_instances is {now}: enough for about {now // 6} hosts. For more: sysctl fs.inotify.max_user_instances={ENOUGH}")
