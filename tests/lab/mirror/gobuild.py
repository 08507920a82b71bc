# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Builds a program's release archive from its pinned Go module."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.lab.mirror.builds import Build
from tests.lab.mirror.errors import MirrorError
from tests.lab.mirror.pack import pack
from tests.lab.mirror.progress import Ticker
from tests.lab.mirror.store import Release, Store

GO_ARCH = {"armv7": ("arm", "7")}
NO_GO = (
    "Go is missing, and upstream's archives cannot be fetched from here, so {release} cannot be had. "
    "Install Go 1.21 or newer (it fetches a newer toolchain by itself where a module needs one): "
    "`apt-get install golang-go` on Debian 13 and Ubuntu 24.04, else https://go.dev/doc/install, and see that `go` is on PATH."
)


def build(store: Store, row: Build, release: Release) -> float:
    """Builds `release`, puts its archive into the mirror and returns the seconds that took.

    Raises MirrorError when Go is missing, the module cannot be had or the compiler refuses.
    """
    ticker = Ticker(f"{release}: building from source")
    work = empty_work(store, release)
    module = download(row, release, work)
    source = copy_source(row, Path(module["Dir"]), work / "source")
    stamped = datetime.fromisoformat(module["Time"])
    flags = link_flags(row, release, module["Version"], stamped)
    for package in row.packages:
        compile_package(package, source, work, release, flags, "-mod=mod" if row.edits else "-mod=readonly")
    archive = store.path(release.url)
    archive.parent.mkdir(parents=True, exist_ok=True)
    pack(archive, release.top, contents(row, release, source, work), release.members, int(stamped.timestamp()))
    shutil.rmtree(work)
    ticker.done(f"built, {archive.stat().st_size / 1e6:.0f} MB")
    return ticker.elapsed


def empty_work(store: Store, release: Release) -> Path:
    """Returns an empty directory for a build; raises MirrorError when there is no Go to build with."""
    if not shutil.which("go"):
        raise MirrorError(NO_GO.format(release=release))
    work = store.root / ".work" / release.top
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return work


def download(row: Build, release: Release, work: Path) -> dict[str, Any]:
    """Fetches the module, verified by Go's checksum database, and returns Go's description of it."""
    wanted = f"{row.module}@{row.module_version(release.version)}"
    done = subprocess.run(["go", "mod", "download", "-json", wanted], cwd=work, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout or "{}")
    if done.returncode or "Dir" not in answer:
        reason = answer.get("Error") or done.stderr.strip()
        raise MirrorError(f"Go module {wanted} cannot be fetched: {reason}. Is it released, and does GOPROXY serve it?")
    info = json.loads(Path(answer["Info"]).read_text())
    return {"Dir": answer["Dir"], "Version": answer["Version"], "Time": info["Time"]}


def copy_source(row: Build, module: Path, source: Path) -> Path:
    """Copies the module out of Go's read-only cache, so that its own go.mod, replaces and go.sum hold."""
    shutil.copytree(module, source)
    for path in [source, *source.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    for name, text in row.add.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if row.edits:
        subprocess.run(["go", "mod", "edit", *row.edits], cwd=source, check=True)
    return source


def link_flags(row: Build, release: Release, module_version: str, when: datetime) -> str:
    """Returns the linker flags: the release's own version, and a branch that says who built it."""
    stamp = {
        "Version": release.version,
        "Revision": f"module-{module_version}",
        "Branch": "HEAD",
        "BuildUser": "observability.stack-lab",
        "BuildDate": when.strftime("%Y%m%d-%H:%M:%S"),
    }
    return " ".join(["-s", "-w", *(f"-X {row.stamp}.{key}={value}" for key, value in stamp.items())])


def compile_package(package: str, source: Path, work: Path, release: Release, flags: str, mode: str) -> None:
    """Compiles and links one program; one at a time, because a linker needs gigabytes."""
    name = program_name(package, release)
    goarch, goarm = GO_ARCH.get(release.arch, (release.arch, ""))
    env = {**os.environ, "GOWORK": "off", "CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": goarch, "GOARM": goarm}
    argv = ["nice", "-n", "10", "go", "build", mode, "-v", "-trimpath", "-ldflags", flags, "-o", str(work / name), package]
    log = work / f"{name}.log"
    code = run_with_progress(argv, source, env, log, Ticker(f"{release}: compiling {name}"))
    if code:
        tail = "\n".join(log.read_text().splitlines()[-20:])
        raise MirrorError(f"`go build {package}` of {release} failed with code {code}; the end of {log}:\n{tail}")


def run_with_progress(argv: list[str], cwd: Path, env: dict[str, str], log: Path, ticker: Ticker) -> int:
    """Runs a command whose every output line is a step done, and reports while it runs. Returns its exit code."""
    lines: queue.Queue[str | None] = queue.Queue()
    running = subprocess.Popen(argv, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    threading.Thread(target=pump, args=(running, lines), daemon=True).start()
    count = 0
    with log.open("w") as sink:
        while (line := next_line(lines)) is not None:
            count += bool(line)
            sink.write(line)
            ticker.tick(f"{count} steps")
    code = running.wait()
    ticker.done("ready" if code == 0 else "failed")
    return code


def pump(running: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    """Moves output lines into the queue; None is the end."""
    assert running.stdout is not None
    for line in running.stdout:
        lines.put(line)
    lines.put(None)


def next_line(lines: queue.Queue[str | None]) -> str | None:
    """Returns the next output line, "" when a second brought none, and None at the end."""
    try:
        return lines.get(timeout=1)
    except queue.Empty:
        return ""


def program_name(package: str, release: Release) -> str:
    """Returns the name that Go gives a package's program: its last path element, or the release's for the root."""
    return release.program if package == "." else package.rsplit("/", 1)[1]


def contents(row: Build, release: Release, source: Path, work: Path) -> dict[str, Path | bytes]:
    """Returns what upstream packs: programs, LICENSE, NOTICE and the example configuration, flat; of a program that it packs
    under another name, nothing but the program."""
    files: dict[str, Path | bytes] = {name: work / release.installed.get(name, name) for name in release.members}
    if release.installed:
        return files
    for name in ("LICENSE", "NOTICE", *row.files):
        files[Path(name).name] = source / name
    return files
