# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a listen address of a Go program (`host:port`, `:port`, `[v6]:port`) means to its neighbours."""

from __future__ import annotations

_ANY = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1", "*": "127.0.0.1"}


def split_address(address: str) -> tuple[str, int]:
    """Split `host:port` into host (brackets removed, '' = every address) and port.

    Raises ValueError, a sentence, when there is no port between 1 and 65535.
    """
    host, colon, port = str(address).rpartition(":")
    if not colon or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("%r is not a listen address: write host:port, such as 0.0.0.0:9100 or [::1]:9100" % str(address))
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError("%r: write an IPv6 address in brackets, such as [::1]:9100" % str(address))
    return host.strip("[]"), int(port)


def local_address(address: str) -> tuple[str, int]:
    """Return host and port at which the host itself reaches what listens at *address*."""
    host, port = split_address(address)
    return _ANY.get(host, host), port
