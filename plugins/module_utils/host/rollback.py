# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way back after a failed proof."""
from __future__ import annotations

import os
import time

from . import data, fs, generation
from .errors import ServiceError, explain
from .prove import reload, settle
from .remove import remove_service
from .work import Work

_LOOK = "Correct the description and run again."


def roll_back(work: Work, failure: ServiceError) -> None:
    """Put the earlier generation back and prove it.

    :raises ServiceError: always: the failure, and the state things are in now.
    """
    old = generation.read_record(work.layout, work.base)
    _refuse_when_data_moved_on(work, failure, old)
    work.pending("rollback", (work.manifest["pending"] or {}).get("to"))
    work.progress.point("rolling-back")
    if work.base is None:
        state = _abandon_first_install(work)
    else:
        state = _return_to(work, work.base, old)
    raise ServiceError("%s %s" % (failure.message, state), failure.hint or _LOOK, rolled_back=True, **failure.details)


def _refuse_when_data_moved_on(work: Work, failure: ServiceError, old: dict) -> None:
    if work.base is None or not work.disturbed or generation.current_number(work.layout) == work.base:
        return
    new = generation.read_record(work.layout, generation.current_number(work.layout))
    why = data.may_go_back(work.desired["data"], old.get("version"), new.get("version"), work.snapshots)
    if why:
        raise ServiceError(
            "%s The change was NOT rolled back: %s." % (failure.message, why),
            "Generation %s stays in place. Mend the configuration and run again; or restore the data of %s from a backup and "
            "run with that version." % (generation.current_number(work.layout), old.get("version")), **failure.details)


def _abandon_first_install(work: Work) -> str:
    """Nothing was proven before: take everything away that this run, and an interrupted one before it, made."""
    if work.unit.show().get("LoadState") == "loaded":
        work.unit.act("stop")
        if work.plan.enable == "enable":
            work.unit.act("disable")
    fs.remove(work.layout.current)
    fs.remove(work.layout.generations)
    _put_replaced_back(work)
    work.manifest["pending"] = None
    work.save()
    work.undo_creations()
    if work.was_active:
        work.unit.daemon_reload()
        work.unit.act("restart")
        return "The service that was there before us has been started again as it was."
    if work.plan.recover:
        # What the interrupted run made is known by the manifest only. Directories with somebody's files in them stay.
        remove_service(work.layout, work.manifest, False)
    work.unit.daemon_reload()
    work.unit.forget()
    return "Nothing of it was running before; everything that this run made has been removed again."


def _put_replaced_back(work: Work) -> None:
    for path, aside in work.replaced.items():
        fs.remove(path)
        os.rename(aside, path)


def _return_to(work: Work, number: int, old: dict) -> str:
    failed = work.manifest["pending"]["to"]
    fs.replace_link(work.layout.current, os.path.join("generations", str(number)))
    _put_replaced_back(work)
    work.progress.point("link-rolled-back")
    label = "generation %s (%s)" % (number, old.get("version") or "unknown version")
    try:
        state = _reactivate(work, old)
    except Exception as exc:  # whatever it was: what failed first must be said too
        return "Went back to %s, but that does not prove itself either: %s" % (label, explain(exc).message)
    work.progress.point("reactivated")
    if failed is not None and failed != number:
        fs.remove(work.layout.generation(failed))
    work.manifest.update(committed=number, pending=None)
    work.manifest["links"] = [path for path in work.manifest["links"] if (fs.remove, path) not in work.undo]
    work.save()
    work.undo_creations()
    return "Rolled back to %s: %s." % (label, state)


def _reactivate(work: Work, old: dict) -> str:
    """Bring the service back to what it did before this run; return that as words."""
    work.end_watch()  # nothing may start on data that are being moved
    if work.snapshots:
        work.unit.act("stop")
        data.restore(work.snapshots)
    work.unit.daemon_reload()
    if work.plan.enable:
        work.unit.act({"enable": "disable", "disable": "enable"}[work.plan.enable])
    if not work.was_active:
        work.unit.act("stop")
        return "it is stopped, as it was before"
    if not work.disturbed and work.unit.is_active():
        return "the service was never interrupted"
    started, probe = time.time(), old.get("probe") or work.desired["probe"]
    if work.plan.action == "reload" and work.unit.is_active():
        reload(work.unit, probe)
    else:
        work.unit.act("restart")
        settle(work.unit, probe, started)
    return "it answers again"
