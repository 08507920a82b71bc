# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Memory of a module run that stages a release, with archives of growing size."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bench.report import table
from tools.build_tree import stage

SIZES_MIB = (10, 200, 800)
CHILD = """
import sys
from ansible_collections.observability.stack.plugins.module_utils.host import release
url, digest, target = sys.argv[1:]
release.stage(target, "1.0", [{"url": url, "checksum": "sha256:" + digest, "members": ["program"]}], {}, 30.0)
# Not ru_maxrss: it remembers the parent's memory from before the exec.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def sha256_file(path: Path) -> str:
    """Return a file's sha256 without reading it whole."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _archive(folder: Path, mebibytes: int) -> tuple[Path, str]:
    program, path = folder / "program", folder / f"program-{mebibytes}.tar.gz"
    block = os.urandom(1024 * 1024)
    with program.open("wb") as handle:
        for _each in range(mebibytes):
            handle.write(block)
    with tarfile.open(path, "w:gz", compresslevel=1) as handle:
        handle.add(program, "program-1.0/program")
    program.unlink()
    return path, sha256_file(path)


def peak_mib(mebibytes: int) -> float:
    """Return the peak resident memory of staging an archive of that size, in MiB."""
    with tempfile.TemporaryDirectory() as name:
        path, digest = _archive(Path(name), mebibytes)
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(path), digest, f"{name}/releases"],
            check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(stage().parents[2])},
        )  # fmt: skip
    return int(done.stdout) / 1024


def measure() -> str:
    """Return the section."""
    rows = [[f"{size} MiB", f"{peak_mib(size):.0f} MiB"] for size in SIZES_MIB]
    return f"""## Memory of staging a release

{table(["program in the archive", "peak memory"], rows)}"""
