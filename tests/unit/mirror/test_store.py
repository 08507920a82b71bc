# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the mirror remembers about archives that the lab built, and how builds are named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml

from tests.lab.mirror.builds import BUILDS
from tests.lab.mirror.pack import CHECKSUMS, checksum_lines, sha256_of
from tests.lab.mirror.store import Release, Store, default_root

HOME = "https://example.org/demo/releases/download/v1.0.0"


def release(arch: str = "amd64", digest: str = "") -> Release:
    """Returns a demo release."""
    url = f"{HOME}/demo-1.0.0.linux-{arch}.tar.gz"
    return Release("demo", "1.0.0", arch, url, f"{HOME}/sha256sums.txt", ("demo",), digest)


def put(store: Store, wanted: Release, body: bytes) -> Path:
    """Puts an archive where the mirror has it."""
    path = store.path(wanted.url)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def locked(store: Store) -> dict[str, object]:
    return dict(yaml.safe_load(store.lab_lock.read_text())["programs"])


def test_files_lie_where_their_address_says(tmp_path: Path) -> None:
    assert Store(tmp_path).path(release().url) == tmp_path / "example.org/demo/releases/download/v1.0.0/demo-1.0.0.linux-amd64.tar.gz"


def test_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_root() == tmp_path / "observability.stack" / "mirror"


def test_a_build_is_remembered_by_digest_lock_and_checksum_file(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for arch, body in (("amd64", b"one"), ("arm64", b"two")):
        put(store, release(arch), body)
        store.remember(release(arch), "row", 12.34)
    digests = {arch: sha256_of(store.path(release(arch).url)) for arch in ("amd64", "arm64")}
    assert locked(store) == {"demo": {"digests": {"1.0.0": digests}}}
    names = {release(arch).name: digest for arch, digest in digests.items()}
    assert store.path(release().checksums_url).read_text() == checksum_lines(names)
    assert store.path(release().checksums_url).name == CHECKSUMS


def test_a_zip_is_listed_in_the_checksum_file_that_upstream_has(tmp_path: Path) -> None:
    store, url = Store(tmp_path), f"{HOME}/demo-linux-amd64.zip"
    row = Release("demo", "1.0.0", "amd64", url, f"{HOME}/SHA256SUMS", ("demo-linux-amd64",), "", {"demo-linux-amd64": "demo"})
    put(store, row, b"one")
    store.remember(row, "row", 1)
    assert store.path(row.checksums_url).read_text() == checksum_lines({"demo-linux-amd64.zip": sha256_of(store.path(url))})
    assert row.top == "demo-linux-amd64"


def test_a_build_counts_only_while_its_bytes_and_its_row_are_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path)
    archive = put(store, release(), b"one")
    store.remember(release(), "row", 1)
    assert store.is_built(release(), "row")
    assert not store.is_built(release(), "changed row")
    assert not store.is_built(release("arm64"), "row")
    archive.write_bytes(b"damaged")
    assert not store.is_built(release(), "row")
    archive.unlink()
    assert not store.is_built(release(), "row")


def test_upstreams_files_replace_all_builds_of_a_release(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for arch in ("amd64", "arm64"):
        put(store, release(arch), arch.encode())
        store.remember(release(arch), "row", 1)
    store.forget_builds(release())
    assert locked(store) == {}
    assert not store.path(release("arm64").url).exists()


@pytest.mark.parametrize(
    ("program", "version", "module_version"),
    [
        ("prometheus", "3.15.0", "v0.315.0"),
        ("prometheus", "3.5.5", "v0.305.5"),
        ("prometheus", "3.14.0-rc.0", "v0.314.0-rc.0"),
        ("alertmanager", "0.34.2", "v0.34.2"),
        ("node_exporter", "1.12.1", "v1.12.1"),
    ],
)
def test_module_versions(program: str, version: str, module_version: str) -> None:
    assert BUILDS[program].module_version(version) == module_version


def test_every_change_of_a_row_asks_for_a_new_build() -> None:
    row = BUILDS["alertmanager"]
    changed = [
        dataclasses.replace(row, add={"x": "y"}),
        dataclasses.replace(row, packages=("./cmd/alertmanager",)),
        dataclasses.replace(row, stamp="other"),
    ]
    digests = {row.digest("1.0.0", "amd64"), row.digest("1.0.1", "amd64"), row.digest("1.0.0", "arm64")}
    digests |= {other.digest("1.0.0", "amd64") for other in changed}
    assert len(digests) == 6
    assert row.digest("1.0.0", "amd64") == dataclasses.replace(row).digest("1.0.0", "amd64")
