# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From upstream when it answers, from source when it does not, and never from either when a digest is wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.lab.mirror import filling, gobuild
from tests.lab.mirror.builds import BUILDS, Build
from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.store import Release, Store

if TYPE_CHECKING:
    from tests.unit.mirror.conftest import Upstream

NAME = "demo-1.0.0.linux-amd64.tar.gz"
BODY = b"upstream's archive"
DIGEST = hashlib.sha256(BODY).hexdigest()


@dataclass
class World:
    """A lock with one program, an upstream that may have it, and a build that takes no time."""

    lock: Path
    upstream: Upstream
    builds: list[str] = field(default_factory=list)

    def pin(self, digests: dict[str, dict[str, str]]) -> None:
        """Writes the lock."""
        row = {
            "version": "1.0.0",
            "home": f"{self.upstream.url}/demo",
            "archive": "v{version}/demo-{version}.linux-{arch}.tar.gz",
            "checksums": "v{version}/sha256sums.txt",
            "members": ["demo"],
            "architectures": ["amd64"],
            "digests": digests,
        }
        self.lock.write_text(yaml.safe_dump({"format": 1, "programs": {"demo": row}}))

    def publish(self, digest: str = DIGEST) -> None:
        """Makes upstream release the program."""
        self.upstream.put(f"demo/v1.0.0/{NAME}", BODY)
        self.upstream.put("demo/v1.0.0/sha256sums.txt", f"{digest}  {NAME}\n".encode())

    def build(self, store: Store, _row: Build, release: Release) -> float:
        """Stands for gobuild.build."""
        archive = store.path(release.url)
        archive.parent.mkdir(parents=True, exist_ok=True)
        archive.write_bytes(b"built here")
        self.builds.append(release.version)
        return 1.0


@pytest.fixture
def world(tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "lock.yml", upstream)
    made.pin({})
    monkeypatch.setattr(filling, "LOCK", str(made.lock))
    monkeypatch.setitem(BUILDS, "demo", Build("demo", "example.org/demo"))
    monkeypatch.setattr(gobuild, "build", made.build)
    return made


def run(tmp_path: Path, method: str = "any") -> tuple[Store, bytes]:
    """Fills a mirror in tmp_path and returns it with the archive's bytes."""
    store = filling.fill(["demo"], arch="amd64", method=method, root=tmp_path / "mirror")
    return store, next((tmp_path / "mirror").rglob(NAME)).read_bytes()


def lab_programs(store: Store) -> dict[str, object]:
    return dict(yaml.safe_load(store.lab_lock.read_text())["programs"])


def test_upstream_is_taken_and_verified_once(tmp_path: Path, world: World) -> None:
    world.publish()
    store, body = run(tmp_path)
    assert body == BODY and lab_programs(store) == {} and not world.builds
    world.upstream.asked.clear()
    run(tmp_path)
    assert world.upstream.asked == []


def test_what_upstream_lacks_is_built_once(tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    store, body = run(tmp_path)
    assert body == b"built here"
    assert lab_programs(store)["demo"] == {"digests": {"1.0.0": {"amd64": hashlib.sha256(body).hexdigest()}}}
    run(tmp_path)
    assert world.builds == ["1.0.0"]
    assert "there, built before" in capsys.readouterr().out


def test_what_is_there_waits_for_nobody(tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    store, _body = run(tmp_path)
    with store.exclusive():
        run(tmp_path)
    assert "waiting for it" not in capsys.readouterr().out
    store.lab_lock.unlink()  # as by a fill that was ended too early
    again, body = run(tmp_path)
    assert lab_programs(again)["demo"] == {"digests": {"1.0.0": {"amd64": hashlib.sha256(body).hexdigest()}}}


def test_upstream_replaces_a_build_when_it_is_asked_for(tmp_path: Path, world: World) -> None:
    run(tmp_path)
    world.publish()
    store, body = run(tmp_path, method="upstream")
    assert body == BODY and lab_programs(store) == {}


def test_build_only_asks_no_one(tmp_path: Path, world: World) -> None:
    world.publish()
    assert run(tmp_path, method="build")[1] == b"built here"
    assert world.upstream.asked == []


def test_upstream_only_builds_nothing(tmp_path: Path, world: World) -> None:
    with pytest.raises(MirrorError, match=r"cannot be fetched: .*404"):
        run(tmp_path, method="upstream")
    assert not world.builds


@pytest.mark.parametrize("liar", ["checksum file", "our lock"])
def test_a_wrong_digest_is_never_a_reason_to_build(tmp_path: Path, world: World, liar: str) -> None:
    world.publish(digest="0" * 64 if liar == "checksum file" else DIGEST)
    if liar == "our lock":
        world.pin({"1.0.0": {"amd64": "0" * 64}})
    with pytest.raises(MirrorError, match=r"0{64}"):
        run(tmp_path)
    assert not world.builds
    assert not list((tmp_path / "mirror").rglob("*.tar.gz"))


@pytest.mark.parametrize(
    ("wanted", "arch", "said"),
    [("dome", "amd64", "Known programs"), ("demo@newest", "amd64", "not a version"), ("demo", "vax", "no release for 'vax'")],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, world: World, wanted: str, arch: str, said: str) -> None:
    with pytest.raises(MirrorError, match=said):
        filling.fill([wanted], arch=arch, root=tmp_path)


def test_missing_go_is_named_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MirrorError, match=r"Go is missing.*apt-get install golang-go"):
        filling.fill(["node_exporter"], arch="amd64", method="build", root=tmp_path / "mirror")
