# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kernel's limit that many hosts on one machine meet first.

Each host's systemd holds about six inotify instances, and all hosts together count as one user. With the kernel's usual 128
the twentieth host ends in its boot ("Failed to create inotify object: Too many open files").
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.lab.core import say, write

INSTANCES = Path("/proc/sys/fs/inotify/max_user_instances")
ENOUGH = 2048


def ensure(record: Path, setting: Path = INSTANCES) -> None:
    """Raise the limit while hosts run; the file ``record`` keeps the former value. With INSTALL=0, or where it may not be set, only say so."""
    now = int(setting.read_text())
    if now >= ENOUGH:
        return
    if os.environ.get("INSTALL") != "0":
        try:
            setting.write_text(f"{ENOUGH}\n")
        except OSError:
            pass
        else:
            if not record.exists():
                write(record, f"{now}\n")
            say(f"fs.inotify.max_user_instances raised from {now} to {ENOUGH} until the last lab goes down, so that many hosts can run")
            return
    say(f"fs.inotify.max_user_instances is {now}: enough for about {now // 6} hosts. For more: sysctl fs.inotify.max_user_instances={ENOUGH}")


def restore(record: Path, setting: Path = INSTANCES) -> None:
    """Put the former value back, if there is one."""
    if record.exists():
        setting.write_text(record.read_text())
        record.unlink()
