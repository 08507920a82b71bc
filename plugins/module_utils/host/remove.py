# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Taking away all that we made, by the manifest alone; data only when asked.

A directory goes with what is in it only when the description named it as this service's own and remove_data is given. The
parents that we had to make go when nothing of anybody else is in them.
"""
from __future__ import annotations

import os

from . import accounts, adopt, data, fs, manifest, neighbours, package, release
from .layout import Layout
from .lock import held
from .swap import REPLACED
from .systemd import Unit

_ASIDE = ("", fs.NEW, REPLACED, adopt.ASIDE)


def plan_removal(layout: Layout, known: dict, remove_data: bool) -> list:
    """Return what will be removed, as sentences."""
    changes = ["stop and remove the unit %s" % known["name"], "remove %s" % layout.generations]
    changes += ["remove the link %s" % path for path in known["links"] if os.path.islink(path)]
    if known["package"]:
        changes.append("remove the package %s" % known["package"])
    kept = _kept(layout, known, remove_data)
    # The parents of these are no news; whether they go too is the matter of the last unit that needs them.
    own = [path for path in _candidates(known, remove_data) if _holds_data(known, path) and path != layout.generations]
    for path in sorted(own, reverse=True):
        changes.append("keep %s, which holds data" % path if path in kept else "remove %s" % path)
    for kind in ("user", "group"):
        if _account_goes(layout, known, kept, kind, remove_data):
            changes.append("remove the %s %s" % (kind, known[kind]))
    return changes


def _candidates(known: dict, remove_data: bool) -> list:
    """Return the directories that are there and may go."""
    paths = {*known["directories"], *(known["data_paths"] if remove_data else ())}
    return [path for path in paths if os.path.isdir(path) and not os.path.islink(path)]


def _trees(known: dict, remove_data: bool) -> set:
    """Return the directories that go with everything that is in them."""
    return {*known["data_paths"], *(path for path in known["described"] if path in known["directories"])} if remove_data else set()


def _kept(layout: Layout, known: dict, remove_data: bool) -> set:
    """Return the directories that stay because of what else is in them."""
    candidates = set(_candidates(known, remove_data))
    trees = _trees(known, remove_data)
    ours = {path + ending for path in [*known["links"], layout.current, layout.dropin_link] for ending in _ASIDE}
    gone = ours | trees | {layout.generations}
    # A running service may write its data down when it is stopped (Alertmanager does), into a directory that is still empty now.
    kept = candidates & set(known["data_paths"]) - gone if Unit(known["name"]).is_active() else set()
    for path in candidates - gone - kept:
        for folder, dirs, names in os.walk(path):
            dirs[:] = [name for name in dirs if os.path.join(folder, name) not in gone]
            strange = [os.path.join(folder, name) for name in dirs + names]
            if any(one not in gone and one not in candidates for one in strange):
                kept.add(path)
                break
    return kept


def _holds_data(known: dict, path: str) -> bool:
    return path in known["described"] or path in known["data_paths"] or path.startswith(known["config_dir"])


def _account_goes(layout: Layout, known: dict, kept: set, kind: str, remove_data: bool) -> bool:
    """An account stays as long as files of it may be there, and as long as another unit runs with it."""
    going = set(_candidates(known, remove_data)) - kept
    data_stays = any(_holds_data(known, path) for path in kept) or any(
        os.path.isdir(path) and path not in going for path in known["data_paths"])
    return bool(known[kind]) and not data_stays and not neighbours.user_of(layout.manifest, kind, known[kind])


def remove_service(layout: Layout, known: dict, remove_data: bool) -> None:
    """Remove a service; when it is interrupted, the next run goes on, as the manifest goes last."""
    kept, trees = _kept(layout, known, remove_data), _trees(known, remove_data)
    going = {kind: known[kind] for kind in ("user", "group")
             if _account_goes(layout, known, kept, kind, remove_data)}
    neighbours.hand_over(layout.manifest, known)
    _remove_unit(layout, known)
    fs.remove(layout.generations)
    if known["package"]:
        package.remove(known["package"])
    for path in sorted(_candidates(known, remove_data), reverse=True):
        if path in trees:
            fs.remove(path)
        elif path not in kept:
            fs.remove_empty(path)
    if remove_data:
        data.remove_snapshots(known["data_paths"])
    _remove_accounts(going)
    with held(layout.release_lock):
        release.remove_unreferenced(layout.releases, manifest.referenced_releases(layout.manifest))
    fs.remove_empty(layout.release_root)
    manifest.drop(layout.manifest)


def _remove_unit(layout: Layout, known: dict) -> None:
    unit = Unit(known["name"])
    if unit.show().get("LoadState") == "loaded":
        unit.act("stop")
        unit.act("disable")
    for path in [*known["links"], layout.dropin_link, layout.current]:
        for one in (path + ending for ending in _ASIDE):
            if os.path.islink(one) or one != path:
                fs.remove(one)
    if known["unit"]:
        fs.remove(known["unit"])
        fs.remove(known["unit"] + fs.NEW)
    unit.daemon_reload()
    unit.forget()


def _remove_accounts(going: dict) -> None:
    if going.get("user") and accounts.user_exists(going["user"]):
        accounts.remove_user(going["user"])
    if going.get("group"):
        accounts.remove_group(going["group"])
