# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each broken archive is broken in the way its name says, and in no other."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils import releases

from tests.lab.mirror import faulty
from tests.lab.mirror.pack import CHECKSUMS, pack, sha256_of

TOP = "prometheus-3.99.0.linux-amd64"
VIOLATES = {
    "parent_member": "OutsideDestinationError",
    "absolute_symlink": "AbsoluteLinkError",
    "symlink_then_member": "LinkOutsideDestinationError",
    "hard_link_out": "LinkOutsideDestinationError",
    "device": "SpecialFileError",
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "prometheus-3.15.0.linux-amd64.tar.gz"
    files = {"prometheus": b"server", "promtool": b"real tool", "prometheus.yml": b"global: {}\n", "LICENSE": b"law"}
    pack(path, "prometheus-3.15.0.linux-amd64", files, ["prometheus", "promtool"], mtime=0)
    return path


def make(kind: str, good: Path, tmp_path: Path) -> faulty.Faulty:
    return faulty.make(kind, good, tmp_path / "served", "3.99.0")


@pytest.mark.parametrize("kind", faulty.KINDS)
def test_it_is_served_where_the_role_looks_and_its_digest_is_right_unless_that_is_the_fault(kind: str, good: Path, tmp_path: Path) -> None:
    broken = make(kind, good, tmp_path)
    lock = Path(__file__).parents[3] / "versions.lock.yml"
    found = releases.archives("prometheus", "3.99.0", str(lock), mirror_url=str(broken.root), lock_files=[str(broken.lock)])
    assert found[0]["url"] == str(broken.archive)
    matches = found[0]["checksum"] == f"sha256:{sha256_of(broken.archive)}"
    assert matches == (kind not in ("wrong_checksum", "truncated"))
    assert sha256_of(broken.archive) in (broken.archive.parent / CHECKSUMS).read_text() or not matches


@pytest.mark.parametrize("kind", VIOLATES)
def test_it_leaves_the_target_or_makes_what_must_not_be_made(kind: str, good: Path, tmp_path: Path) -> None:
    if not hasattr(tarfile, "data_filter"):
        pytest.skip("this Python's tarfile has no filters to compare with")
    broken = make(kind, good, tmp_path)
    with tarfile.open(broken.archive) as tar, pytest.raises(getattr(tarfile, VIOLATES[kind])):
        tar.extractall(tmp_path / "unpacked", filter="data")


def test_an_absolute_member_is_absolute(good: Path, tmp_path: Path) -> None:
    with tarfile.open(make("absolute_member", good, tmp_path).archive) as tar:
        assert any(os.path.isabs(name) for name in tar.getnames())


@pytest.mark.parametrize("kind", ["truncated", "truncated_but_pinned"])
def test_a_truncated_archive_ends_early(kind: str, good: Path, tmp_path: Path) -> None:
    with pytest.raises(EOFError), tarfile.open(make(kind, good, tmp_path).archive) as tar:
        tar.getnames()


def test_an_oversized_member_claims_more_than_any_disk_has(good: Path, tmp_path: Path) -> None:
    with tarfile.open(make("oversized", good, tmp_path).archive) as tar:
        sizes = []
        with pytest.raises(tarfile.ReadError):
            for info in tar:
                sizes.append(info.size)
        assert max(sizes) == 1 << 40


def test_a_missing_program_is_missing(good: Path, tmp_path: Path) -> None:
    with tarfile.open(make("missing_program", good, tmp_path).archive) as tar:
        assert f"{TOP}/prometheus" not in tar.getnames() and f"{TOP}/promtool" in tar.getnames()


@pytest.mark.parametrize(("argv", "code"), [(["--version"], 0), (["--config.file=x", "--version"], 0), (["--config.file=x"], 2)])
def test_a_crash_comes_only_at_start(good: Path, tmp_path: Path, argv: list[str], code: int) -> None:
    with tarfile.open(make("crashes_at_start", good, tmp_path).archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
        assert tar.extractfile(f"{TOP}/promtool").read() == b"real tool"  # type: ignore[union-attr]
    done = subprocess.run([tmp_path / "unpacked" / TOP / "prometheus", *argv], capture_output=True)
    assert done.returncode == code


def test_a_foreign_program_does_not_run(good: Path, tmp_path: Path) -> None:
    with tarfile.open(make("not_executable_here", good, tmp_path).archive) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    with pytest.raises(OSError, match="Exec format error"):
        subprocess.run([tmp_path / "unpacked" / TOP / "prometheus"])
