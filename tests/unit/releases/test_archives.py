# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where archives come from and what must be true of them, for every way to say so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import releases
from hypothesis import given
from hypothesis import strategies as st

A, B, C = "a" * 64, "b" * 64, "c" * 64
HOME = "https://example.org/demo/releases/download"
LOCK = {
    "format": 1,
    "programs": {
        "demo": {
            "version": "2.1.0",
            "home": HOME,
            "archive": "v{version}/demo-{version}.linux-{arch}.tar.gz",
            "checksums": "v{version}/sha256sums.txt",
            "members": ["demo", "demotool"],
            "architectures": ["amd64", "arm64", "386"],
            "digests": {"2.1.0": {"amd64": A}, "2.0.0": {"amd64": B, "arm64": C}},
        }
    },
}


def save(path: Path, content: object) -> str:
    """Writes a lock file and returns its path."""
    path.write_text(yaml.safe_dump(content))
    return str(path)


@pytest.fixture
def lock(tmp_path: Path) -> str:
    return save(tmp_path / "versions.lock.yml", LOCK)


def overlay(digests: dict[str, dict[str, str]]) -> dict[str, object]:
    return {"format": 1, "programs": {"demo": {"digests": digests}}}


def by_arch(found: list[dict[str, object]]) -> dict[str, tuple[object, object]]:
    return {str(entry["arch"]): (entry["url"], entry["checksum"]) for entry in found}


def test_every_architecture_has_its_own_archive_and_checksum(lock: str) -> None:
    found = releases.archives("demo", "2.1.0", lock)
    assert by_arch(found) == {
        "amd64": (f"{HOME}/v2.1.0/demo-2.1.0.linux-amd64.tar.gz", f"sha256:{A}"),
        "arm64": (f"{HOME}/v2.1.0/demo-2.1.0.linux-arm64.tar.gz", f"{HOME}/v2.1.0/sha256sums.txt"),
        "386": (f"{HOME}/v2.1.0/demo-2.1.0.linux-386.tar.gz", f"{HOME}/v2.1.0/sha256sums.txt"),
    }
    assert all(entry["members"] == ["demo", "demotool"] for entry in found)


@pytest.mark.parametrize(
    ("given_version", "meant"),
    [("2.0.0", "2.0.0"), ("v2.0.0", "2.0.0"), (" 2.0.0 ", "2.0.0"), ("", "2.1.0"), (None, "2.1.0"), ("3.0.0-rc.1", "3.0.0-rc.1")],
)
def test_version_spellings(lock: str, given_version: str | None, meant: str) -> None:
    url = releases.archives("demo", given_version, lock)[0]["url"]
    assert url == f"{HOME}/v{meant}/demo-{meant}.linux-amd64.tar.gz"


@pytest.mark.parametrize(
    ("mirror", "start"),
    [
        ("http://mirror:8080", "http://mirror:8080/example.org/demo"),
        ("https://mirror/base/", "https://mirror/base/example.org/demo"),
        ("/srv/mirror", "/srv/mirror/example.org/demo"),
        ("file:///srv/mirror", "file:///srv/mirror/example.org/demo"),
    ],
)
def test_a_mirror_serves_archives_and_checksum_files(lock: str, mirror: str, start: str) -> None:
    found = by_arch(releases.archives("demo", "", lock, mirror_url=mirror))
    assert all(str(url).startswith(start) for url, _ in found.values())
    assert found["amd64"][1] == f"sha256:{A}"
    assert str(found["arm64"][1]) == f"{start}/releases/download/v2.1.0/sha256sums.txt"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # One architecture named by the file itself: the other architectures have no archive.
        ({"binary_url": "http://i/demo-2.1.0.linux-arm64.tar.gz"}, {"arm64": ("http://i/demo-2.1.0.linux-arm64.tar.gz", f"{HOME}/v2.1.0/sha256sums.txt")}),
        ({"binary_url": "http://i/demo-2.1.0.linux-amd64.tar.gz"}, {"amd64": ("http://i/demo-2.1.0.linux-amd64.tar.gz", f"sha256:{A}")}),
        # Placeholders serve all of them.
        (
            {"binary_url": "http://i/{arch}/d.tgz", "checksums_url": "http://i/{version}/sums"},
            {arch: (f"http://i/{arch}/d.tgz", "http://i/2.1.0/sums") for arch in ("amd64", "arm64", "386")},
        ),
        # No architecture to be seen: the user's fleet has only one.
        (
            {"binary_url": "http://i/d.tgz", "checksums_url": f"sha256:{C}"},
            dict.fromkeys(("amd64", "arm64", "386"), ("http://i/d.tgz", f"sha256:{C}")),
        ),
        # An explicit address is never mirrored; an explicit checksum file wins over a known digest.
        (
            {"binary_url": "http://i/demo-2.1.0.linux-amd64.tar.gz", "mirror_url": "http://m", "checksums_url": "http://i/sums"},
            {"amd64": ("http://i/demo-2.1.0.linux-amd64.tar.gz", "http://i/sums")},
        ),
    ],
)  # fmt: skip
def test_addresses_given_by_the_user(lock: str, options: dict[str, str], expected: dict[str, tuple[str, str]]) -> None:
    assert by_arch(releases.archives("demo", "", lock, **options)) == expected


def test_a_further_lock_wins_only_for_what_it_names(lock: str, tmp_path: Path) -> None:
    lab = save(tmp_path / "lab.yml", overlay({"2.0.0": {"amd64": C}, "2.1.0": {"386": B}}))
    old = by_arch(releases.archives("demo", "2.0.0", lock, lock_files=[lab]))
    new = by_arch(releases.archives("demo", "2.1.0", lock, lock_files=[lab]))
    assert (old["amd64"][1], old["arm64"][1]) == (f"sha256:{C}", f"sha256:{C}")
    assert (new["amd64"][1], new["386"][1]) == (f"sha256:{A}", f"sha256:{B}")
    assert str(new["arm64"][1]).endswith("sha256sums.txt")


def test_the_last_lock_wins_and_foreign_programs_do_no_harm(lock: str, tmp_path: Path) -> None:
    first = save(tmp_path / "1.yml", overlay({"2.1.0": {"amd64": B}}))
    foreign = {"format": 1, "programs": {"other": {"digests": {"1.0.0": {"amd64": A}}}}}
    second = save(tmp_path / "2.yml", overlay({"2.1.0": {"amd64": C}}))
    third = save(tmp_path / "3.yml", foreign)
    assert by_arch(releases.archives("demo", "", lock, lock_files=[first, second, third]))["amd64"][1] == f"sha256:{C}"


@pytest.mark.parametrize(
    ("program", "version", "options", "said"),
    [
        ("dome", "", {}, "Known programs: demo"),
        ("demo", "stable", {}, "is not a version such as '2.1.0'"),
        ("demo", 2.1, {}, "demo_version is the float 2.1; quote it"),
        ("demo", "two", {}, "is not a version such as '2.1.0'"),
        ("demo", "2.1.0/../..", {}, "is not a version"),
        ("demo", "", {"mirror_url": "mirror.example.org"}, "neither an http"),
        ("demo", "", {"mirror_url": "srv/mirror"}, "absolute directory"),
        ("demo", "", {"binary_url": "http://i/own.tgz"}, "Set demo_checksums_url"),
        ("demo", "", {"checksums_url": "deadbeef"}, "neither the address of a checksum file nor sha256"),
    ],
)
def test_errors_are_sentences(lock: str, program: str, version: object, options: dict[str, str], said: str) -> None:
    with pytest.raises(releases.ReleaseError, match=said):
        releases.archives(program, version, lock, **options)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "must be a mapping"),
        ("programs: {}", "has format None"),
        ("{format: 2, programs: {}}", "has format 2.*Update the collection"),
        ("{format: 1, programs: {demo: {digests: {1.0: {amd64: x}}}}}", "put the version in quotes"),
        ("{format: 1, programs: {demo: {digests: {'1.0.0': {amd64: x}}}}}", "'x' is no sha256 digest"),
        ("{format: 1, programs: {demo: {digests: {'1.0.0': [x]}}}}", "mapping of architecture"),
        (f"{{format: 1, programs: {{demo: {{digests: {{'1.0.0': {{386: {A}}}}}}}}}}}", "386"),
        ("{", "not valid YAML"),
    ],
)
def test_a_bad_lock_file_is_named(lock: str, tmp_path: Path, text: str, said: str) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text(text)
    with pytest.raises(releases.ReleaseError, match=said) as caught:
        releases.archives("demo", "", lock, lock_files=[str(bad)])
    assert str(bad) in str(caught.value)


def test_a_missing_lock_file_is_named(lock: str, tmp_path: Path) -> None:
    with pytest.raises(releases.ReleaseError, match=r"absent.yml cannot be read.*observability_lock_files"):
        releases.archives("demo", "", lock, lock_files=[str(tmp_path / "absent.yml")])


def test_a_lock_is_parsed_once_and_again_when_it_changes(lock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    check = releases.check_lock
    monkeypatch.setattr(releases, "check_lock", lambda path, content: parsed.append(path) or check(path, content))
    for _ in range(1000):
        releases.archives("demo", "", lock)
    assert parsed == [lock]
    Path(lock).write_text(Path(lock).read_text().replace(A, B))
    os.utime(lock, ns=(1, 1))
    assert by_arch(releases.archives("demo", "", lock))["amd64"][1] == f"sha256:{B}"
    assert len(parsed) == 2


def test_callers_cannot_spoil_what_others_get(lock: str) -> None:
    releases.archives("demo", "", lock)[0]["members"].clear()
    assert releases.archives("demo", "", lock)[0]["members"] == ["demo", "demotool"]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (f"{A}  demo.tar.gz\n{B}  other.tar.gz\n", A),
        (f"{B}  other.tar.gz\n{A} *demo.tar.gz\n", A),
        (f"{A.upper()}  demo.tar.gz", A),
        (f"{A}  xdemo.tar.gz\n\n", ""),
        ("", ""),
    ],
)
def test_checksum_files(text: str, digest: str) -> None:
    assert releases.published_digest(text, "demo.tar.gz") == digest


VERSIONS = st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-rc\.[0-9])?", fullmatch=True)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z]{2,5})?(:[1-9][0-9]{1,4})?(/[a-z]{1,8}){0,3}/?", fullmatch=True)


@given(version=VERSIONS, host=HOSTS)
def test_a_mirror_changes_nothing_but_the_start(version: str, host: str) -> None:
    url = f"{HOME}/v{version}/x.tar.gz"
    moved = releases.mirrored(url, f"https://{host}")
    assert moved.endswith("/" + releases.without_scheme(url))
    assert "//" not in moved.removeprefix("https://")
    assert releases.mirrored(url, "") == url


@given(version=VERSIONS)
def test_a_leading_v_never_matters(version: str) -> None:
    assert releases.clean_version("demo", version, "1.0") == releases.clean_version("demo", "v" + version, "1.0") == version


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9._-]{0,30}", fullmatch=True), st.sampled_from([A, B, C]), max_size=8))
def test_checksum_lines_read_back(digests: dict[str, str]) -> None:
    text = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    assert {name: releases.published_digest(text, name) for name in digests} == digests


def test_a_member_may_have_another_name_on_the_host(tmp_path: Path) -> None:
    row = {**LOCK["programs"]["demo"], "members": {"demo-linux-{arch}": "demo"}}  # type: ignore[index]
    found = releases.archives("demo", "", save(tmp_path / "lock.yml", {"format": 1, "programs": {"demo": row}}))
    assert {entry["arch"]: entry["members"] for entry in found}["arm64"] == {"demo-linux-arm64": "demo"}
