"""The archive that users install: complete, without what only developers need, and usable from any directory by full names."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tools.build_tree import stage

PROGRAMS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    place = tmp_path_factory.mktemp("archive")
    command = [PROGRAMS / "ansible-galaxy", "collection", "build", "--output-path", place, stage()]
    subprocess.run(command, check=True, capture_output=True)
    return next(place.glob("observability-stack-*.tar.gz"))


def names(archive):
    with tarfile.open(archive) as opened:
        return {member.name for member in opened.getmembers() if member.isfile()}


def test_everything_that_a_run_needs_is_in_it(archive):
    wanted = {"versions.lock.yml", "meta/runtime.yml", "LICENSE", "README.md", "playbooks/site.yml", "plugins/action/service_release.py"}
    assert wanted <= names(archive)


def test_nothing_of_the_workshop_is_in_it(archive):
    tops = {name.split("/")[0] for name in names(archive)}
    assert tops & {"tests", "bench", "molecule", "tools", ".venv", ".build", ".ci", "Makefile", "pyproject.toml"} == set()


@pytest.mark.parametrize("playbook", ["site", "verify", "remove", "mirror"])
def test_an_installed_copy_reads_by_its_full_name_from_any_directory(archive, tmp_path, playbook):
    installed = tmp_path / "collections" / "ansible_collections" / "observability" / "stack"
    with tarfile.open(archive) as opened:
        opened.extractall(installed)
    inventory = installed / "inventories" / "demo"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    environment = kept | {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections")}
    command = [PROGRAMS / "ansible-playbook", "--syntax-check", "-i", inventory, f"observability.stack.{playbook}"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
