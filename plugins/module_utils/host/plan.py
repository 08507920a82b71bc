# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what is there and what is wanted to what will be done: pure, and the whole of check mode."""
from __future__ import annotations

import os
import re

from .errors import ServiceError
from .generation import UNIT_FILE

_STRENGTH = {"none": 0, "reload": 1, "restart": 2}


class Plan:
    """What a run will do.

    :ivar changes: sentences for people.
    :ivar files: [{path, kind: added|changed|removed|owner, secret, on_change}] against what lies on the disk.
    :ivar steps: those of the description's steps that are due.
    :ivar action: none | reload | start | restart | stop.
    :ivar recover: an earlier run was interrupted; owed: it had swapped already, and what it owes the service is in action.
    """

    def __init__(self):
        self.changes = []
        self.files = []
        self.action = "none"
        self.reasons = []
        self.install = False
        self.adopt = False
        self.generation = False
        self.daemon_reload = False
        self.enable = ""
        self.recover = False
        self.owed = False
        self.steps = []

    def want(self, action: str, reason: str) -> None:
        """Ask for an action; the strongest one wins, and its reasons are remembered."""
        if _STRENGTH[action] > _STRENGTH[self.action]:
            self.action, self.reasons = action, [reason]
        elif action == self.action != "none":
            self.reasons.append(reason)

    @property
    def nothing(self) -> bool:
        """Tell whether the host is already as described."""
        return not self.changes


def make_plan(desired: dict, facts: dict) -> Plan:
    """Compare what is wanted with what is there.

    :raises ServiceError: when it must not be done (a masked unit, data that the wanted version cannot read).
    """
    plan = Plan()
    _refuse(desired, facts)
    _plan_accounts(plan, facts)
    _plan_release(plan, desired, facts)
    _plan_files(plan, desired, facts)
    _plan_links(plan, desired, facts)
    _plan_recovery(plan, facts)
    _plan_steps(plan, facts)
    _plan_activity(plan, desired, facts)
    return plan


def version_key(version: str) -> list:
    """Return a key by which versions sort."""
    return [int(part) if part.isdigit() else -1 for part in re.split(r"[.+~-]", version.lstrip("v"))]


def _refuse(desired: dict, facts: dict) -> None:
    if facts["show"].get("UnitFileState", "").startswith("masked"):
        raise ServiceError("The unit %s is masked on this host." % desired["name"],
                           "Somebody forbade it to run: 'systemctl unmask %s' when that is no longer wanted." % desired["name"])
    floor, had = desired["data"].get("floor"), facts["record"].get("version")
    wanted = desired["release"]["version"]
    if floor and had and version_key(wanted) < version_key(floor) <= version_key(had):
        raise ServiceError(
            "%s %s cannot read the data that %s %s has written (it needs at least %s)." % (
                desired["name"], wanted, desired["name"], had, floor),
            "Restore a backup for the older version, or choose a version from %s on. Nothing was touched." % floor)


def _plan_accounts(plan: Plan, facts: dict) -> None:
    if facts["missing_group"]:
        plan.changes.append("create the group %s" % facts["missing_group"])
    if facts["missing_user"]:
        plan.changes.append("create the user %s" % facts["missing_user"])
    if facts["missing_groups"]:
        plan.changes.append("add the user to %s" % ", ".join(facts["missing_groups"]))
        plan.want("restart", "the account joined a group")
    for one in facts["directories"]:
        plan.changes.append("set up the directory %s" % one["path"])


def _plan_release(plan: Plan, desired: dict, facts: dict) -> None:
    wanted, had = desired["release"]["version"], facts["record"].get("version")
    if facts["release"] is None:
        plan.install = True
        # A package has the version that the distribution gives it.
        what = desired["package"]["name"] + " (package)" if desired["install_method"] == "package" else "%s %s" % (
            desired["release"]["name"], wanted)
        plan.changes.append("install %s" % what)
    if facts["release"] is None or facts["release_link"] != facts["release"]:
        plan.generation = True
        if facts["release"] is not None or had:
            plan.changes.append("switch from %s to %s" % (had or "nothing", wanted) if had != wanted
                                else "switch to the release in %s" % (facts["release"] or "place"))
        plan.want("restart", "another release")


def _plan_files(plan: Plan, desired: dict, facts: dict) -> None:
    had, wanted = facts["tree"], {one["path"]: one for one in desired["files"]}
    was = {one["path"]: one for one in facts["record"].get("files", ())}
    for path in sorted(set(had) | set(wanted)):
        kind = _kind(had.get(path), wanted.get(path))
        if not kind:
            continue
        row = wanted.get(path) or was.get(path) or {}
        plan.files.append({"path": path, "kind": kind, "secret": _secret(path, had, wanted, was),
                           "on_change": row.get("on_change") or _beside(path, wanted)})
        label = "the unit" if path == UNIT_FILE else path[len("config/"):] if path.startswith("config/") else path
        plan.changes.append("%s %s" % ({"added": "add", "changed": "change", "removed": "remove",
                                        "owner": "set owner and mode of"}[kind], label))
        plan.want(plan.files[-1]["on_change"], "%s: %s" % (label, kind))
    if plan.files or facts["record"].get("probe") != desired["probe"]:
        if facts["current"] is not None and not plan.files and not plan.generation:
            plan.changes.append("store the new health probe")
        plan.generation = True


def _secret(path: str, had: dict, wanted: dict, was: dict) -> bool:
    """Tell whether a file's old or new text must not be shown."""
    if path in was or path not in had:
        return any(row.get("secret") for row in (wanted.get(path, {}), was.get(path, {})))
    # Of a file that nobody described (an editor's backup of a secret one?) we know only whether everybody may read it.
    return bool(wanted.get(path, {}).get("secret")) or not int(had[path]["mode"], 8) & 0o004


def _beside(path: str, wanted: dict) -> str:
    """Return what a file that nobody described may need when it goes: what its described neighbours need (a glob has read it)."""
    folder = os.path.dirname(path)
    return max((one["on_change"] for name, one in wanted.items() if os.path.dirname(name) == folder),
               key=_STRENGTH.__getitem__, default="none")


def _kind(had: dict | None, wanted: dict | None) -> str:
    if wanted is None:
        return "removed"
    if had is None:
        return "added"
    if had["sha256"] != wanted["sha256"]:
        return "changed"
    return "owner" if any(had[key] != wanted[key] for key in ("mode", "owner", "group")) else ""


def _plan_links(plan: Plan, desired: dict, facts: dict) -> None:
    first = (facts["manifest"] or {}).get("committed") is None
    # Generations are counted from 1; a current 0 that was never proven is an adoption that somebody killed.
    plan.adopt = first and bool(facts["foreign_unit"] or facts["strays"] or facts["current"] == 0)
    if plan.adopt:
        plan.changes.insert(0, "adopt the installation that is there as generation 0")
    actions = {one["path"]: one["on_change"] for one in desired["files"]}
    for path in [] if first else facts["strays"]:
        plan.changes.append("put back the link %s, which somebody replaced" % path)
        # The service reads the stray file now; whatever is described for it must be loaded again.
        below = [action for name, action in actions.items() if ("/" + path).endswith(name[len("config"):])]
        plan.want((below or ["restart"])[0], "%s was replaced by hand" % path)
    for path in sorted(facts["links"]):
        if path not in facts["strays"]:
            plan.changes.append("link %s" % path)
    for path in facts["stale_links"]:
        plan.changes.append("remove the link %s" % path)
    if not facts["unit_file"] or not facts["dropin"]:
        plan.daemon_reload = True
        plan.changes.append("put the unit %s in place" % desired["name"])
        plan.want("restart", "the unit was not in place")


def _plan_recovery(plan: Plan, facts: dict) -> None:
    pending = (facts["manifest"] or {}).get("pending")
    if not pending:
        return
    plan.recover = True
    if pending["phase"] in ("stage", "clean") or (pending["phase"] == "swap" and facts["current"] == pending["from"] != pending["to"]):
        plan.changes.append("remove what an interrupted run left")
        return
    plan.owed = True
    plan.changes.append("finish the run that was interrupted (%s)" % pending["phase"])
    plan.want({"start": "restart", "stop": "none"}.get(pending["action"], pending["action"]), "an earlier run was interrupted")


def _plan_steps(plan: Plan, facts: dict) -> None:
    plan.steps = facts["steps"]
    for one in plan.steps:
        plan.changes.append(one["name"])
        if one["when"] == "before":
            plan.want("restart", one["name"])


def _plan_activity(plan: Plan, desired: dict, facts: dict) -> None:
    show, name = facts["show"], desired["name"]
    active = show.get("ActiveState") in ("active", "reloading")
    plan.daemon_reload = plan.daemon_reload or show.get("NeedDaemonReload") == "yes" or any(
        one["path"] == UNIT_FILE for one in plan.files)
    if show.get("NeedDaemonReload") == "yes" and not plan.generation:
        plan.changes.append("let systemd read the unit again")
    enabled = show.get("UnitFileState") == "enabled"
    if desired["state"] == "stopped":
        plan.enable = "disable" if enabled else ""
        plan.action, plan.reasons = ("stop", ["state: stopped"]) if show.get("ActiveState") not in (
            "inactive", "failed", None) else ("none", [])
    else:
        plan.enable = "" if enabled else "enable"
        if facts["exe"] and facts["release_link"] and _other_program(desired, facts):
            plan.want("restart", "the program that runs is not the current one")
        if plan.action == "reload" and not desired["probe"]["reload"]:
            plan.action = "restart"
        if not active:
            plan.action, plan.reasons = "start", plan.reasons or ["it does not run"]
    if plan.enable:
        plan.changes.append("%s the unit" % plan.enable)
    if plan.action != "none":
        plan.changes.append("%s %s (%s)" % (plan.action, name, "; ".join(plan.reasons[:3]) + (
            " and %d more" % (len(plan.reasons) - 3) if len(plan.reasons) > 3 else "")))


def _other_program(desired: dict, facts: dict) -> bool:
    """Tell whether the running program lies under our release root, but not in the current release."""
    root = desired["release_root"].rstrip("/") + "/"
    return facts["exe"].startswith(root) and not facts["exe"].startswith(os.path.join(facts["release_link"], ""))
