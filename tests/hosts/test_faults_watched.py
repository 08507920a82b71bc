# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must never show: a secret in output, journal, arguments or a readable file; a module that grows with its archive.

And names and types of variables that cannot be meant: said before anything is touched.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.support import PLAYS, Case, archive_path, differences, node_exporter, picture, run_cases
from tests.lab.lab import Lab
from tests.lab.mirror import faulty
from tests.lab.playbook import PlayResult

HOST = "faults3"
SECRET = "correct-horse-battery-staple"
MIB = 1 << 20

# Runs on the host beside the module: looks at the arguments of every process, and at the peak memory of every Python.
WATCH = r"""
import glob, json, os, sys, time
seen = {"looks": 0, "leaks": [], "peak_kib": 0}
while not os.path.exists("/run/watch-end"):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            words = open(path, "rb").read()
            if sys.argv[1].encode() in words and str(os.getpid()) not in path:
                seen["leaks"].append(words.decode(errors="replace")[:200])
            if words == b"/usr/bin/python3\0":
                status = open(path.replace("cmdline", "status")).read()
                seen["peak_kib"] = max(seen["peak_kib"], int(status.split("VmHWM:")[1].split()[0]))
        except (OSError, IndexError):
            pass
    seen["looks"] += 1
    time.sleep(0.02)
json.dump(seen, open("/run/watched.json", "w"))
"""


@contextmanager
def watching(lab: Lab) -> Iterator[dict]:
    """Watch the host's processes while the block runs; the mapping is filled at its end."""
    seen: dict = {}
    lab.put(HOST, WATCH, "/root/watch.py")
    lab.run(HOST, "rm -f /run/watch-end /run/watched.json", check=True)
    # The watcher's own arguments name the secret; the tests leave its lines out.
    lab.run(HOST, ["systemd-run", "--unit=watch", "--collect", "python3", "/root/watch.py", SECRET], check=True)
    yield seen
    lab.run(HOST, "touch /run/watch-end; while [ ! -s /run/watched.json ]; do sleep 0.1; done", timeout=20, check=True)
    seen.update(json.loads(lab.get(HOST, "/run/watched.json")))


@pytest.fixture(scope="module")
def host(boot: Callable[[str], str]) -> str:
    return boot(HOST)


def with_secret(lab: Lab, token: str, *args: str, **over: Any) -> PlayResult:
    """Run the description with a secret file, as noisily as Ansible can."""
    described = node_exporter(lab, name="case-secret", port=9400, **over)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given:
        json.dump({"described": described, "token": token}, given)
        given.flush()
        return lab.playbook(PLAYS / "secret.yml", "--limit", HOST, "-e", f"@{given.name}", "-vvvv", "--diff", *args)


def test_a_secret_shows_nowhere(lab: Lab, host: str) -> None:
    failing = {"unit": {"exec": "node_exporter", "flags": {"web.listen-address": "192.0.2.1:9400"}}}
    with watching(lab) as seen:
        plays = [with_secret(lab, f"{SECRET}-1"), with_secret(lab, f"{SECRET}-2", "--check"), with_secret(lab, f"{SECRET}-2"),
                 with_secret(lab, f"{SECRET}-3", **failing), with_secret(lab, "")]  # fmt: skip
    assert [play.rc for play in plays] == [0, 0, 0, 2, 0]
    assert [play.changed for play in plays] == [1, 1, 1, 0, 1]
    for play in plays:
        assert SECRET not in play.stdout + play.stderr + json.dumps(play.tasks)
    assert "(a secret file, changed)" in plays[2].stdout
    assert seen["looks"] > 50
    assert [words for words in seen["leaks"] if "watch.py" not in words] == []
    journal = lab.run(host, ["journalctl", "--no-pager", "-o", "json"], timeout=60, check=True).stdout
    assert "service_release" in journal, "the module's own line is not in the journal: the look proves nothing"
    assert SECRET not in "\n".join(line for line in journal.splitlines() if "watch.py" not in line)


def test_a_secret_is_in_no_file_that_everybody_may_read(lab: Lab, host: str) -> None:
    with_secret(lab, f"{SECRET}-4").expect_success()
    found = lab.run(host, f"grep -rlI {SECRET} /etc /opt /var /run /tmp /root /home /usr/local 2>/dev/null").stdout.split()
    assert [path for path in found if "/generations/" in path], "the secret is not even where it belongs"
    assert [path for path in found if "/generations/" not in path and path != "/etc/case-secret/secrets/token"] == []
    for path in found:
        mode = lab.run(host, ["stat", "-Lc", "%a %U %G", path], check=True).stdout.strip()
        assert mode == "640 root case-secret", path


def test_memory_does_not_grow_with_the_archive(lab: Lab, host: str, tmp_path: Path) -> None:
    """The budget of a module run is 120 MiB; the program in this archive has 300."""
    version, big = "95.0.0", tmp_path / "node_exporter"
    path = lab.mirror.overlay / archive_path("node_exporter", version)
    path.parent.mkdir(parents=True, exist_ok=True)
    with big.open("wb") as stream:
        stream.truncate(300 * MIB)
    with tarfile.open(path, "w:gz", compresslevel=1) as handle:
        handle.add(big, f"node_exporter-{version}.linux-amd64/node_exporter")
    (path.parent / "sha256sums.txt").write_text(f"{faulty.sha256_of(path)}  {path.name}\n")
    with watching(lab) as seen:
        outcome = run_cases(lab, host, [Case("big", node_exporter(lab, version, "case-big", 9401))])["big"]
    assert "could not run" in outcome.message, "it was not unpacked: the test proves nothing"
    assert 5 * 1024 < seen["peak_kib"] < 100 * 1024


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"node_exporter_enabled_collectors": {"cpu": 1}}, "node_exporter_enabled_collectors"),
        ({"node_exporter_enabled_colectors": ["cpu"]}, "node_exporter_enabled_collectors"),
        ({"node_exporter_state": "runing"}, "node_exporter_state"),
    ],
    ids=["type", "name", "choice"],
)
def test_variables_that_cannot_be_meant(lab: Lab, host: str, variables: dict, words: str) -> None:
    before = picture(lab, host)
    play = lab.playbook(PLAYS / "role.yml", "--limit", host, "-e", json.dumps(variables))
    assert play.rc == 2
    assert words in play.failures[0] and next(iter(variables)) in play.failures[0]
    assert differences(before, picture(lab, host)) == []
