# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One change as one transaction: stage, validate, swap, activate, prove, commit; or roll back.

What happens to the running service when this fails half-way? Until the swap it is not touched. The swap is one rename, written
down in the manifest before it happens, so that whoever comes next (a reboot, or the next run) finds one whole generation and
knows what remains to be done. After a failed proof the earlier generation is put back and proven by its own probe.
"""
from __future__ import annotations

import time

from . import data, fs, generation, manifest, release
from .errors import ServiceError, explain
from .layout import Layout
from .lock import held
from .prepare import do_steps, prepare, stage, validate_staged
from .recover import clean_up
from .rollback import roll_back
from .steps import AFTER, BEFORE
from .swap import REPLACED, activate, commit, prove, swap
from .work import Work


def carry_out(work: Work) -> dict:
    """Carry a plan out; return what was done.

    :raises ServiceError: after everything that was begun has been undone, or with what remains to be done.
    """
    try:
        # Shared: nobody removes a release between our staging it and our linking to it.
        with held(work.layout.release_lock, shared=True):
            staged = _before_the_swap(work)
            _from_the_swap_on(work, staged)
    except Exception as exc:  # whatever it was, the host must not stay as it is now
        _undo(work, explain(exc))
    with work.progress.phase("clean"):
        _clean(work)
    return work.result


def _before_the_swap(work: Work) -> str | None:
    with work.progress.phase("stage"):
        if work.plan.recover:
            clean_up(work.layout, work.manifest, work.facts["wanted_links"])
        if not work.plan.owed:
            # Else the interrupted run's own note stays until our swap: what it owes the service must not be forgotten.
            work.pending("stage", None)
        prepare(work)
        staged = stage(work)
        if staged:
            work.undo.append((fs.remove, staged))
        do_steps(work, BEFORE, staged)
    with work.progress.phase("validate"):
        validate_staged(work, staged)
    return staged


def _undo(work: Work, failure: ServiceError) -> None:
    """Take everything back and fail.

    :raises ServiceError: always.
    """
    # An adoption that did not end is not undone: every path has its content, and the next run goes on with it.
    adopting = work.plan.adopt and work.base is None
    if work.swapping or work.plan.owed or (work.base is None and work.plan.recover and not adopting):
        with work.progress.phase("rollback"):
            roll_back(work, failure)
    work.manifest["pending"] = None
    work.undo_creations()
    raise failure


def _from_the_swap_on(work: Work, staged: str | None) -> None:
    started = time.time()
    with work.progress.phase("swap"):
        swap(work, staged)
    with work.progress.phase("activate"):
        activate(work)
    with work.progress.phase("prove"):
        prove(work, started)
        do_steps(work, AFTER)
    with work.progress.phase("commit"):
        commit(work)


def _clean(work: Work) -> None:
    """Remove what only an undo would have needed. The change is proven by now: trouble here is told, but undoes nothing."""
    try:
        _remove_old(work)
        work.manifest["pending"] = None
        work.save()
    except OSError as exc:
        work.result["warnings"] = ["%s is as described, but old files could not be removed: %s" % (work.desired["name"], exc)]


def _remove_old(work: Work) -> None:
    for path in work.manifest["links"]:
        fs.remove(path + REPLACED)
        fs.remove(path + fs.NEW)
    data.remove_snapshots(work.desired["data"].get("paths") or [])
    generation.prune(work.layout, work.desired["keep_releases"])
    clean_releases(work.layout)


def clean_releases(layout: Layout) -> None:
    """Remove releases that no generation of any unit needs, unless somebody is staging one: the next run cleans up then."""
    try:
        with held(layout.release_lock, timeout=0.0):
            release.remove_unreferenced(layout.releases, manifest.referenced_releases(layout.manifest))
    except ServiceError:
        return
