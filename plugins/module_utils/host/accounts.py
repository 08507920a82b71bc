# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The system account a service runs as."""
from __future__ import annotations

import grp
import pwd
import shutil
import subprocess

from .errors import ServiceError


def user_exists(name: str) -> bool:
    """Tell whether the account is known to the host (local or by NSS)."""
    try:
        pwd.getpwnam(name)
        return True
    except KeyError:
        return False


def group_exists(name: str) -> bool:
    """Tell whether the group is known to the host."""
    try:
        grp.getgrnam(name)
        return True
    except KeyError:
        return False


def uid_of(name: str) -> int:
    """Return the numeric user id; names and numbers are accepted."""
    try:
        return int(name) if str(name).isdigit() else pwd.getpwnam(name).pw_uid
    except KeyError:
        raise ServiceError("There is no user %r on this host." % name, "Create it, or name another owner.") from None


def gid_of(name: str) -> int:
    """Return the numeric group id; names and numbers are accepted."""
    try:
        return int(name) if str(name).isdigit() else grp.getgrnam(name).gr_gid
    except KeyError:
        raise ServiceError("There is no group %r on this host." % name, "Create it, or name another group.") from None


def missing_groups(user: str, groups: list) -> list:
    """Return the supplementary groups that the user is not yet a member of."""
    return [name for name in groups if not group_exists(name) or user not in grp.getgrnam(name).gr_mem]


def add_group(name: str) -> None:
    """Create a system group."""
    _run(["groupadd", "--system", name], "create the group %r" % name)


def add_user(name: str, group: str) -> None:
    """Create a system user who cannot log in and owns no home."""
    shell = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
    _run(["useradd", "--system", "--gid", group, "--no-create-home", "--home-dir", "/nonexistent", "--shell", shell, name],
         "create the user %r" % name)


def join_groups(user: str, groups: list) -> None:
    """Add the user to supplementary groups."""
    _run(["usermod", "--append", "--groups", ",".join(groups), user], "add %r to %s" % (user, ", ".join(groups)))


def leave_groups(joined: tuple) -> None:
    """Take join_groups back: (user, groups)."""
    user, groups = joined
    for group in groups:
        _run(["gpasswd", "--delete", user, group], "remove %r from %s" % (user, group))


def remove_user(name: str) -> None:
    """Remove a user; its files stay."""
    _run(["userdel", name], "remove the user %r" % name)


def remove_group(name: str) -> None:
    """Remove a group when the removal of its user has not done so already."""
    if group_exists(name):
        _run(["groupdel", name], "remove the group %r" % name)


def _run(argv: list, purpose: str) -> None:
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL": "C"})
    if done.returncode:
        raise ServiceError("Could not %s: %s" % (purpose, done.stdout.strip()), "Nothing of the service was touched.")
