# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Things that a program does to its own data on our behalf: install a plugin, set a password.

A step is done once for what it says: the manifest keeps a stamp of its words and of what it is fed. A run that is killed before
the stamp is written leaves the step due, so every step must be one that can be done twice.
"""
from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time

from .errors import ServiceError
from .validate import become, expand

TRIES = 3
TIMEOUT = 300.0
BEFORE, AFTER = "before", "after"


def stamp(step: dict, files: list) -> str:
    """Return what changes when a step has to be done again.

    :param files: the description's files, whose digests stand for what a step reads.
    """
    fed = [one["sha256"] for one in files if step.get("stdin") and one["path"] == "config/" + step["stdin"]]
    return hashlib.sha256(json.dumps([step["argv"], fed]).encode()).hexdigest()


def due(desired: dict, known: dict | None) -> list:
    """Return the steps that this run has to do; none for a service that is not to run."""
    if desired["state"] != "started":
        return []
    stamps = (known or {}).get("steps") or {}
    return [one for one in desired["steps"] if stamps.get(one["name"]) != stamp(one, desired["files"]) or _missing(one)]


def _missing(step: dict) -> bool:
    return bool(step.get("creates")) and not os.path.lexists(step["creates"])


def carry_out(step: dict, places: dict, user: str) -> None:
    """Do one step as the service's user.

    :param places: config, release and exec, for the words of the step.
    :raises ServiceError: with the program's last words, when it failed several times.
    """
    argv = [word for part in step["argv"] for word in expand(part, places)]
    for left in reversed(range(TRIES)):
        code, said = _run(argv, _fed(step, places), user)
        if code == 0:
            return
        if left:
            time.sleep(1)
    raise ServiceError("The step '%s' failed:\n%s" % (step["name"], "\n".join(said.strip().splitlines()[-10:])),
                       "\nCorrect what it complains of and run again.")


def _fed(step: dict, places: dict) -> bytes:
    if not step.get("stdin"):
        return b""
    with open(os.path.join(places["config"], step["stdin"]), "rb") as handle:
        return handle.read()


def _run(argv: list, fed: bytes, user: str) -> tuple:
    try:
        done = subprocess.run(argv, input=fed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=TIMEOUT,
                              cwd="/", preexec_fn=become(user), env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
    except (OSError, subprocess.TimeoutExpired) as exc:
        return 1, str(exc)
    return done.returncode, done.stdout.decode("utf-8", "replace")
