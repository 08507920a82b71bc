# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bad input of every kind while a service runs: it answers throughout, the host is as before, the error says what to do.

All cases run one after the other against one node_exporter on one host, whose disks for programs and configuration are small.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.support import (
    NEW,
    OLD,
    PICTURE,
    Case,
    Outcome,
    Poller,
    archive_path,
    archives,
    differences,
    good_archive,
    node_exporter,
    picture,
    run_cases,
)  # fmt: skip
from tests.lab.lab import Lab
from tests.lab.mirror import faulty

UNTOUCHED = "the service was not touched"
NOT_INSTALLED = "Nothing was installed"

# What the error must say, by the kind of archive: each gets a version of its own.
BROKEN = {
    "wrong_checksum": ["wrong checksum", "expected sha256", "Check the mirror"],
    "truncated": ["wrong checksum", "Check the mirror"],
    "truncated_but_pinned": ["cannot be unpacked", "truncated or damaged"],
    "parent_member": ["is refused", "points outside the target", NOT_INSTALLED],
    "absolute_member": ["is refused", "points outside the target", NOT_INSTALLED],
    "absolute_symlink": ["is refused", "link to the absolute path /bin/sh", NOT_INSTALLED],
    "symlink_then_member": ["is refused", "link out of the target", NOT_INSTALLED],
    "hard_link_out": ["is refused", "link out of the target", NOT_INSTALLED],
    "device": ["is refused", "is a device or a pipe", NOT_INSTALLED],
    "oversized": ["is refused", "makes it larger than", NOT_INSTALLED],
    "missing_program": ["has no member node_exporter", NOT_INSTALLED],
    "not_executable_here": ["The check 'node_exporter knows every flag' could not run", UNTOUCHED],
}
SAID = {
    **BROKEN,
    "not in the mirror": ["Could not download", "the server answered 404", "observability_mirror_url", NOT_INSTALLED],
    "the mirror hangs": ["Could not download", "no answer in time", "observability_mirror_url"],
    "the mirror breaks off": ["Could not download", "observability_mirror_url"],
    "not listed": ["does not list", "Check the version and the mirror"],
    "unknown flag": ["refuses the change", "unknown long flag '--no.such.flag'", UNTOUCHED],
    "no room for the program": ["There is no space left", "/opt/observability", "Free some space there"],
    "no room for the configuration": ["There is no space left", "/etc/node_exporter", "Free some space there"],
    "the port is taken": ["cannot listen on 0.0.0.0:9199", "python3 (pid", "Stop it or choose another port", UNTOUCHED],
    "a wrong type": ["'ports' is of type", "Nothing was touched"],
    "an unknown key": ["prots", "Nothing was touched"],
    "a file outside": ["'../shadow' is not below the configuration directory", "Name it relative to config_dir"],
    "an unknown group": ["There is no group 'nobodys'", "Create it, or name another group"],
}


def broken(lab: Lab, scratch: Path, kind: str, version: str) -> dict[str, Any]:
    """Put a broken archive into the lab's mirror; return the description that wants it."""
    made = faulty.make(kind, good_archive("node_exporter"), scratch / kind, version)
    shutil.copytree(made.root, lab.mirror.overlay, dirs_exist_ok=True)
    return node_exporter(lab, version)


def cases(lab: Lab, scratch: Path) -> list[Case]:
    """Return every case of SAID."""
    found = [Case(kind, broken(lab, scratch, kind, f"90.{row}.0")) for row, kind in enumerate(BROKEN)]
    lab.mirror.fault("/v91.0.0/", "hang", seconds=60)
    lab.mirror.fault("node_exporter-1.11.1", "truncate", bytes=1000)
    big = [{"path": "web.yml", "content": "{}\n"}, {"path": "big.yml", "content": "# " + "x" * 3_000_000}]
    unlisted = archives(lab, "node_exporter", OLD["node_exporter"], ["node_exporter"])
    unlisted[0]["checksum"] = f"{lab.mirror.url}/{Path(archive_path('node_exporter', NEW['node_exporter'])).parent}/sha256sums.txt"
    return [
        *found,
        Case("not in the mirror", node_exporter(lab, "92.0.0")),
        Case("the mirror hangs", node_exporter(lab, "91.0.0", download_timeout=1)),
        Case("the mirror breaks off", node_exporter(lab, OLD["node_exporter"])),
        Case("not listed", node_exporter(lab, "93.0.0", archives=unlisted)),
        Case("unknown flag", node_exporter(lab, unit={"flags": {"no.such.flag": "1"}})),
        Case("no room for the program", node_exporter(lab, "94.0.0")),
        Case("no room for the configuration", node_exporter(lab, files=big)),
        Case("the port is taken", node_exporter(lab, port=9199)),
        Case("a wrong type", node_exporter(lab, ports={"tcp": 9100})),
        Case("an unknown key", node_exporter(lab, prots=["0.0.0.0:9100"])),
        Case("a file outside", node_exporter(lab, files=[{"path": "../shadow", "content": ""}])),
        Case("an unknown group", node_exporter(lab, files=[{"path": "web.yml", "content": "{}\n", "group": "nobodys"}])),
    ]


def large_release(lab: Lab, version: str, scratch: Path) -> None:
    """Put a proper release into the mirror that needs more room than the small disk has."""
    path = lab.mirror.overlay / archive_path("node_exporter", version)
    path.parent.mkdir(parents=True, exist_ok=True)
    program = scratch / "node_exporter"
    with program.open("wb") as stream:
        stream.truncate(60 << 20)
    with tarfile.open(path, "w:gz", compresslevel=1) as handle:
        handle.add(program, f"node_exporter-{version}.linux-amd64/node_exporter")
    (path.parent / "sha256sums.txt").write_text(f"{faulty.sha256_of(path)}  {path.name}\n")


class Run:
    """One pass over all cases."""

    def __init__(self, lab: Lab, host: str, scratch: Path) -> None:
        lab.mount_tmpfs(host, "/opt/observability", "50m")
        lab.mount_tmpfs(host, "/etc/node_exporter", "2m")
        lab.run(host, ["systemd-run", "--unit=squatter", "python3", "-m", "http.server", "9199"], check=True)
        first = run_cases(lab, host, [Case("the first install", node_exporter(lab))])
        assert first["the first install"].message == ""
        large_release(lab, "94.0.0", scratch)
        self.before = picture(lab, host)
        with Poller(lab.hosts[host].address) as self.poller:
            self.outcomes: dict[str, Outcome] = run_cases(lab, host, cases(lab, scratch), PICTURE)


@pytest.fixture(scope="module")
def run(lab: Lab, boot: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(lab, boot("faults1"), tmp_path_factory.mktemp("archives"))


@pytest.mark.parametrize("name", SAID)
def test_bad_input_is_refused_and_the_host_is_as_before(run: Run, name: str) -> None:
    outcome = run.outcomes[name]
    missing = [words for words in SAID[name] if words not in outcome.message]
    assert not missing, f"the error does not say {missing}: {outcome.message!r}"
    assert not outcome.result.get("rolled_back"), "it was found only after the swap"
    assert differences(run.before, outcome.seen) == []


def test_the_service_answered_all_the_time(run: Run) -> None:
    run.poller.expect_no_failure()
