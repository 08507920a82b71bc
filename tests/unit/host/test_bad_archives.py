# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What unpacking must refuse although the checksum fits."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from ansible_collections.observability.stack.plugins.module_utils.host.archive import unpack
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError


def pack(path, kind, *members):
    """Write a tar file of (name, link or None) and return its path."""
    with tarfile.open(path, f"w:{kind}") as handle:
        for name, link in members:
            row = tarfile.TarInfo(name)
            if link is None:
                row.size = 4
                handle.addfile(row, io.BytesIO(b"text"))
            else:
                row.type, row.linkname = tarfile.SYMTYPE, link
                handle.addfile(row)
    return path


def test_links_that_lead_out_only_together(tmp_path):
    """`a` leads to the target itself, `b` lexically into it, and really one level above."""
    archive = pack(tmp_path / "x.tar.gz", "gz", ("deep/here", None), ("deep/a", ".."), ("b", "deep/a/../escaped"), ("b/evil", None))
    (tmp_path / "escaped").mkdir()
    (tmp_path / "out").mkdir()
    with pytest.raises(ServiceError, match="lies below a link"):
        unpack(str(archive), archive.name, str(tmp_path / "out"), {})
    assert not list((tmp_path / "escaped").iterdir())


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_every_truncation_is_noticed(tmp_path, kind):
    """A stream that ends early is damaged, wherever it ends: also where tarfile takes that for the archive's end."""
    archive = pack(tmp_path / f"x.tar.{kind}", kind, ("program", None))
    whole = archive.read_bytes()
    for size in range(1, len(whole)):
        target = tmp_path / str(size)
        target.mkdir()
        archive.write_bytes(whole[:size])
        with pytest.raises(ServiceError, match="truncated or damaged"):
            unpack(str(archive), archive.name, str(target), {"program": "program"})


def test_a_whole_one_is_unpacked(tmp_path):
    for kind in ("gz", "bz2", "xz"):
        archive = pack(tmp_path / f"x.tar.{kind}", kind, ("top/program", None))
        target = tmp_path / kind
        target.mkdir()
        unpack(str(archive), archive.name, str(target), {"program": "tool"})
        assert (target / "tool").read_bytes() == b"text"


LINK, PIPE = 0o120777 << 16, 0o010644 << 16


@pytest.mark.parametrize(
    ("name", "kind", "size", "why"),
    [
        ("../evil", 0, 4, "points outside the target"),
        ("/tmp/evil", 0, 4, "points outside the target"),
        ("link", LINK, 4, "is a link"),
        ("pipe", PIPE, 4, "is a link, a device or a pipe"),
        ("huge", 0, 1 << 40, "larger than 8 GiB"),
    ],
)
def test_a_zip_is_refused_for_a_member_that_nobody_asked_for(tmp_path, name, kind, size, why):
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as handle:
        handle.writestr("program-linux", b"text")
        row = zipfile.ZipInfo(name)
        row.external_attr = kind
        handle.writestr(row, b"text")
        row.file_size = size  # what the directory at the archive's end promises
    (tmp_path / "out").mkdir()
    with pytest.raises(ServiceError, match=why):
        unpack(str(archive), archive.name, str(tmp_path / "out"), {"program-linux": "program"})
    assert not (tmp_path / "evil").exists()
