# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one run knows and has done so far."""
from __future__ import annotations

import os

from . import accounts, fs, manifest, package
from .errors import ServiceError
from .layout import Layout
from .plan import Plan
from .progress import Progress
from .systemd import Unit


class Work:
    """One run on one service.

    :ivar desired: the description; facts: what look found; plan: what make_plan decided.
    :ivar bodies: gives the bytes of a digest; local: {file name: path} of archives that the controller brought.
    :ivar base: the generation to go back to, None when nothing was proven before.
    :ivar undo: (function, argument) of what this run made and may take back before its commit.
    :ivar swapping: whether the swap has begun.
    :ivar disturbed: whether the running service was signalled, stopped or started, by this run or by one that was interrupted.
    :ivar watched: whether somebody stands by to start the service, which we stopped, should this run be killed.
    """

    def __init__(self, desired: dict, layout: Layout, facts: dict, plan: Plan, bodies, local: dict, progress: Progress):
        self.desired, self.layout, self.facts, self.plan = desired, layout, facts, plan
        self.bodies, self.local, self.progress = bodies, local, progress
        self.unit = Unit(desired["name"])
        self.manifest = facts["manifest"] or manifest.new(desired["name"], layout.config_dir, layout.releases)
        self.base = (self.manifest["pending"] or {}).get("from", self.manifest["committed"])
        self.release = facts["release"]
        self.undo: list = []
        # What a killed run found counts, not what it left: it may have stopped the service.
        active = facts["show"].get("ActiveState") in ("active", "reloading")
        self.was_active = (self.manifest["pending"] or {}).get("active", active)
        # A killed run's snapshot is of the data that the base generation left: the newer version has run on them since.
        self.snapshots = dict((self.manifest["pending"] or {}).get("snapshots", {}))
        self.replaced: dict = {}
        self.swapping, self.disturbed, self.watched = False, plan.owed, False
        self.result: dict = {"restarted": False, "reloaded": False, "rolled_back": False, "validated": True}

    def save(self) -> None:
        """Write the manifest."""
        manifest.save(self.layout.manifest, self.manifest)

    def pending(self, phase: str, to: int | None) -> None:
        """Write down what is about to happen, so that whoever comes after a crash knows it.

        :param phase: see manifest.py.
        """
        self.manifest["pending"] = {"from": self.base, "to": to, "phase": phase, "action": self.plan.action,
                                    "snapshots": self.snapshots, "active": self.was_active}
        self.save()

    def end_watch(self) -> None:
        """Nobody needs to start the service in our place any more."""
        if self.watched:
            self.unit.leave_alone()
        self.watched = False

    def undo_creations(self) -> None:
        """Take back what this run made, newest first; what somebody else uses by now stays."""
        for action, what in reversed(self.undo):
            try:
                action(what)
            except (OSError, ServiceError):
                continue
        self.undo = []
        self._forget_what_is_gone()

    def _forget_what_is_gone(self) -> None:
        """The manifest must not claim what somebody else may make later."""
        if not os.path.exists(self.layout.manifest):
            return
        self.manifest["directories"] = [path for path in self.manifest["directories"] if os.path.isdir(path)]
        if self.manifest["package"] and not package.installed_version(self.manifest["package"]):
            self.manifest["package"] = None
        if self.manifest["user"] and not accounts.user_exists(self.manifest["user"]):
            self.manifest["user"] = None
        if self.manifest["group"] and not accounts.group_exists(self.manifest["group"]):
            self.manifest["group"] = None
        self.save()

    def drop_release(self, path: str) -> None:
        """Remove a release that this run installed, unless another unit has begun to use it."""
        if path not in manifest.referenced_releases(self.layout.manifest):
            fs.remove(path)
        for parent in (self.layout.releases, self.layout.release_root):
            if os.path.isdir(parent) and not os.listdir(parent):
                os.rmdir(parent)
