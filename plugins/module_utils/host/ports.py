# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens where: so that a taken port is found before the swap, and a stranger's answer is not taken for a proof."""
from __future__ import annotations

import contextlib
import errno
import os
import socket

_LISTEN = "0A"


def listening_inodes(port: int, pid: int | str = "self") -> set:
    """Return the socket inodes that listen on a TCP port in the network namespace of a process."""
    found = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError), open("/proc/%s/net/%s" % (pid, table), encoding="ascii") as handle:
            for line in handle.readlines()[1:]:
                cells = line.split()
                if cells[3] == _LISTEN and int(cells[1].rsplit(":", 1)[1], 16) == port:
                    found.add(cells[9])
    return found


def holds(pid: int, port: int) -> bool:
    """Tell whether a process (or a child of it) has a listening socket on the port."""
    wanted = {"socket:[%s]" % inode for inode in listening_inodes(port, pid)}
    return bool(wanted) and any(wanted & _sockets(one) for one in [pid] + _children(pid))


def _children(pid: int) -> list:
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        with contextlib.suppress(OSError), open("/proc/%d/task/%d/children" % (one, one), encoding="ascii") as handle:
            more = [int(word) for word in handle.read().split()]
            found += more
            queue += more
    return found


def _sockets(pid: int) -> set:
    found = set()
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/%d/fd" % pid):
            with contextlib.suppress(OSError):
                found.add(os.readlink("/proc/%d/fd/%s" % (pid, name)))
    return found


def holder(port: int) -> str:
    """Name the process that listens on a port, as well as it can be told."""
    wanted = {"socket:[%s]" % inode for inode in listening_inodes(port)}
    for name in os.listdir("/proc"):
        if name.isdigit() and wanted & _sockets(int(name)):
            with contextlib.suppress(OSError), open("/proc/%s/comm" % name, encoding="utf-8") as handle:
                return "%s (pid %s)" % (handle.read().strip(), name)
    return "another process"


def split(address: str) -> tuple:
    """Split ``host:port`` (IPv6 in brackets, empty host = every address)."""
    host, _colon, port = str(address).rpartition(":")
    return host.strip("[]"), int(port)


def taken(address: str) -> bool:
    """Tell whether a TCP address cannot be bound because somebody has it."""
    host, port = split(address)
    # The empty address is every one; where the kernel knows no IPv6, every one of IPv4.
    families = [socket.AF_INET6] if ":" in host else [socket.AF_INET] if host else [socket.AF_INET6, socket.AF_INET]
    return any(_bound_by_somebody(family, host, port) for family in families)


def _bound_by_somebody(family: int, host: str, port: int) -> bool:
    try:
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host or ("::" if family == socket.AF_INET6 else "0.0.0.0"), port))
            probe.listen(1)
            return False
    except OSError as exc:
        return exc.errno == errno.EADDRINUSE
