# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Taking away all that we made, by the manifest alone; data only when asked."""
from __future__ import annotations

import os

from . import accounts, fs, manifest, package, release
from .layout import Layout
from .lock import held
from .systemd import Unit


def plan_removal(layout: Layout, known: dict, remove_data: bool) -> list:
    """Return what will be removed, as sentences."""
    changes = ["stop and remove the unit %s" % known["name"], "remove %s" % layout.generations]
    changes += ["remove the link %s" % path for path in known["links"] if os.path.islink(path)]
    if known["package"]:
        changes.append("remove the package %s" % known["package"])
    kept = _kept(known, remove_data)
    for path in sorted(known["directories"], reverse=True):
        if os.path.isdir(path):
            changes.append("keep %s, which holds data" % path if path in kept else "remove %s" % path)
    if known["user"] and not kept:
        changes.append("remove the user %s" % known["user"])
    return changes


def _kept(known: dict, remove_data: bool) -> set:
    """Return the directories that stay because somebody's files are in them."""
    ours = {os.path.join(known["config_dir"], name) for name in ("generations", "current")} | set(known["links"])
    kept = set()
    for path in [] if remove_data else known["directories"]:
        for folder, dirs, names in os.walk(path):
            entries = [os.path.join(folder, name) for name in dirs + names]
            dirs[:] = [name for name in dirs if os.path.join(folder, name) not in ours]
            if any(not os.path.isdir(one) and one not in ours for one in entries if not _below(one, ours)):
                kept.add(path)
                break
    return kept


def _below(path: str, parents: set) -> bool:
    return any(path == parent or path.startswith(parent + "/") for parent in parents)


def remove_service(layout: Layout, known: dict, remove_data: bool) -> None:
    """Remove a service; when it is interrupted, the next run goes on, as the manifest goes last."""
    unit = Unit(known["name"])
    kept = _kept(known, remove_data)
    if unit.show().get("LoadState") == "loaded":
        unit.act("stop")
        unit.act("disable")
    for path in known["links"] + [layout.dropin_link, layout.current]:
        if os.path.islink(path):
            fs.remove(path)
    if known["unit"]:
        fs.remove(known["unit"])
    fs.remove(layout.generations)
    unit.daemon_reload()
    if known["package"]:
        package.remove(known["package"])
    _remove_directories(known, kept)
    if not kept:
        _remove_accounts(known)
    fs.remove(layout.manifest)
    with held(layout.release_lock):
        release.remove_unreferenced(layout.releases, manifest.referenced_releases(layout.manifest))
    manifest.drop(layout.manifest)
    for parent in (layout.release_root, os.path.dirname(layout.dropin_link)):
        if os.path.isdir(parent) and not os.listdir(parent):
            os.rmdir(parent)


def _remove_directories(known: dict, kept: set) -> None:
    for path in sorted(known["directories"], reverse=True):
        if path not in kept and not any(one.startswith(path + "/") for one in kept) and os.path.isdir(path):
            fs.remove(path)


def _remove_accounts(known: dict) -> None:
    if known["user"] and accounts.user_exists(known["user"]):
        accounts.remove_user(known["user"])
    if known["group"]:
        accounts.remove_group(known["group"])
