# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tasks of the pages about Grafana run as they stand, in their order: foretold, done, and then nothing is left to do.

What a page shows besides tasks (plays, files, commands) is tried by tests/integration/grafana/test_as_code_page.py.
"""

from __future__ import annotations

import json
import re

import pytest
from ansible_collections.observability.stack.plugins.module_utils.grafana.datasource_fields import ALIASES
from ansible_collections.observability.stack.plugins.module_utils.grafana.datasource_types import VARIANTS
from ansible_collections.observability.stack.plugins.module_utils.grafana.order import plural
from ansible_collections.observability.stack.plugins.module_utils.grafana.registry import KINDS

from tests.unit.documented import DOCS, examples
from tests.unit.grafana.accounts import call
from tests.unit.grafana.running import converge

OURS = "observability.stack."
PAGES = {"grafana-alerting.md": 5, "grafana-as-code.md": 3, "datasources.md": 14}
# The types for which the page promises an example.
TYPES = {
    "alertmanager", "cloudwatch", "elasticsearch", "influxdb", "jaeger", "loki", "mysql", "opensearch", "postgres", "prometheus", "tempo", "testdata", "thanos",
    "yesoreyeram-infinity-datasource",
}  # fmt: skip


def tasks(page):
    """Return (module, options) of each task of a page, in order; plays are none."""
    listed = [task for block in examples(page) if isinstance(block, list) for task in block if "hosts" not in task]
    return [(name[len(OURS) :], options) for task in listed for name, options in task.items() if name.startswith(OURS)]


def secret(name):
    """Return the value of a variable of the vault."""
    return f"the value of {name}"


def filled(value, variables):
    """Return options with the values of variables in their places."""
    if isinstance(value, dict):
        return {key: filled(one, variables) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, variables) for one in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"\{\{ (\w+) \}\}", lambda found: secret(found[1]) if found[1].startswith("vault_") else variables[found[1]], value)


@pytest.fixture
def beside(grafana, tmp_path):
    """The directory of the play, with the dashboards that the pages speak of; and what they expect on the server."""
    call(grafana, "POST", "/api/folders", {"uid": "platform", "title": "Platform"})
    below = "dashboards" if grafana.generation == 10 else "dashboards/Hosts"
    (tmp_path / below).mkdir(parents=True)
    shared = {"__inputs": [{"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}], "panels": [{"datasource": "${DS_PROMETHEUS}"}]}
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/orders.json").write_text(json.dumps({"uid": "orders", "title": "Orders"}))
    (tmp_path / below / "node.json").write_text(json.dumps({"uid": "node", "title": "Node", **shared}))
    call(grafana, "POST", "/api/datasources", {"name": "Prometheus", "uid": "prometheus", "type": "prometheus", "url": "http://p", "access": "proxy"})
    return tmp_path


@pytest.mark.parametrize(("page", "number"), PAGES.items())
def test_the_tasks_of_a_page_do_what_they_say(grafana, beside, page, number):
    listed = tasks(page)
    assert len(listed) == number
    for module, options in listed:
        done = converge(module, grafana.url, **filled(options, {"playbook_dir": str(beside), "release": "7"}))
        assert done["changed"], (module, options)
        assert not re.search("the value of vault_", done.output)
        assert done.warned == []


def test_each_type_has_its_example():
    objects = [one for _module, options in tasks("datasources.md") for one in options.get("items", [options])]
    assert {one["ds_type"] for one in objects} == TYPES


def test_every_type_with_options_is_named():
    words = set(re.findall(r"[\w-]+", (DOCS / "datasources.md").read_text(encoding="utf-8")))
    names = {name: {name, *(short for short, long in ALIASES.items() if long == name)} for name in VARIANTS}
    assert [name for name, known in names.items() if not known & words] == []


def test_the_page_lists_every_kind():
    listed = re.search(r"^- The kinds: (.*?)\.$", (DOCS / "grafana-as-code.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]
    assert sorted(re.findall(r"`(\w+)`", listed)) == sorted(map(plural, KINDS))
