# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finishing what must not wait for the plan: a roll-back that was killed."""
from __future__ import annotations

import os

from . import data, fs, manifest
from .layout import Layout
from .systemd import Unit


def finish_rollback(layout: Layout) -> None:
    """Bring generation and data back together when a roll-back was killed between the two.

    Each step may be done twice. What remains is a restart, which the plan finds in the manifest.
    """
    known = manifest.load(layout.manifest)
    pending = (known or {}).get("pending") or {}
    if pending.get("phase") != "rollback" or pending.get("from") is None:
        return
    fs.replace_link(layout.current, os.path.join("generations", str(pending["from"])))
    if pending.get("snapshots"):
        unit = Unit(layout.name)
        unit.daemon_reload()
        unit.act("stop")
        data.restore(pending["snapshots"])
    known["pending"] = dict(pending, phase="activate", action="restart", snapshots={})
    manifest.save(layout.manifest, known)
