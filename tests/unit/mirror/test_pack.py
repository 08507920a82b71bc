# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packing as upstream packs, reproducibly."""

from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils.host.archive import unpack
from tests.lab.mirror.pack import checksum_lines, pack, sha256_of

TOP = "demo-1.0.0.linux-amd64"


def make(target: Path, program: Path) -> Path:
    """Packs a demo release."""
    pack(target, TOP, {"demo": program, "NOTICE": b"note\n", "LICENSE": b"law\n"}, ["demo"], mtime=1_700_000_000)
    return target


def test_the_layout_is_upstreams(tmp_path: Path) -> None:
    program = tmp_path / "built"
    program.write_bytes(b"\x7fELF")
    with tarfile.open(make(tmp_path / "a.tar.gz", program)) as tar:
        members = {info.name: info for info in tar}
        assert list(members) == [TOP, f"{TOP}/LICENSE", f"{TOP}/NOTICE", f"{TOP}/demo"]
        assert members[TOP].isdir()
        assert [oct(info.mode) for info in members.values()] == ["0o755", "0o644", "0o644", "0o755"]
        assert tar.extractfile(f"{TOP}/demo").read() == b"\x7fELF"  # type: ignore[union-attr]


def test_equal_input_makes_equal_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"program")
    two.write_bytes(b"program")
    os.utime(two, (1, 1))
    two.chmod(0o700)
    first, second = make(tmp_path / "a.tar.gz", one), make(tmp_path / "other-name.tar.gz", two)
    assert first.read_bytes() == second.read_bytes()


def test_nothing_half_written_has_the_name(tmp_path: Path) -> None:
    try:
        pack(tmp_path / "a.tar.gz", TOP, {"demo": tmp_path / "absent"}, ["demo"], mtime=0)
    except FileNotFoundError:
        assert not (tmp_path / "a.tar.gz").exists()
    else:
        raise AssertionError("packing a missing file must fail")


@given(body=st.binary(max_size=2000))
def test_digests_are_of_the_whole_file(tmp_path_factory: object, body: bytes) -> None:
    path = tmp_path_factory.mktemp("digest") / "file"  # type: ignore[attr-defined]
    path.write_bytes(body)
    assert sha256_of(path) == hashlib.sha256(body).hexdigest()


def test_checksum_files_are_what_sha256sum_reads() -> None:
    assert checksum_lines({"b": "2" * 64, "a": "1" * 64}) == f"{'1' * 64}  a\n{'2' * 64}  b\n"


def test_a_zip_holds_the_program_alone_as_the_engine_unpacks_it(tmp_path: Path) -> None:
    """Loki's release: no directory, the program under another name than on the host, and executable after unpacking."""
    program, target = tmp_path / "built", tmp_path / "host"
    program.write_bytes(b"\x7fELF")
    target.mkdir()
    files = {"demo-linux-amd64": program}
    for name in ("demo-linux-amd64.zip", "again.zip"):
        pack(tmp_path / name, "demo-linux-amd64", files, files, mtime=1_700_000_000)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "demo-linux-amd64.zip").read_bytes()
    unpack(str(tmp_path / "demo-linux-amd64.zip"), "demo-linux-amd64.zip", str(target), {"demo-linux-amd64": "demo"})
    assert [(path.name, path.read_bytes(), oct(path.stat().st_mode & 0o777)) for path in target.iterdir()] == [("demo", b"\x7fELF", "0o755")]
