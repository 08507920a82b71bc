# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/jaeger.md says what the role does, and the real program accepts its examples."""

from __future__ import annotations

import os

import pytest
import yaml

from tests.unit.documented import examples, rows
from tests.unit.jaeger_role.support import GIVEN, ROLE, SETTINGS, config_of, described, judged
from tests.unit.programs import program

PAGE = "jaeger.md"
OF_THE_ROLE = [block for block in examples(PAGE) if isinstance(block, dict)]
SPECS = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]


def test_the_page_names_only_variables_that_are_there():
    assert OF_THE_ROLE
    assert {name for block in OF_THE_ROLE for name in block} - set(SPECS) == set()


@pytest.mark.parametrize("block", OF_THE_ROLE, ids=lambda block: list(block)[-1])
def test_jaeger_accepts_every_example(block, tmp_path, monkeypatch):
    given = {name[len("jaeger_") :]: value for name, value in block.items()}
    monkeypatch.setitem(os.environ, "CASSANDRA_PASSWORD", "geheim")
    answer = judged(program("jaeger"), described(**{name: value for name, value in given.items() if name in SETTINGS}), tmp_path)
    assert answer.returncode == 0, answer.stderr


def test_the_ports_of_the_page_are_the_defaults():
    for ports, _what, names in (cells for cells in rows(PAGE, "port") if len(cells) == 3):
        for port, name in zip(ports.split(", "), names.replace("`", "").split(", "), strict=True):
            assert str(GIVEN[name]).endswith(f":{port}"), name


def test_every_storage_is_in_the_table():
    named = {name.strip(" `") for cells in rows(PAGE, "`jaeger_storage_type`") for name in cells[0].replace("(default)", "").split(",")}
    assert named == set(SPECS["jaeger_storage_type"]["choices"])


def test_jaeger_1s_ports_are_those_that_the_example_opens():
    (block,) = [block for block in OF_THE_ROLE if "jaeger_receivers_extra" in block]
    protocols = config_of(described(receivers_extra=block["jaeger_receivers_extra"]))["receivers"]["jaeger"]["protocols"]
    opened = {name: settings["endpoint"].rpartition(":")[2] for name, settings in protocols.items()}
    table = {cells[2].strip("`"): cells[1].split()[0] for cells in rows(PAGE, "Jaeger 1") if cells[2].startswith("`")}
    assert opened == table
