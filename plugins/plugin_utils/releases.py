# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a program's release archives are and what their bytes must be: from lock files to download descriptions.

Pure but for reading lock files. Nothing here asks the network anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

FORMAT = 1
REQUIRED = ("version", "home", "archive", "checksums", "members", "architectures")
VERSION = re.compile(r"\d+\.\d+(\.\d+)*([-+.][0-9A-Za-z.-]+)?")
SHA256 = re.compile(r"[0-9a-f]{64}")
WHOLE_TREE = "all"
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there

_cache: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {}


class ReleaseError(ValueError):
    """A sentence for the user: what is wrong, where, and what to do."""


def load_lock(path: str) -> dict[str, Any]:
    """Returns the `programs` of a lock file.

    Parsed once per process and content (a play asks once per host): do not change what is returned.
    Raises ReleaseError when the file is missing, is not YAML or has another shape.
    """
    try:
        stat = os.stat(path)
        stamp = (stat.st_mtime_ns, stat.st_size)
        if path in _cache and _cache[path][0] == stamp:
            return _cache[path][1]
        with open(path, encoding="utf-8") as stream:
            content = yaml.load(stream, Loader=LOADER)  # noqa: S506  (a safe loader, the C one where there is one)
    except OSError as error:
        raise ReleaseError(f"Lock file {path} cannot be read ({error.strerror}). Correct its path in observability_lock_files, or remove it there.") from error
    except yaml.YAMLError as error:
        raise ReleaseError(f"Lock file {path} is not valid YAML: {error}") from error
    programs = check_lock(path, content)
    _cache[path] = (stamp, programs)
    return programs


def check_lock(path: str, content: Any) -> dict[str, Any]:
    """Returns the `programs` mapping of a parsed lock file, or raises ReleaseError saying what is not as it must be."""
    if not isinstance(content, dict) or not isinstance(content.get("programs"), dict):
        raise ReleaseError(f"Lock file {path} must be a mapping with the keys `format` and `programs`.")
    if content.get("format") != FORMAT:
        raise ReleaseError(
            f"Lock file {path} has format {content.get('format')!r}, and this collection reads format {FORMAT}. "
            "Update the collection, or write the lock file anew with playbook observability.stack.mirror."
        )
    for program, row in content["programs"].items():
        digests = row.get("digests") if isinstance(row, dict) else None
        for version, by_arch in (digests or {}).items():
            check_digests(f"Lock file {path}, {program} {version}", version, by_arch)
    return content["programs"]


def check_digests(where: str, version: Any, by_arch: Any) -> None:
    """Raises ReleaseError unless `by_arch` maps architectures to sha256 digests and the version is text."""
    if not isinstance(version, str):
        raise ReleaseError(f"{where}: put the version in quotes; YAML made {type(version).__name__} {version!r} of it.")
    if not isinstance(by_arch, dict):
        raise ReleaseError(f"{where}: must be a mapping of architecture to sha256 digest.")
    for arch, digest in by_arch.items():
        if not isinstance(arch, str) or not isinstance(digest, str) or not SHA256.fullmatch(digest):
            raise ReleaseError(f"{where}, {arch}: {digest!r} is no sha256 digest (text of 64 lower-case hex digits).")


def find_program(programs: Mapping[str, Any], program: str) -> dict[str, Any]:
    """Returns the row of `program` in a full lock; raises ReleaseError naming the known programs when there is none."""
    row = programs.get(program)
    if row is None:
        known = ", ".join(sorted(programs))
        raise ReleaseError(f"No release of {program!r} is described in versions.lock.yml. Known programs: {known}.")
    missing = [key for key in REQUIRED if not row.get(key)]
    if missing:
        raise ReleaseError(f"versions.lock.yml: program {program} lacks {', '.join(missing)}.")
    return row


def is_latest(version: Any) -> bool:
    """Says whether a version is the word "latest": the newest that the lock knows, since no run asks the network for one."""
    return isinstance(version, str) and version.strip().lower() == "latest"


def clean_version(program: str, version: Any, default: str) -> str:
    """Returns a version without a leading "v"; the lock's default for an empty one and for "latest".

    Raises ReleaseError for numbers (YAML turns 3.10 into 3.1) and for what is no version at all.
    """
    if version is None or version == "" or is_latest(version):
        return default
    if not isinstance(version, str):
        raise ReleaseError(f"{program}_version is the {type(version).__name__} {version!r}; quote it, as in {default!r}.")
    plain = version.strip().removeprefix("v")
    if not VERSION.fullmatch(plain):
        raise ReleaseError(f"{program}_version {version!r} is not a version such as {default!r}.")
    return plain


def without_scheme(url: str) -> str:
    """Returns an address as a relative path: host name first, no scheme."""
    return SCHEME.sub("", url, count=1)


def mirrored(url: str, mirror_url: str) -> str:
    """Returns the address of an upstream file in the mirror, or the address itself without one.

    `mirror_url` is an http(s) or file address or an absolute directory; anything else raises ReleaseError.
    """
    if not mirror_url:
        return url
    base = os.path.expanduser(mirror_url)
    if not base.startswith(("http://", "https://", "file:///", "/")):
        raise ReleaseError(
            f"The mirror {mirror_url!r} is neither an http(s) address nor an absolute directory. "
            "Give observability_mirror_url like https://mirror.example.org, or like /srv/mirror together with "
            "observability_download_from: controller."
        )
    return f"{base.rstrip('/')}/{without_scheme(url)}"


def known_digest(program: str, version: str, arch: str, locks: Sequence[Mapping[str, Any]]) -> str:
    """Returns the digest that the last lock with one names, or "" when none does."""
    for programs in reversed(locks):
        digest = ((programs.get(program) or {}).get("digests") or {}).get(version, {}).get(arch)
        if digest:
            return digest
    return ""


def published_digest(sums: str, name: str) -> str:
    """Returns the digest of a file in the text of a checksum file, or "" when it is not listed.

    The text has lines `digest  name`, or is one bare digest: the checksum file of one file.
    """
    if SHA256.fullmatch(sums.strip().lower()):
        return sums.strip().lower()
    for line in sums.splitlines():
        digest, _space, listed = line.strip().partition(" ")
        if listed.lstrip(" *") == name:
            return digest.lower()
    return ""


def archives(
    program: str,
    version: Any,
    lock_path: str,
    *,
    mirror_url: str = "",
    binary_url: str = "",
    checksums_url: str = "",
    lock_files: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Returns one download description {arch, url, checksum, members} per architecture of a release.

    Of a program whose whole tree is needed (members: all) `members` is empty; see wanted_members.

    `checksum` is "sha256:<hex>" when a lock knows the digest, else the address of the checksum file.
    `binary_url` and `checksums_url` replace upstream's addresses (unmirrored) and may hold {version} and {arch}.
    `lock_files` are read after the collection's own lock: for a version and architecture that they name, they win.
    Raises ReleaseError for unknown programs, unusable versions and unreadable lock files.
    """
    locks = [load_lock(lock_path), *(load_lock(str(path)) for path in lock_files or ())]
    row = find_program(locks[0], program)
    release = clean_version(program, version, row["version"])
    found = []
    for arch in row["architectures"]:
        upstream = f"{row['home']}/{row['archive']}".format(version=release, arch=arch)
        sums = f"{row['home']}/{row['checksums']}".format(version=release, arch=arch)
        url = expand(binary_url, release, arch) if binary_url else mirrored(upstream, mirror_url)
        if not serves(url, arch, row["architectures"], binary_url):
            continue
        digest = known_digest(program, release, arch, locks)
        if checksums_url:
            checksum = given_checksum(program, expand(checksums_url, release, arch))
        else:
            checksum = default_checksum(program, url, upstream, digest, mirrored(sums, mirror_url))
        found.append({"arch": arch, "url": url, "checksum": checksum, "members": wanted_members(row, arch)})
    return found


def wanted_members(row: Mapping[str, Any], arch: str) -> list[str] | dict[str, str]:
    """Returns the members that are installed; none means the whole tree of the archive.

    A mapping is {name in the archive: name on the host}, where the first may hold {arch}.
    """
    if isinstance(row["members"], Mapping):
        return {member.replace("{arch}", arch): name for member, name in row["members"].items()}
    return [] if row["members"] == WHOLE_TREE else list(row["members"])


def expand(url: str, version: str, arch: str) -> str:
    """Fills in {version} and {arch}, and leaves any other brace alone."""
    return url.replace("{version}", version).replace("{arch}", arch)


def serves(url: str, arch: str, architectures: Sequence[str], binary_url: str) -> bool:
    """Says whether an archive is for `arch`: a `binary_url` without {arch} may name one architecture by itself."""
    if not binary_url or "{arch}" in binary_url:
        return True
    words = re.split(r"[^0-9A-Za-z]+", url.rsplit("/", 1)[-1])
    named = [name for name in architectures if name in words]
    return not named or arch in named


def given_checksum(program: str, value: str) -> str:
    """Returns `<program>_checksums_url` when it is an address or a digest; raises ReleaseError otherwise."""
    if SHA256.fullmatch(value.removeprefix("sha256:")):
        return f"sha256:{value.removeprefix('sha256:')}"
    if SCHEME.match(value) or value.startswith("/"):
        return value
    raise ReleaseError(f"{program}_checksums_url {value!r} is neither the address of a checksum file nor sha256:<digest>.")


def default_checksum(program: str, url: str, upstream: str, digest: str, sums: str) -> str:
    """Returns the digest or checksum file that holds for `url`; upstream's hold only for a file of upstream's name."""
    name = url.rsplit("/", 1)[-1]
    if name != upstream.rsplit("/", 1)[-1]:
        raise ReleaseError(
            f"{program}_binary_url names {name!r}, for which no checksum is known. Set {program}_checksums_url to its checksum file, or to sha256:<digest>."
        )
    return f"sha256:{digest}" if digest else sums
