# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which parts of Loki run on which host, and how its hosts find one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..endpoint_record import base_url

ALL = "all"
# Targets that take in what is written, and those that hold the compactor.
WRITERS = frozenset({ALL, "write", "ingester"})
COMPACTORS = frozenset({ALL, "backend", "compactor"})
# What Loki keeps of each line by default, where there are hosts enough.
COPIES = 3
FILESYSTEM = "filesystem"


@dataclass(frozen=True)
class Member:
    """One host of the group: its name, address, base URL and targets."""

    host: str
    address: str
    url: str
    targets: tuple[str, ...]


def targets_of(value: Any) -> tuple[str, ...]:
    """Return the targets that a variable names: a list, or one text with commas; none means all."""
    words = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(word.strip() for word in map(str, words) if word.strip()) or (ALL,)


def member_of(record: Mapping[str, Any], target: Any) -> Member:
    """Return the member that an endpoint record describes."""
    return Member(str(record["host"]), str(record["address"]), base_url(record), targets_of(target))


def clustered(members: Iterable[Member], storage: str) -> bool:
    """Tell whether the hosts work as one: they do when they share what is stored."""
    return storage != FILESYSTEM and len(list(members)) > 1


def check_targets(own: Member, members: list[Member], storage: str) -> None:
    """Raise ValueError (a sentence) for a host that runs a part of Loki while nobody could run the rest."""
    if own.targets == (ALL,):
        return
    if storage == FILESYSTEM:
        raise ValueError(
            f"loki_target of {own.host} is {','.join(own.targets)}, and loki_storage is filesystem: hosts that run parts of Loki have to share what "
            "is stored. Set loki_storage to s3, gcs or azure, or loki_target to all."
        )
    if not any(WRITERS & set(member.targets) for member in members):
        raise ValueError("No host of the group loki takes in what is written: give one of them a loki_target of write, ingester or all.")


def replication_factor(given: int, members: Iterable[Member]) -> int:
    """Return how many hosts keep each line: as said, else three where so many take in what is written, else one."""
    writers = sum(1 for member in members if WRITERS & set(member.targets))
    return given or (COPIES if writers >= COPIES else 1)


def common(own: Member, members: list[Member], factor: int) -> dict[str, Any]:
    """Return what the section `common` says of hosts that work as one."""
    found: dict[str, Any] = {"instance_addr": own.address, "replication_factor": factor, "ring": {"kvstore": {"store": "memberlist"}}}
    keepers = [member.url for member in members if COMPACTORS & set(member.targets)]
    # Where a host runs all, it finds the compactor by itself.
    return found | ({"compactor_address": keepers[0]} if keepers and own.targets != (ALL,) else {})


def memberlist(members: list[Member], port: int) -> dict[str, Any]:
    """Return the section by which the hosts find one another."""
    addresses = [f"[{member.address}]" if ":" in member.address else member.address for member in members]
    return {"bind_port": port, "join_members": [f"{address}:{port}" for address in addresses]}
