# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""After an interrupted run: the roll-back that must not wait for the plan, and what lies about."""
from __future__ import annotations

import os

from . import data, fs, generation, manifest, release
from .layout import Layout
from .lock import held
from .systemd import Unit


def finish_rollback(layout: Layout) -> None:
    """Bring generation and data back together when a roll-back was killed between the two.

    Each step may be done twice. What remains is a restart, which the plan finds in the manifest.
    """
    known = manifest.load(layout.manifest)
    pending = (known or {}).get("pending") or {}
    if known is None or pending.get("phase") != "rollback" or pending.get("from") is None:
        return
    fs.replace_link(layout.current, os.path.join("generations", str(pending["from"])))
    if pending.get("snapshots"):
        unit = Unit(layout.name)
        unit.leave_alone()
        unit.daemon_reload()
        unit.act("stop")
        data.restore(pending["snapshots"])
    known["pending"] = dict(pending, phase="activate", action="restart", snapshots={})
    manifest.save(layout.manifest, known)


def clean_up(layout: Layout, known: dict, links: list) -> None:
    """Remove staging directories, half-written files and generations that nobody proved.

    :param known: the manifest; links: the public paths that the description wants.
    """
    proven = known["committed"] if known["committed"] is not None else -1
    for number in generation.numbers(layout):
        # Generations are counted upwards, so what is newer than the proven one is an interrupted run's.
        if number > proven and number != generation.current_number(layout):
            fs.remove(layout.generation(number))
    fs.remove_leftovers(layout.generations, generation.STAGING)
    for path in {layout.current, layout.unit, layout.dropin_link, *links, *known["links"]}:
        fs.remove(path + fs.NEW)
    with held(layout.staging_lock):
        fs.remove_leftovers(layout.releases, release.STAGING)
