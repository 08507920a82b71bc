# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lock file that is shipped: its shape, and that everything else agrees with it."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils import releases

from tests.lab.mirror.builds import BUILDS

ROOT = Path(__file__).parents[3]
LOCK = str(ROOT / "versions.lock.yml")
PROGRAMS = releases.load_lock(LOCK)


def fields(template: str) -> set[str | None]:
    """Returns the placeholders of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_row_has_what_every_reader_needs(program: str) -> None:
    row = PROGRAMS[program]
    assert set(row) == {*releases.REQUIRED, "digests"}
    assert releases.clean_version(program, row["version"], "") == row["version"]
    assert row["home"].startswith("https://") and not row["home"].endswith("/")
    assert fields(row["archive"]) == {"version", "arch"}
    assert fields(row["checksums"]) <= {"version", "arch"}
    assert all(isinstance(name, str) for name in [*row["members"], *row["architectures"]])
    assert fields("".join(row["members"])) <= {"arch"}
    assert {"amd64", "arm64"} <= set(row["architectures"])


@pytest.mark.parametrize("program", PROGRAMS)
def test_digests_are_of_known_architectures_and_differ(program: str) -> None:
    digests = [digest for known in PROGRAMS[program]["digests"].values() for digest in known.values()]
    assert len(digests) == len(set(digests))
    for known in PROGRAMS[program]["digests"].values():
        assert set(known) <= set(PROGRAMS[program]["architectures"])


def test_the_lab_can_build_every_program() -> None:
    assert set(BUILDS) == set(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_role_installs_the_version_of_the_lock(program: str) -> None:
    defaults = ROOT / "roles" / program / "defaults" / "main.yml"
    if not defaults.exists():
        pytest.skip(f"{program} is installed by no role of its own")
    version = yaml.safe_load(defaults.read_text())[f"{program}_version"]
    assert releases.clean_version(program, version, PROGRAMS[program]["version"]) == PROGRAMS[program]["version"]
