# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/exporters.md says what the exporters do."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.node_exporter_collectors import NEEDS, collectors
from ansible_collections.observability.stack.plugins.plugin_utils.plain import to_yaml

from tests.unit.documented import DOCS, examples, rows
from tests.unit.programs import program, run

ROLES = Path(__file__).resolve().parents[3] / "roles"
PAGE = "exporters.md"
BLOCKS = examples(PAGE)


def options(role):
    specs = yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    return specs["argument_specs"]["main"]["options"]


def block_with(name):
    (found,) = [block for block in BLOCKS if name in block]
    return found


def test_the_page_names_only_variables_that_are_there():
    known = set(options("node_exporter")) | set(options("blackbox_exporter"))
    assert {name for block in BLOCKS for name in block} - known == set()


def test_node_exporter_knows_the_flags_of_the_example():
    block = block_with("node_exporter_enabled_collectors")
    flags = collectors(block["node_exporter_enabled_collectors"], block["node_exporter_disabled_collectors"])["flags"]
    flags = {**flags, **block["node_exporter_config_flags_extra"]}
    words = ["--%s%s" % ("" if value else "no-", name) if isinstance(value, bool) else "--%s=%s" % (name, value) for name, value in flags.items()]
    answer = run(program("node_exporter"), *words, "--version")
    assert answer.returncode == 0, answer.stderr


def test_the_table_of_what_is_opened_is_complete():
    named = {name.strip() for cells in rows(PAGE, "collector") for name in cells[0].split(",")}
    assert named == set(NEEDS)


def test_the_page_names_every_module_that_is_there():
    modules = options("blackbox_exporter")["blackbox_exporter_configuration_modules"]["default"]
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    assert [name for name in modules if "`%s`" % name not in text] == []


def test_blackbox_exporter_accepts_the_modules_of_the_example(tmp_path):
    block = block_with("blackbox_exporter_configuration_modules_extra")
    modules = block["blackbox_exporter_configuration_modules_extra"]
    modules["internal_api"]["http"]["basic_auth"]["password_file"] = str(tmp_path / "password")
    (tmp_path / "password").write_text("x", encoding="utf-8")
    path = tmp_path / "blackbox.yml"
    path.write_text(to_yaml({"modules": modules}), encoding="utf-8")
    answer = run(program("blackbox_exporter"), "--config.file", path, "--config.check")
    assert answer.returncode == 0, answer.stderr
