# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A program that is generated from a manifest: what decides the build, and what is packed."""

from __future__ import annotations

import dataclasses
import shutil
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.lab.mirror import filling, generated
from tests.lab.mirror.builds import BUILDS, MANIFEST, Generated
from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.store import Store


@pytest.fixture
def row(tmp_path: Path) -> Generated:
    known = BUILDS["otel_collector"]
    assert isinstance(known, Generated)
    return dataclasses.replace(known, directory=Path(shutil.copytree(known.directory, tmp_path / "manifest")))


def test_the_manifest_is_for_the_version_of_the_lock(row: Generated) -> None:
    generated.check_version(row, filling.find("otel_collector", "amd64"))


def test_another_version_is_not_built_under_its_name(row: Generated) -> None:
    with pytest.raises(MirrorError, match=r"is for otel_collector 0[.]140[.]1, so otel_collector 0[.]150[.]0"):
        generated.check_version(row, filling.find("otel_collector@0.150.0", "amd64"))


def test_a_change_of_what_is_built_asks_for_a_new_build(row: Generated) -> None:
    before = row.digest("0.140.1", "amd64")
    assert row.digest("0.140.1", "arm64") != before
    for name, more in ((MANIFEST, "converters: []\n"), ("go.mod", "\n"), ("go.sum", "\n")):
        text = (row.directory / name).read_text()
        (row.directory / name).write_text(text + more)
        assert row.digest("0.140.1", "amd64") != before
        (row.directory / name).write_text(text)
    (row.directory / MANIFEST).write_text((row.directory / MANIFEST).read_text() + "# A remark.\n")
    assert row.digest("0.140.1", "amd64") == before


def test_every_module_of_the_manifest_is_pinned(row: Generated) -> None:
    manifest = yaml.safe_load((row.directory / MANIFEST).read_text())
    pinned, sums = (row.directory / "go.mod").read_text(), (row.directory / "go.sum").read_text()
    for section in manifest.values():
        for component in section if isinstance(section, list) else []:
            assert component["gomod"] in pinned
            assert component["gomod"] + " h1:" in sums
    assert row.generator in pinned


def test_it_is_packed_flat_as_upstream_does(row: Generated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(_row: Generated, _release: object, source: Path) -> Path:
        source.mkdir()
        return source

    monkeypatch.setattr(generated, "generate", generate)
    monkeypatch.setattr(generated, "run", lambda argv, *_: Path(argv[argv.index("-o") + 1]).write_bytes(b"\x7fELF"))
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/go")
    store, release = Store(tmp_path / "mirror"), filling.find("otel_collector", "amd64")
    generated.build(store, row, release)
    with tarfile.open(store.path(release.url)) as tar:
        assert [(info.name, oct(info.mode)) for info in tar] == [("otelcol-contrib", "0o755")]
