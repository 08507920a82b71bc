# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the engine asks of systemd."""
from __future__ import annotations

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
        """Return the last journal lines of the process that runs, or ran last, since an epoch time.

        Of that process alone: after a restart the lines of the one before it, which was told to end, say nothing.
        """
        _run("journalctl", "--sync")
        begin = ["journalctl", "--no-pager", "--quiet", "-o", "cat", "-n", str(lines), "--since", "@%d" % int(since)]
        run = self.show().get("InvocationID")
        own = _run(*begin, "_SYSTEMD_INVOCATION_ID=" + run, "+", "INVOCATION_ID=" + run) if run else []
        return own or _run(*begin, "-u", self.unit)

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
