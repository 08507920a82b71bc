# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything before the swap: accounts, directories, the release, the new generation, the checks. Nothing that runs is touched."""
from __future__ import annotations

import os
import stat as stat_

from . import accounts, adopt, fs, generation, manifest, package, ports, release, steps, validate
from .download import TRIES
from .errors import ServiceError
from .layout import Layout
from .lock import held
from .work import Work

# With source: auto somebody else downloads when the host cannot, so it need not wait long to know that.
AUTO_TIMEOUT = 10


def prepare(work: Work) -> None:
    """Make what the staged files need: the manifest, accounts, directories, the package."""
    fs.remove_leftovers(work.layout.generations, generation.STAGING)
    if not work.facts["manifest"]:
        work.save()
        work.undo.append((manifest.drop, work.layout.manifest))
    if work.plan.install and work.desired["install_method"] == "package":
        _install_package(work)
    _create_accounts(work)
    make_directory(work, os.path.dirname(work.layout.dropin_link))
    for one in work.facts["directories"]:
        _set_up_directory(work, one)
    work.save()


def _install_package(work: Work) -> None:
    name = work.desired["package"]["name"]
    work.manifest["package"] = name
    work.save()
    work.undo.append((package.remove, name))
    package.install(name, work.desired["name"])
    work.release = work.desired["package"]["bin_dir"]


def _create_accounts(work: Work) -> None:
    """Create what is missing. It is written down first: whoever kills us now still finds it named in the manifest."""
    user, group = work.desired["user"], work.desired["group"]
    if not accounts.group_exists(group):
        work.manifest["group"] = group
        work.save()
        work.undo.append((accounts.remove_group, group))
        accounts.add_group(group)
    if not accounts.user_exists(user):
        work.manifest["user"] = user
        work.save()
        work.undo.append((accounts.remove_user, user))
        accounts.add_user(user, group)
    if work.facts["missing_groups"]:
        joining = accounts.missing_groups(user, work.desired["groups"])
        work.undo.append((accounts.leave_groups, (user, joining)))
        accounts.join_groups(user, joining)


def make_directory(work: Work, path: str) -> None:
    """Make a directory and its parents, and remember which were not there."""
    missing = []
    while not os.path.isdir(path):
        missing.append(path)
        path = os.path.dirname(path)
    if missing:
        work.manifest["directories"] = sorted({*work.manifest["directories"], *missing})
        work.save()
    for one in reversed(missing):
        work.undo.append((os.rmdir, one))
        os.mkdir(one, 0o755)


def _set_up_directory(work: Work, one: dict) -> None:
    path = one["path"]
    if os.path.isdir(path):
        info = os.stat(path)
        work.undo.append((_set_mode, (path, info.st_uid, info.st_gid, stat_.S_IMODE(info.st_mode))))
    else:
        make_directory(work, os.path.dirname(path))
        make_directory(work, path)
        # We made it in this run, so whatever the service wrote into it until the failure goes with it.
        work.undo[-1] = (fs.remove, path)
    _set_mode((path, accounts.uid_of(one["owner"]), accounts.gid_of(one["group"]), int(one["mode"], 8)))


def _set_mode(wanted: tuple) -> None:
    path, uid, gid, mode = wanted
    os.chown(path, uid, gid)
    os.chmod(path, mode)


def stage(work: Work) -> str | None:
    """Put the release beside the others and write the new generation; return its staging directory."""
    if work.plan.adopt:
        adopt.adopt(work.desired, work.layout, work.manifest, work.progress.point)
        work.base, work.undo = 0, []
    if work.release is None:
        _stage_release(work)
    work.progress.point("staged-release")
    if not work.plan.generation:
        return None
    make_directory(work, work.layout.generations)
    return generation.stage(work.layout.generations, work.desired["files"], work.bodies, work.release, record(work.desired))


def _stage_release(work: Work) -> None:
    version, archives, timeout = work.desired["release"]["version"], work.desired["archives"], work.desired["download_timeout"]
    auto = work.desired["source"] == "auto"
    # One at a time for all units of this release: the next one finds it installed, or removes what a killed one left.
    with held(work.layout.staging_lock):
        work.release = release.find(work.layout.releases, version, archives)
        if work.release is None:
            work.release = release.stage(work.layout.releases, version, archives, work.local,
                                         min(timeout, AUTO_TIMEOUT) if auto else timeout, 1 if auto else TRIES)
            work.undo.append((work.drop_release, work.release))


def record(desired: dict) -> dict:
    """Return what a generation remembers of its description: enough to prove it again, and to see what was edited by hand."""
    keys = ("path", "sha256", "mode", "owner", "group", "secret", "on_change")
    return {"format": 1, "version": desired["release"]["version"], "probe": desired["probe"],
            "files": [{key: one[key] for key in keys} for one in desired["files"]]}


def validate_staged(work: Work, staged: str | None) -> None:
    """Let the new program judge the staged tree, and see that new ports are free."""
    if staged:
        check(work.desired, work.layout, staged)
    if work.plan.action in ("start", "restart"):
        _check_ports(work)


def check(desired: dict, layout: Layout, staged: str) -> None:
    """Run the description's checks against a staged generation.

    :raises ServiceError: when one refuses.
    """
    validate.run_all(desired["validate"], _places(desired, layout, staged), desired["user"])


def _places(desired: dict, layout: Layout, root: str) -> dict:
    """Return what the words of checks and steps stand for; root is a generation, staged or current."""
    config, folder = os.path.join(root, "config"), os.path.join(root, "release")
    flags = [word.replace(os.path.join(layout.current, "config"), config) for word in desired["argv"][1:]]
    program = desired["exec"] if os.path.isabs(desired["exec"]) else os.path.join(folder, desired["exec"])
    return {"config": config, "release": folder, "exec": program, "flags": flags}


def do_steps(work: Work, when: str, staged: str | None = None) -> None:
    """Do the steps that are due before the swap or after the proof, and write each down when it is done.

    :raises ServiceError: when one failed; what it made is removed with the rest.
    """
    for one in (step for step in work.plan.steps if step["when"] == when):
        if one.get("creates") and not os.path.lexists(one["creates"]):
            work.undo.append((fs.remove, one["creates"]))
        steps.carry_out(one, _places(work.desired, work.layout, staged or work.layout.current), work.desired["user"])
        work.manifest["steps"][one["name"]] = steps.stamp(one, work.desired["files"])
        work.save()


def _check_ports(work: Work) -> None:
    pid = int(work.facts["show"].get("MainPID") or 0)
    for address in work.desired["ports"]:
        port = ports.split(address)[1]
        if not (pid and ports.holds(pid, port)) and ports.taken(address):
            raise ServiceError("%s cannot listen on %s: %s has that port." % (work.desired["name"], address, ports.holder(port)),
                               "Stop it or choose another port. Nothing was swapped; the service was not touched.")
