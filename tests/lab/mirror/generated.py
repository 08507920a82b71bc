# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Builds a program that has no module of its own: a generator writes its source from a manifest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import yaml

from tests.lab.mirror import gobuild
from tests.lab.mirror.builds import MANIFEST, Generated
from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.pack import pack
from tests.lab.mirror.progress import Ticker
from tests.lab.mirror.store import Release, Store


def build(store: Store, row: Generated, release: Release) -> float:
    """Builds `release`, puts its archive into the mirror and returns the seconds that took.

    Raises MirrorError when the manifest is for another version, Go is missing, or generator or compiler refuse.
    """
    check_version(row, release)
    ticker = Ticker(f"{release}: building from its manifest")
    work = gobuild.empty_work(store, release)
    source = generate(row, release, work / "source")
    program = work / release.program
    argv = ["go", "build", "-v", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", str(program), "."]
    run(argv, source, f"{release}: compiling", {"GOOS": "linux", "GOARCH": release.arch})
    archive = store.path(release.url)
    archive.parent.mkdir(parents=True, exist_ok=True)
    # Upstream packs it flat.
    pack(archive, "", dict.fromkeys(release.members, program), release.members, mtime=0)
    shutil.rmtree(work)
    ticker.done(f"built, {archive.stat().st_size / 1e6:.0f} MB")
    return ticker.elapsed


def check_version(row: Generated, release: Release) -> None:
    """Refuses to build one version and call it another."""
    version = yaml.safe_load((row.directory / MANIFEST).read_text())["dist"]["version"]
    if version != release.version:
        raise MirrorError(f"{row.directory / MANIFEST} is for {release.program} {version}, so {release} cannot be built. docs/mirror.md says how to renew it.")


def generate(row: Generated, release: Release, source: Path) -> Path:
    """Copies the manifest with its pinned modules to `source`, and has the generator, one of those modules, write the program there."""
    shutil.copytree(row.directory, source)
    run(["go", "run", row.generator, "--config", MANIFEST, *row.options], source, f"{release}: generating", {})
    # It wrote a go.mod of its own, without the modules that the named ones need.
    shutil.copy(row.directory / "go.mod", source)
    return source


def run(argv: list[str], source: Path, what: str, env: dict[str, str]) -> None:
    """Runs a command of Go in the source, reports meanwhile, and raises MirrorError with its last words when it fails."""
    log = source.parent / f"{argv[1]}.log"
    around = {**os.environ, "GOWORK": "off", "CGO_ENABLED": "0", **env}
    code = gobuild.run_with_progress(["nice", "-n", "10", *argv], source, around, log, Ticker(what))
    if code:
        tail = "\n".join(log.read_text().splitlines()[-20:])
        raise MirrorError(f"{what} failed with code {code}; the end of {log}:\n{tail}")
