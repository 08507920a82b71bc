# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the engine asks of systemd."""
from __future__ import annotations

import json
import subprocess

from .errors import ServiceError

_PROPERTIES = ("LoadState", "ActiveState", "SubState", "UnitFileState", "NeedDaemonReload", "MainPID", "NRestarts",
               "InvocationID", "Result", "ExecMainStatus", "FragmentPath")
REVIVAL = "observability-revival-of-"


class Unit:
    """One systemd service.

    :param name: unit name without ``.service``.
    """

    def __init__(self, name: str):
        self.name = name
        self.unit = name + ".service"
        self.replaced = ""  # systemd's id of the run of the process that we ended last

    def show(self) -> dict:
        """Return the unit's properties as text, by name; an unknown unit has LoadState 'not-found'."""
        done = self._systemctl("show", "--property", ",".join(_PROPERTIES), self.unit)
        if done.returncode:
            raise ServiceError("systemd does not answer on this host: %s" % done.stdout.strip(),
                               "The host engine needs a running systemd; see 'systemctl is-system-running'.")
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    def is_active(self) -> bool:
        """Tell whether the main process runs."""
        return self.show().get("ActiveState") in ("active", "reloading")

    def daemon_reload(self) -> None:
        """Let systemd read its unit files again (running services go on)."""
        self._must("daemon-reload")

    def act(self, verb: str) -> None:
        """Start, stop, restart, enable, disable, mask or unmask the unit."""
        if verb in ("start", "restart"):
            self.replaced = self.show().get("InvocationID", "")
            # A unit that failed often is refused otherwise ("start request repeated too quickly").
            self._systemctl("reset-failed", self.unit)
        self._must(*verb.split(), self.unit)

    def forget(self) -> None:
        """Let systemd forget that the unit, which is gone, once failed."""
        self._systemctl("reset-failed", self.unit)

    def signal(self, name: str) -> None:
        """Send a signal to the main process only."""
        self._must("kill", "--kill-who=main", "--signal", name, self.unit)

    def revive_after(self, pid: int) -> None:
        """Start the unit again as soon as this process is gone, unless ``leave_alone`` comes first.

        For the time in which it must stand still: whoever kills the run then does not leave it down. Where systemd refuses, the
        next run starts it.
        """
        self.leave_alone()
        # What lies on the disk is whole at any time, but systemd has perhaps not read it yet.
        script = 'tail -s 0.2 --pid="$1" -f /dev/null; systemctl daemon-reload; systemctl start "$2"'
        _run("systemd-run", "--quiet", "--collect", "--unit", REVIVAL + self.name, "sh", "-c", script, "sh", str(pid), self.unit)

    def leave_alone(self) -> None:
        """Take ``revive_after`` back."""
        self._systemctl("stop", REVIVAL + self.unit)

    def journal(self, since: float, lines: int = 15) -> list:
        """Return the last journal lines of the unit since an epoch time.

        Without those of the process that a start replaced: that it was told to end says nothing. (To ask for the lines of the
        new process alone would lose some: journald cannot always tell whose line it was when the process is gone at once.)
        """
        _run("journalctl", "--sync")
        entries = _run("journalctl", "--no-pager", "--quiet", "-o", "json", "-n", str(lines * 10), "--since", "@%d" % int(since), "-u", self.unit)
        own = [_message(one) for one in map(json.loads, entries) if not self.replaced or self.replaced not in (
            one.get("_SYSTEMD_INVOCATION_ID"), one.get("INVOCATION_ID"))]
        return [line for line in own if line.strip()][-lines:]

    def _must(self, *args: str) -> None:
        done = self._systemctl(*args)
        if done.returncode:
            raise ServiceError("'systemctl %s' failed: %s" % (" ".join(args), done.stdout.strip()))

    def _systemctl(self, *args: str):
        return subprocess.run(["systemctl", "--no-pager", "--no-ask-password", *args], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, env={
                                  "PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL": "C"})


def _run(*argv: str) -> list:
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return [line for line in done.stdout.splitlines() if line.strip()]


def _message(entry: dict) -> str:
    """Return a journal entry's text; journalctl gives what is no UTF-8 as a list of bytes, and what is too long as null."""
    text = entry.get("MESSAGE") or ""
    return text if isinstance(text, str) else bytes(text).decode("utf-8", "replace")
