# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The real programs, from the lab's mirror, for tests that ask them instead of believing the documentation."""

from __future__ import annotations

import functools
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.lab.mirror import default_root

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def program(member: str, release: str = "") -> Path:
    """Return the path of a program; *release* is the archive's name when it differs from the program's.

    Skips the test, and says how to fill the mirror, when the archive is not there.
    """
    release = release or member
    row = yaml.safe_load((ROOT / "versions.lock.yml").read_text(encoding="utf-8"))["programs"][release]
    version = row["version"]
    home = row["home"].partition("://")[2]
    archive = default_root() / home / row["archive"].format(version=version, arch="amd64")
    # The lock says by which name a program is packed, where that is another.
    packed = {host: name.replace("{arch}", "amd64") for name, host in row["members"].items()} if isinstance(row["members"], dict) else {}
    if not archive.exists():
        pytest.skip("%s is not in the mirror; fill it with: python -m tests.lab.mirror fill %s" % (archive.name, release))
    target = default_root().parent / "programs" / release / version / member
    if not target.exists():
        _unpack(archive, packed.get(member, member), target)
    return target


def _unpack(archive: Path, member: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(_member(archive, member))
    part.chmod(0o755)
    part.rename(target)  # another test process sees the whole program or none


def _member(archive: Path, member: str) -> bytes:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            return packed.read(member)
    with tarfile.open(archive) as tar:
        names = [name for name in tar.getnames() if name.rsplit("/", 1)[-1] == member]
        stream = tar.extractfile(names[0])
        assert stream is not None
        return stream.read()


def run(*argv: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, at most 30 s, with its output as text."""
    return subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False, timeout=30)
