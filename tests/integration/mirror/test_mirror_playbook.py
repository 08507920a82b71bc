# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/mirror.yml, run for real against a web server on loopback that plays upstream."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
HOME = "github.com/prometheus/node_exporter/releases/download"
VERSION = "0.0.7"  # in no lock file, so that the checksum file decides
ARCHITECTURES = ("amd64", "arm64")


@dataclass
class Site:
    """An upstream, a directory to fill from it, and what upstream was asked for."""

    upstream: Path
    mirror: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def publish(self, broken: str = "") -> dict[str, str]:
        """Makes upstream release every architecture; `broken` gets a wrong digest. Returns the published digests."""
        release = self.upstream / HOME / f"v{VERSION}"
        release.mkdir(parents=True, exist_ok=True)
        digests = {}
        for arch in ARCHITECTURES:
            body = f"archive for {arch}".encode()
            (release / f"node_exporter-{VERSION}.linux-{arch}.tar.gz").write_bytes(body)
            digests[arch] = "0" * 64 if arch == broken else hashlib.sha256(body).hexdigest()
        lines = [f"{digest}  node_exporter-{VERSION}.linux-{arch}.tar.gz\n" for arch, digest in digests.items()]
        (release / "sha256sums.txt").write_text("".join(lines))
        return digests

    def run(self, *arguments: str, **variables: Any) -> tuple[int, dict[str, int], str]:
        """Runs the playbook; returns its exit code, the recap of localhost and the output."""
        given = {
            "observability_mirror_dir": str(self.mirror),
            "observability_mirror_upstream": self.url,
            "observability_mirror_programs": [f"node_exporter@{VERSION}"],
            "observability_mirror_retries": 1,
            **variables,
        }
        argv = ["ansible-playbook", "observability.stack.mirror", "-i", "localhost,", "-e", json.dumps(given), *arguments]
        env = {**os.environ, "ANSIBLE_NOCOLOR": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)
        output = done.stdout + done.stderr
        recap = [line for line in output.splitlines() if line.startswith("localhost ") and "ok=" in line]
        counts = dict(part.split("=") for part in recap[-1].split(":")[1].split()) if recap else {}
        return done.returncode, {name: int(number) for name, number in counts.items()}, output

    def files(self) -> list[str]:
        """Returns the files of the mirror, as relative paths."""
        return sorted(str(path.relative_to(self.mirror)) for path in self.mirror.rglob("*") if path.is_file())

    def pinned(self) -> dict[str, str]:
        """Returns the digests in the mirror's lock file."""
        lock = yaml.safe_load((self.mirror / "mirror.lock.yml").read_text())
        assert lock["format"] == 1
        return dict(lock["programs"]["node_exporter"]["digests"][VERSION])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "upstream", tmp_path / "mirror")
    made.upstream.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            made.asked.append(f"{self.command} {self.path}")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(made.upstream)))
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def expected_files() -> list[str]:
    release = f"{HOME}/v{VERSION}"
    names = [f"node_exporter-{VERSION}.linux-{arch}.tar.gz" for arch in ARCHITECTURES]
    return sorted([*(f"{release}/{name}" for name in names), f"{release}/sha256sums.txt", "mirror.lock.yml"])


def test_check_mode_then_first_run_then_nothing_more(site: Site) -> None:
    digests = site.publish()

    code, recap, output = site.run("--check", "--diff")
    assert code == 0 and recap["changed"] > 0, output
    assert not site.mirror.exists()
    assert f"node_exporter-{VERSION}.linux-arm64.tar.gz" in output

    code, recap, output = site.run()
    assert code == 0 and recap["changed"] > 0, output
    assert site.files() == expected_files()
    assert site.pinned() == digests

    site.asked.clear()
    for arguments in ((), ("--check",)):
        code, recap, output = site.run(*arguments)
        assert (code, recap["changed"]) == (0, 0), output
    assert site.asked == [], "what is in the mirror must not be asked for again"


def test_a_damaged_archive_is_fetched_again(site: Site) -> None:
    site.publish()
    site.run()
    archive = site.mirror / HOME / f"v{VERSION}" / f"node_exporter-{VERSION}.linux-amd64.tar.gz"
    archive.write_bytes(b"damaged")
    assert site.run("--check")[1]["changed"] == 1
    code, recap, output = site.run()
    assert (code, recap["changed"]) == (0, 1), output
    assert archive.read_bytes() == b"archive for amd64"


def test_an_archive_that_is_not_what_was_published_is_not_kept(site: Site) -> None:
    site.publish(broken="arm64")
    code, _, output = site.run()
    assert code != 0 and "did not match" in output
    assert not (site.mirror / HOME / f"v{VERSION}" / f"node_exporter-{VERSION}.linux-arm64.tar.gz").exists()
    assert not (site.mirror / "mirror.lock.yml").exists()


def test_a_release_that_upstream_replaced_is_refused(site: Site) -> None:
    digests = site.publish()
    site.run()
    sums = site.mirror / HOME / f"v{VERSION}" / "sha256sums.txt"
    sums.write_text(sums.read_text().replace(digests["amd64"], "f" * 64))
    code, _, output = site.run()
    assert code != 0 and "file was replaced, or a lock file is wrong" in output
    assert site.pinned() == digests


def test_the_directory_must_be_named(site: Site) -> None:
    code, _, output = site.run(observability_mirror_dir="relative/path")
    assert code != 0 and "Set observability_mirror_dir to the absolute path" in output
