# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What playbooks/mirror.yml will do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import mirror_plan, releases

A, B, C = "a" * 64, "b" * 64, "c" * 64
HOME = "https://example.org/demo/releases/download"
SUMS = "example.org/demo/releases/download/v2.1.0/sha256sums.txt"


@pytest.fixture
def lock(tmp_path: Path) -> str:
    row = {
        "version": "2.1.0",
        "home": HOME,
        "archive": "v{version}/demo-{version}.linux-{arch}.tar.gz",
        "checksums": "v{version}/sha256sums.txt",
        "members": ["demo"],
        "architectures": ["amd64", "arm64"],
        "digests": {"2.1.0": {"amd64": A}},
    }
    path = tmp_path / "versions.lock.yml"
    path.write_text(yaml.safe_dump({"format": 1, "programs": {"demo": row}}))
    return str(path)


def plan(tmp_path: Path, lock: str, **options: Any) -> dict[str, Any]:
    """Plans the mirror in tmp_path/mirror."""
    return mirror_plan.plan(str(tmp_path / "mirror"), lock, str(tmp_path / "own.yml"), **options)


def publish(tmp_path: Path, amd64: str = A, arm64: str = B) -> None:
    """Puts upstream's checksum file into the mirror."""
    path = tmp_path / "mirror" / SUMS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{amd64}  demo-2.1.0.linux-amd64.tar.gz\n{arm64}  demo-2.1.0.linux-arm64.tar.gz\n")


def test_an_empty_mirror_needs_everything_and_pins_what_is_known(tmp_path: Path, lock: str) -> None:
    made = plan(tmp_path, lock)
    release = tmp_path / "mirror/example.org/demo/releases/download/v2.1.0"
    assert made["directories"] == [str(release)]
    assert made["checksums"] == [{"url": f"{HOME}/v2.1.0/sha256sums.txt", "path": str(release / "sha256sums.txt")}]
    assert [(entry["arch"], entry["digest"]) for entry in made["archives"]] == [("amd64", A), ("arm64", "")]
    assert made["archives"][0]["path"] == str(release / "demo-2.1.0.linux-amd64.tar.gz")
    assert yaml.safe_load(made["lock"])["programs"] == {"demo": {"digests": {"2.1.0": {"amd64": A}}}}


def test_a_checksum_file_in_the_mirror_pins_the_rest(tmp_path: Path, lock: str) -> None:
    publish(tmp_path)
    assert yaml.safe_load(plan(tmp_path, lock)["lock"])["programs"]["demo"]["digests"] == {"2.1.0": {"amd64": A, "arm64": B}}


def test_the_written_lock_is_a_lock_and_keeps_what_it_pinned(tmp_path: Path, lock: str) -> None:
    own = tmp_path / "own.yml"
    own.write_text(yaml.safe_dump({"format": 1, "programs": {"demo": {"digests": {"2.0.0": {"amd64": C}}}}}))
    publish(tmp_path)
    own.write_text(plan(tmp_path, lock)["lock"])
    assert releases.load_lock(str(own))["demo"]["digests"] == {"2.0.0": {"amd64": C}, "2.1.0": {"amd64": A, "arm64": B}}
    assert plan(tmp_path, lock)["lock"] == own.read_text()


def test_another_upstream_changes_addresses_and_no_path(tmp_path: Path, lock: str) -> None:
    plain, moved = plan(tmp_path, lock), plan(tmp_path, lock, upstream="http://127.0.0.1:8000")
    assert moved["archives"][0]["url"] == "http://127.0.0.1:8000/example.org/demo/releases/download/v2.1.0/demo-2.1.0.linux-amd64.tar.gz"
    assert moved["checksums"][0]["url"] == f"http://127.0.0.1:8000/{SUMS}"
    assert [entry["path"] for entry in moved["archives"]] == [entry["path"] for entry in plain["archives"]]


def test_several_versions_of_a_program(tmp_path: Path, lock: str) -> None:
    made = plan(tmp_path, lock, programs=["demo", "demo@v2.0.0"], architectures=["amd64"])
    assert [entry["version"] for entry in made["archives"]] == ["2.1.0", "2.0.0"]
    assert len(made["checksums"]) == 2


@pytest.mark.parametrize("pinned_by", ["collection", "earlier run"])
def test_a_replaced_upstream_file_stops_everything(tmp_path: Path, lock: str, pinned_by: str) -> None:
    publish(tmp_path, amd64=C if pinned_by == "collection" else A)
    if pinned_by == "earlier run":
        text = yaml.safe_dump({"format": 1, "programs": {"demo": {"digests": {"2.1.0": {"arm64": C}}}}})
        (tmp_path / "own.yml").write_text(text)
    with pytest.raises(releases.ReleaseError, match="replaced, or a lock file is wrong"):
        plan(tmp_path, lock)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"architectures": ["x86_64"]}, "Upstream calls it amd64"),
        ({"architectures": ["vax"]}, "Known: amd64, arm64"),
        ({"programs": ["dome"]}, "Known programs: demo"),
        ({"programs": ["demo@newest"]}, "is not a version"),
        ({"upstream": "mirror"}, "neither an http"),
    ],
)
def test_errors_are_sentences(tmp_path: Path, lock: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(releases.ReleaseError, match=said):
        plan(tmp_path, lock, **options)


def test_an_archive_that_upstream_does_not_list(tmp_path: Path, lock: str) -> None:
    publish(tmp_path)
    (tmp_path / "mirror" / SUMS).write_text(f"{A}  demo-2.1.0.linux-amd64.tar.gz\n")
    with pytest.raises(releases.ReleaseError, match=r"lists no sha256 digest of demo-2.1.0.linux-arm64.tar.gz"):
        plan(tmp_path, lock)
