# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How each program is built from source when upstream's archives cannot be had. One row per program.

To add a program: its row in versions.lock.yml, and one row here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import yaml

from tests.doubles.grafana import pack as grafana

# Raised when the way of building or packing changes, so that archives made the old way are made again.
RECIPE = 1

# Fields that came after archives were built: empty, they change nothing and ask for no new build.
LATER = ("edits",)

PROMETHEUS_COMMON = "github.com/prometheus/common/version"
MANIFEST = "manifest.yml"


@dataclass(frozen=True)
class Build:
    """A Go module and what becomes of it.

    `tag` and `files` may use {version}, {major}, {minor} (also {minor:02}) and {patch} of the release.
    `add` are files that the published module lacks but its build needs: path -> text.
    `stamp` is the Go package that takes Version, Revision, Branch, BuildUser and BuildDate at link time.
    `edits` are arguments of `go mod edit` for the copy of the module; go.mod and go.sum are then completed while it is built.
    """

    program: str
    module: str
    packages: tuple[str, ...] = (".",)
    files: tuple[str, ...] = ()
    tag: str = "v{version}"
    stamp: str = PROMETHEUS_COMMON
    add: dict[str, str] = field(default_factory=dict)
    edits: tuple[str, ...] = ()

    def module_version(self, release: str) -> str:
        """Returns the Go module version of a release, such as v0.315.0 for Prometheus 3.15.0."""
        major, minor, patch = release.split(".", 2)
        return self.tag.format(version=release, major=int(major), minor=int(minor), patch=patch)

    def digest(self, release: str, arch: str) -> str:
        """Returns a hash of everything that decides the built archive: equal hashes need no second build."""
        row = {name: value for name, value in asdict(self).items() if value or name not in LATER}
        text = json.dumps([RECIPE, release, arch, row], sort_keys=True)
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Generated:
    """A program whose source a generator writes from a manifest: a directory here with MANIFEST and the go.mod and go.sum of the whole.

    The generator is a package of a module that go.mod names, so that go.sum pins it too.
    """

    program: str
    directory: Path
    generator: str
    options: tuple[str, ...] = ()

    def digest(self, release: str, arch: str) -> str:
        """Returns a hash of everything that decides the archive."""
        manifest = yaml.safe_load((self.directory / MANIFEST).read_text())  # what is said beside it asks for no new build
        modules = [(self.directory / name).read_text() for name in ("go.mod", "go.sum")]
        return sha256(repr((RECIPE, release, arch, self.generator, self.options, manifest, modules)).encode()).hexdigest()


@dataclass(frozen=True)
class Renumbered(Build):
    """A module that stayed at major version 1 while its releases became 2: release 2.N is module v1.(N + shift)."""

    shift: int = 0

    def module_version(self, release: str) -> str:
        """Returns the Go module version of a release, such as v1.76.0 for Jaeger 2.13.0."""
        _major, minor, patch = release.split(".", 2)
        return f"v1.{int(minor) + self.shift}.{patch}"


@dataclass(frozen=True)
class StandIn:
    """A program that cannot be built here: its double is packed as upstream packs the program."""

    program: str

    def digest(self, release: str, arch: str) -> str:
        """Returns a hash of everything that decides the archive."""
        files = sorted(grafana.files(release).items())
        return sha256(repr((RECIPE, release, arch, files)).encode()).hexdigest()


BUILDS: dict[str, Build | Generated | StandIn] = {
    row.program: row
    for row in (
        Build("prometheus", "github.com/prometheus/prometheus", ("./cmd/prometheus", "./cmd/promtool"),
              ("documentation/examples/prometheus.yml",), tag="v0.3{minor:02}.{patch}"),
        Build("alertmanager", "github.com/prometheus/alertmanager", ("./cmd/alertmanager", "./cmd/amtool"),
              ("examples/ha/alertmanager.yml",),
              add={"ui/app/dist/index.html": "<!doctype html>Built without its web pages.\n"}),
        Build("node_exporter", "github.com/prometheus/node_exporter"),
        Generated("otel_collector", Path(__file__).parent / "otelcol", "go.opentelemetry.io/collector/cmd/builder",
                  ("--skip-compilation", "--skip-get-modules")),
        Build("blackbox_exporter", "github.com/prometheus/blackbox_exporter", files=("blackbox.yml",)),
        # Its pages are made from another repository; without them the program serves a page that says so, and its whole API.
        Renumbered("jaeger", "github.com/jaegertracing/jaeger", ("./cmd/jaeger",), shift=63),
        StandIn("grafana"),
        Build("loki", "github.com/grafana/loki/v3", ("./cmd/loki",), stamp="github.com/grafana/loki/v3/pkg/util/build",
              edits=("-dropreplace=github.com/grafana/loki/pkg/push",)),
    )
}  # fmt: skip
