# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ways to hurt a host, and to undo it. Each takes the Host; Lab has a method of the same name."""

from __future__ import annotations

from tests.lab import host as hosts
from tests.lab.core import LabError
from tests.lab.host import Host

# Replies to whoever calls the host pass, so ssh and health polls go on; what the host itself begins is dropped and counted.
_CUT = """\
table inet lab_cut {
  counter attempts { }
  chain output {
    type filter hook output priority 0; policy accept;
    oif lo accept
    tcp sport 22 accept
    ct direction reply accept
    meta l4proto { tcp, udp } counter name attempts drop
    drop
  }
}
"""


def _must(host: Host, argv: list[str], input: str | None = None) -> str:
    done = hosts.execute(host, argv, input=input)
    if done.returncode != 0:
        raise LabError(f"{host.name}: '{' '.join(argv)[:200]}' failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def cut_network(host: Host) -> None:
    """Let the host begin no connection any more. The counter of attempts starts at zero."""
    _must(host, ["nft", "-f", "-"], input="table inet lab_cut\ndelete table inet lab_cut\n" + _CUT)


def network_attempts(host: Host) -> int:
    """Return how many TCP and UDP packets (name look-ups too) the host tried to send since ``cut_network``."""
    text = _must(host, ["nft", "list", "counter", "inet", "lab_cut", "attempts"])
    return int(text.split("packets")[1].split()[0])


def restore_network(host: Host) -> None:
    """Undo ``cut_network``; harmless when nothing is cut."""
    _must(host, ["nft", "-f", "-"], input="table inet lab_cut\ndelete table inet lab_cut\n")


def mount_tmpfs(host: Host, path: str, size: str) -> None:
    """Mount a small disk over a directory (made when missing), with the directory's owner and mode.

    ``size`` is what mount understands: ``20m``. What was in the directory is hidden until ``unmount`` or a reboot.
    """
    script = 'mkdir -p "$1" && mount -t tmpfs -o "size=$2,mode=$(stat -c %a "$1"),uid=$(stat -c %u "$1"),gid=$(stat -c %g "$1")" lab-small-disk "$1"'
    _must(host, ["sh", "-c", script, "sh", path, size])


def unmount(host: Host, path: str) -> None:
    """Take away what ``mount_tmpfs`` mounted, also when a process still has files open in it."""
    _must(host, ["umount", "--lazy", path])


def kill9(host: Host, *, unit: str = "", pattern: str = "") -> None:
    """Send SIGKILL to a unit's main process, or to every process whose command line matches a pattern (pkill -f).

    Raises LabError when there is nothing to kill: a test that kills nothing proves nothing.
    """
    if unit:
        _must(host, ["systemctl", "kill", "--kill-who=main", "--signal=SIGKILL", unit])
    else:
        _must(host, ["pkill", "-KILL", "-f", "--", pattern])
