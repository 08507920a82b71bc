# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run of service_release on the target: look, plan, and then do it, predict it, or say what is needed for it."""
from __future__ import annotations

import os
import tarfile
import tempfile

from . import fs, generation, manifest, release
from .errors import ServiceError
from .layout import Layout
from .lock import held
from .look import look
from .plan import make_plan
from .prepare import check
from .progress import Progress
from .recover import finish_rollback
from .remove import plan_removal, remove_service
from .transaction import carry_out
from .work import Work

SHOWN_BYTES = 512 * 1024


def run(params: dict, check_mode: bool, diff_mode: bool) -> dict:
    """Bring the service to its state; return the module's result.

    :param params: the module's validated options.
    :raises ServiceError: when it could not be done; everything begun has been undone by then.
    """
    if os.geteuid() != 0:
        raise ServiceError("service_release needs root on the host.", "Set 'become: true' for the play or the host.")
    desired = wanted(params)
    layout = Layout(desired["name"], desired["config_dir"], desired["release_root"], desired["release"]["name"])
    progress = Progress(layout.progress)
    with held(layout.lock):
        try:
            if desired["state"] == "absent":
                return _absent(layout, desired, check_mode, progress)
            return _present(layout, desired, params, check_mode, diff_mode, progress)
        finally:
            progress.close()


def wanted(params: dict) -> dict:
    """Return the description with every default filled in that depends on another option."""
    desired = dict(params)
    desired["user"] = params.get("user") or params["name"]
    desired["group"] = params.get("group") or desired["user"]
    desired["release"] = params.get("release") or {"name": params["name"], "version": ""}
    desired["data"] = {key: value for key, value in (params.get("data") or {}).items() if value is not None}
    digests = params.get("secret_digests") or {}
    files = [dict(one, group=one.get("group") or desired["group"], sha256=one.get("sha256") or digests.get(one["path"]))
             for one in params["files"]]
    desired["files"] = sorted(files, key=lambda one: one["path"])
    desired["archives"] = release.for_arch(params["archives"], release.host_arch())
    desired["exec"] = (params.get("unit") or {}).get("exec", "")
    desired["argv"] = params.get("argv") or [""]
    health = {key: value for key, value in (params.get("health") or {}).items() if value is not None}
    desired["probe"] = {"health": health, "reload": params.get("reload")}
    return desired


def _absent(layout: Layout, desired: dict, check_mode: bool, progress: Progress) -> dict:
    known = manifest.load(layout.manifest)
    if known is None:
        if not check_mode:
            manifest.drop(layout.manifest)  # what a removal that was killed at its very end left
        return {"changed": False, "changes": []}
    layout = Layout(known["name"], known["config_dir"], os.path.dirname(known["releases"]), os.path.basename(known["releases"]))
    result = {"changed": True, "changes": plan_removal(layout, known, desired["remove_data"])}
    if not check_mode:
        with progress.phase("remove"):
            remove_service(layout, known, desired["remove_data"])
    return dict(result, phases=progress.seconds)


def _present(layout: Layout, desired: dict, params: dict, check_mode: bool, diff_mode: bool, progress: Progress) -> dict:
    _refuse_to_move(layout)
    if not check_mode:
        finish_rollback(layout)
    with progress.phase("look"):
        facts = look(desired, layout)
    with progress.phase("plan"):
        plan = make_plan(desired, facts)
    result = {"changed": not plan.nothing, "changes": plan.changes, "version": desired["release"]["version"],
              "previous_version": facts["record"].get("version"), "generation": facts["current"], "restarted": False,
              "reloaded": False, "rolled_back": False, "phases": progress.seconds}
    if diff_mode:
        result["before"] = _before(layout, facts, plan)
    if plan.nothing:
        return result
    need = _needs(desired, plan, facts, params, check_mode)
    if need:
        return dict(result, needs=need)
    bodies = _Bodies(params.get("bundle"))
    if check_mode:
        return dict(result, **_rehearse(layout, desired, facts, plan, bodies))
    done = carry_out(Work(desired, layout, facts, plan, bodies, params.get("brought") or {}, progress))
    return dict(result, generation=generation.current_number(layout), **done)


def _refuse_to_move(layout: Layout) -> None:
    """An installed service stays in its directories: elsewhere nothing would know its generations, nor keep their programs."""
    known = manifest.load(layout.manifest) or {}
    for had, place, what in ((known.get("config_dir"), layout.config_dir, "configuration"), (known.get("releases"), layout.releases, "programs")):
        if had and had != place:
            raise ServiceError(
                "%s is installed with its %s in %s and cannot move to %s." % (layout.name, what, had, place),
                "Keep that directory; or run with 'state: absent' first, which keeps the data, and then install it anew. Nothing was touched.")


def _needs(desired: dict, plan, facts: dict, params: dict, check_mode: bool) -> dict:
    """Return what the controller has to bring before this plan can be carried out (or rehearsed)."""
    if params.get("bundle"):
        return {}
    files = plan.generation and (not check_mode or bool(facts["release"]))
    fetch = plan.install and not check_mode and desired["source"] == "controller" and desired["install_method"] == "archive"
    return {"files": files, "archives": desired["archives"] if fetch else []} if files or fetch else {}


def _rehearse(layout: Layout, desired: dict, facts: dict, plan, bodies) -> dict:
    """Validate in check mode, in a directory of its own, with the program that is installed."""
    if not plan.generation:
        return {"validated": True}
    if not facts["release"]:
        return {"validated": False, "validated_why": "the program is not installed yet, so nothing can check the configuration"}
    work = tempfile.mkdtemp(prefix="observability-check-")
    try:
        os.chmod(work, 0o711)
        known = not facts["missing_user"] and not facts["missing_group"]
        staged = generation.stage(work, desired["files"], bodies, facts["release"], {}, owners=known)
        check(desired, layout, staged)
    finally:
        fs.remove(work)
    return {"validated": True}


def _before(layout: Layout, facts: dict, plan) -> dict:
    """Return the present text of the files that will change, for the diff; never of secret ones."""
    texts = {}
    for one in plan.files:
        path = _place(layout, one["path"])
        if one["secret"]:
            texts[one["path"]] = {"secret": True, "kind": one["kind"]}
        elif one["kind"] == "added":
            texts[one["path"]] = {"text": "", "kind": "added"}
        else:
            texts[one["path"]] = {"text": _shown(path), "kind": one["kind"]}
    return texts


def _shown(path: str) -> str:
    if not os.path.isfile(path) or os.path.islink(path):
        return "(no regular file)\n"
    with open(path, encoding="utf-8", errors="replace") as handle:
        return handle.read(SHOWN_BYTES)


def _place(layout: Layout, path: str) -> str:
    """Return where the present text of a generation's file is: before an adoption, at its public path."""
    place = os.path.join(layout.current, path)
    if os.path.lexists(place):
        return place
    return layout.unit if path == generation.UNIT_FILE else layout.public(path[len("config/"):])


class _Bodies:
    """The bytes of a digest, from the bundle that the controller brought."""

    def __init__(self, bundle: str | None):
        self.bundle = bundle

    def __call__(self, digest: str) -> bytes:
        with tarfile.open(self.bundle) as handle:
            stream = handle.extractfile(digest)
            return stream.read() if stream else b""
