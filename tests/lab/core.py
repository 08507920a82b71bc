# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every part of the lab uses: one error type, progress lines, running programs, places on disk, locks."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


class LabError(Exception):
    """The lab cannot do what was asked; the text says what to do next."""


def say(text: str) -> None:
    """Print one progress line on stderr, so that stdout stays usable in scripts."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


def cache_dir() -> Path:
    """Directory of everything that survives ``down`` (images, mirror); XDG_CACHE_HOME is respected."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "observability.stack"


def labs_dir() -> Path:
    """Directory with one folder for each lab that is up."""
    return cache_dir() / "lab"


def check_name(name: str) -> str:
    """Return ``name`` when it can be a lab's name, else raise LabError."""
    if not _NAME.fullmatch(name):
        raise LabError(f"{name!r} cannot be a lab's name: use up to 31 lower-case letters, digits and '-'.")
    return name


def run(
    argv: Sequence[str | os.PathLike[str]],
    *,
    input: str | bytes | None = None,
    timeout: float | None = None,
    check: bool = True,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program and capture its output.

    Raises LabError with the program's own last lines when it fails (and ``check``) or takes longer than ``timeout`` seconds.
    """
    words = [os.fspath(word) for word in argv]
    data = input.encode() if isinstance(input, str) else input
    feed: dict[str, object] = {"stdin": subprocess.DEVNULL} if data is None else {"input": data}
    try:
        done = subprocess.run(words, check=False, capture_output=True, timeout=timeout, env=env, cwd=cwd, **feed)  # type: ignore[call-overload]
    except subprocess.TimeoutExpired as error:
        raise LabError(f"'{' '.join(words)[:300]}' did not end within {timeout:g} s.") from error
    except FileNotFoundError as error:
        raise LabError(f"The program {words[0]} is not installed.") from error
    return checked(done) if check else done


def checked(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[bytes]:
    """Return what a program did; raises LabError with its own last lines when it failed."""
    if done.returncode != 0:
        tail = (done.stderr or done.stdout).decode(errors="replace").strip()[-1500:]
        raise LabError(f"'{' '.join(done.args)[:300]}' failed with status {done.returncode}: {tail}")
    return done


def scope() -> str:
    """Return what tells the labs of another XDG_CACHE_HOME apart: podman's names are the machine's, keys are the cache's."""
    usual = Path.home() / ".cache" / "observability.stack"
    return "" if cache_dir() == usual else "-" + hashlib.sha256(str(cache_dir()).encode()).hexdigest()[:6]


@contextlib.contextmanager
def lock(name: str, directory: Path | None = None) -> Iterator[None]:
    """Hold the lock ``name`` (of this cache, or of a directory); say so when another process has it. It ends with us."""
    directory = directory or cache_dir() / "locks"
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / f"{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that works on {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file whole or not at all, with its mode from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as handle:
        handle.write(text)
    scratch.chmod(mode)
    scratch.replace(path)


class Stopwatch:
    """Seconds since its making, printed as ``1.2 s``."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def __str__(self) -> str:
        return f"{time.monotonic() - self.start:.1f} s"
