# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The swap (one rename), what makes the service take it, and the commit."""
from __future__ import annotations

import os

from . import data, fs, generation
from .errors import ServiceError
from .look import base_unit, text_of
from .prepare import make_directory
from .prove import reload, settle
from .work import Work

REPLACED = ".observability-replaced"


def swap(work: Work, staged: str | None) -> None:
    """Make the staged generation the current one."""
    work.swapping = True
    number = generation.current_number(work.layout)
    if staged:
        number = max(generation.numbers(work.layout) + [0]) + 1
        generation.place(work.layout, staged, number)
    # Written down before it is made: whoever kills us now still finds it named in the manifest.
    work.manifest["links"] = sorted({*work.manifest["links"], *work.facts["links"]})
    if work.desired["install_method"] == "archive":
        work.manifest["unit"] = work.layout.unit
    work.pending("swap", number)
    _put_links(work)
    _put_unit(work)
    _snapshot_data(work)
    work.pending("swap", number)
    work.progress.point("before-rename")
    if staged:
        fs.replace_link(work.layout.current, os.path.join("generations", str(number)))
    work.progress.point("after-rename")
    work.pending("activate", number)


def _put_links(work: Work) -> None:
    """Links come before the rename: until then a new one leads nowhere, which harms nobody."""
    for path, text in work.facts["links"].items():
        if os.path.lexists(path) and not os.path.islink(path):
            work.replaced[path] = _set_aside(path)
        make_directory(work, os.path.dirname(path))
        if fs.link_to(path) is None and path not in work.replaced:
            work.undo.append((fs.remove, path))
        fs.replace_link(path, text)


def _set_aside(path: str) -> str:
    """Keep what somebody put in a link's place until the run is proven, so that a failed one can put it back."""
    aside = path + REPLACED
    fs.remove(aside)
    if os.path.isdir(path):
        os.rename(path, aside)
    else:
        os.link(path, aside)  # the link then takes the file's place in one rename
    return aside


def _put_unit(work: Work) -> None:
    layout = work.layout
    if work.desired["install_method"] == "archive" and text_of(layout.unit) != base_unit(layout):
        if not os.path.lexists(layout.unit):
            work.undo.append((fs.remove, layout.unit))
        fs.write_file(layout.unit, base_unit(layout).encode())
    if fs.link_to(layout.dropin_link) != layout.unit_tree:
        if os.path.isdir(layout.dropin_link) and not os.path.islink(layout.dropin_link):
            raise ServiceError("%s is a directory that we did not make." % layout.dropin_link,
                               "Move its files to %s.d/, remove it and run again." % layout.unit)
        work.undo.append((fs.remove, layout.dropin_link))
        fs.replace_link(layout.dropin_link, layout.unit_tree)


def _snapshot_data(work: Work) -> None:
    old, policy = work.facts["record"].get("version"), work.desired["data"]
    if work.snapshots:
        return
    if policy.get("rollback") == "snapshot" and old and old != work.desired["release"]["version"]:
        work.disturbed = True
        if work.was_active:
            work.watched = True
            work.unit.revive_after(os.getpid())
        work.unit.act("stop")
        work.snapshots = data.snapshot(policy.get("paths") or [], str(work.base))


def activate(work: Work) -> None:
    """Do what the plan says: nothing, reload, start, restart or stop."""
    if work.plan.daemon_reload or work.unit.show().get("NeedDaemonReload") == "yes":
        work.unit.daemon_reload()
    if work.plan.enable:
        work.unit.act(work.plan.enable)
    action = work.plan.action
    work.disturbed = work.disturbed or action != "none"
    if action in ("start", "restart"):
        work.unit.act("restart")
    elif action == "stop":
        work.unit.act("stop")
    elif action == "reload":
        renew_watched_links(work)
        reload(work.unit, work.desired["probe"])
    else:
        renew_watched_links(work)
    work.end_watch()
    work.result.update(restarted=action == "restart", reloaded=action == "reload")
    work.progress.point("activated")


def renew_watched_links(work: Work) -> None:
    """Make the links below persistent directories anew: who watches such a directory (file_sd) sees the change."""
    for path in work.manifest["links"]:
        text = fs.link_to(path)
        if text and path.startswith(work.layout.config_dir + "/") and os.path.dirname(path) != work.layout.config_dir:
            fs.replace_link(path, text)


def prove(work: Work, started: float) -> None:
    """Wait until the service proves itself."""
    if work.desired["state"] == "started":
        settle(work.unit, work.desired["probe"], started)


def commit(work: Work) -> None:
    """Write down that this generation is proven."""
    work.base = work.manifest["committed"] = generation.current_number(work.layout)
    for path in work.facts["stale_links"]:
        fs.remove(path)
        work.manifest["links"] = [one for one in work.manifest["links"] if one != path]
    work.manifest["data_paths"] = work.desired["data"].get("paths") or []
    described = {one["name"] for one in work.desired["steps"]}
    work.manifest["steps"] = {name: stamp for name, stamp in work.manifest["steps"].items() if name in described}
    work.manifest["described"] = [one["path"] for one in work.desired["directories"]]
    work.manifest["account"] = {"user": work.desired["user"], "group": work.desired["group"]}
    # From here on the way back starts from what is proven now: what an older one needed must not be taken for it.
    work.snapshots, work.was_active = {}, work.desired["state"] == "started"
    work.pending("clean", None)
