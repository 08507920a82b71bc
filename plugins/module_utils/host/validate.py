# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asking the new program itself whether it accepts the new configuration, before anything is swapped."""
from __future__ import annotations

import os
import pwd
import subprocess

from .errors import ServiceError


def run_all(checks: list, places: dict, user: str, timeout: float = 120.0) -> None:
    """Run every check as the service's user.

    :param checks: [{name, argv}]; argv may hold {config}, {release}, {exec} and the single word {flags}.
    :param places: config, release, exec (texts) and flags (a list, already pointing into the staged tree).
    :raises ServiceError: with what the first refusing program said.
    """
    for check in checks:
        argv = [word for part in check["argv"] for word in expand(part, places)]
        try:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                                  text=True, errors="replace", timeout=timeout, cwd="/",
                                  preexec_fn=become(user), env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise ServiceError("The check '%s' could not run: %s." % (check["name"], exc),
                               "The program may not fit this host. Nothing was swapped; the service was not touched.") from exc
        if done.returncode:
            said = done.stdout.replace(places["config"], "").strip().splitlines()
            raise ServiceError("The check '%s' refuses the change:\n%s" % (check["name"], "\n".join(said[-20:])),
                               "\nCorrect it and run again. Nothing was swapped; the service was not touched.")


def expand(part: str, places: dict) -> list:
    """Return the words that one word of a description stands for."""
    if part == "{flags}":
        return list(places["flags"])
    for name in ("config", "release", "exec"):
        part = part.replace("{%s}" % name, places[name])
    return [part]


def become(user: str):
    """Return what makes a child process this user: checks as the service's user also find files that it may not read."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return None

    def switch():
        os.initgroups(entry.pw_name, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)

    return switch
