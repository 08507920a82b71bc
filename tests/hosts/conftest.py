# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One lab for all tests on hosts: a host is booted when the first test asks for it, and shared from then on.

HOSTS_LAB names the lab (so that two people can run at once); HOSTS_LAB_KEEP=1 leaves it running, for a look or a quicker next run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.lab import lab as labs

HOSTS = {
    "faults1": "bookworm", "faults2": "trixie", "faults3": "bookworm", "faults4": "trixie",
    "life1": "bookworm", "life2": "trixie", "life3": "bookworm", "life4": "trixie",
}  # fmt: skip


@pytest.fixture(scope="session")
def lab() -> Iterator[labs.Lab]:
    """The lab, with a mirror and no host yet."""
    name = os.environ.get("HOSTS_LAB", "hosts")
    yield labs.up(name, {})
    if not os.environ.get("HOSTS_LAB_KEEP"):
        labs.down(name)


@pytest.fixture(scope="module")
def boot(lab: labs.Lab) -> Callable[[str], str]:
    """A function that returns a host of HOSTS: booted when no module used it yet, else with a fresh file system for this one."""
    booted: set[str] = set()

    def once(name: str) -> str:
        if name not in booted:
            there = name in lab.hosts
            lab.hosts.update(labs.up(lab.name, {name: HOSTS[name]}).hosts)
            if there:
                lab.renew(name)
            booted.add(name)
        return name

    return once


@pytest.fixture(autouse=True)
def _healthy_mirror(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test inherits the faults that an earlier one ordered."""
    yield
    if "lab" in request.fixturenames:
        request.getfixturevalue("lab").mirror.heal()
