# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/alerting.md says what Alertmanager does."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_config import build
from ansible_collections.observability.stack.plugins.plugin_utils.plain import to_yaml

from tests.unit.alertmanager_role.settings import settings
from tests.unit.documented import examples, rows
from tests.unit.programs import program, run

PAGE = "alerting.md"
SPECS = Path(__file__).resolve().parents[3] / "roles/alertmanager/meta/argument_specs.yml"
BLOCKS = examples(PAGE)
FIRST = BLOCKS[0]
SETTINGS = ("receivers", "default_receiver", "route", "routes_by", "inhibit_rules", "time_intervals")


def written(tmp_path, block):
    """Write the configuration of an example, on top of the page's first one, as the role would; return its path."""
    both = {**FIRST, **block, "alertmanager_receivers": [*block.get("alertmanager_receivers", []), *FIRST["alertmanager_receivers"]]}
    unique = {receiver["name"]: receiver for receiver in reversed(both["alertmanager_receivers"])}
    both["alertmanager_receivers"] = list(unique.values())
    given = settings(**{name: both["alertmanager_" + name] for name in SETTINGS if "alertmanager_" + name in both})
    given["global"] = {**given["global"], "smtp": both["alertmanager_smtp"]}
    for name, text in block.get("alertmanager_templates", {}).items():
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "templates" / name).write_text(text, encoding="utf-8")
        given["templates"] = ["templates/*.tmpl"]
    path = tmp_path / "alertmanager.yml"
    path.write_text(to_yaml(build(given)), encoding="utf-8")
    return path


def test_the_page_names_only_variables_that_are_there():
    known = yaml.safe_load(SPECS.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    assert {name for block in BLOCKS for name in block} - set(known) == set()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: next(iter(block)))
def test_amtool_accepts_each_example(tmp_path, block):
    answer = run(program("amtool", "alertmanager"), "check-config", written(tmp_path, block))
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(("labels", "told"), rows(PAGE, "labels of the alert"))
def test_the_table_of_who_is_told_is_true(tmp_path, labels, told):
    (block,) = [one for one in BLOCKS if "alertmanager_default_receiver" in one]
    amtool = program("amtool", "alertmanager")
    answer = run(amtool, "config", "routes", "test", "--config.file=%s" % written(tmp_path, block), *labels.split())
    assert (sorted(answer.stdout.strip().split(",")), answer.returncode) == (sorted(told.split()), 0)
