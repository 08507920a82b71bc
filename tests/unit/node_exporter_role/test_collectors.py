# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.node_exporter_collectors import NEEDS, collectors

from tests.unit.programs import program, run


def test_names_and_options_become_flags():
    result = collectors(["systemd", {"textfile": {"directory": "/d"}}, {"ntp": None}], ["wifi"])
    assert result == {
        "flags": {
            "collector.systemd": True,
            "collector.textfile": True,
            "collector.textfile.directory": "/d",
            "collector.ntp": True,
            "collector.wifi": False,
        },
        "capabilities": [],
        "syscalls": [],
    }


def test_the_sandbox_opens_only_for_collectors_that_are_named():
    result = collectors(["perf", "rapl", "slabinfo"], [])
    assert result["capabilities"] == ["CAP_PERFMON", "CAP_DAC_READ_SEARCH"]
    assert result["syscalls"] == ["perf_event_open"]


def test_on_and_off_at_once_is_refused():
    with pytest.raises(ValueError, match="systemd"):
        collectors(["systemd"], ["systemd"])


@pytest.mark.parametrize("entry", [7, ["systemd"], {"textfile": "/d"}])
def test_another_form_is_refused_by_the_variables_name(entry):
    with pytest.raises(ValueError, match="node_exporter_enabled_collectors"):
        collectors([entry], [])


def test_a_single_name_is_no_list():
    with pytest.raises(ValueError, match="node_exporter_enabled_collectors"):
        collectors("systemd", [])
    with pytest.raises(ValueError, match="node_exporter_disabled_collectors"):
        collectors([], "wifi")


def test_every_collector_with_needs_is_one_that_node_exporter_has():
    text = run(program("node_exporter"), "--help").stdout
    assert [name for name in NEEDS if "[no-]collector.%s " % name not in text] == []


def test_node_exporter_refuses_an_unknown_flag_when_only_asked_for_its_version():
    binary = program("node_exporter")
    assert run(binary, "--collector.systemd", "--no-collector.wifi", "--version").returncode == 0
    refused = run(binary, "--collector.nonsense", "--version")
    assert refused.returncode == 1 and "nonsense" in refused.stderr
