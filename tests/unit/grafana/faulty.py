# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of faults share: which modules meet them, and what each must do about one."""

from __future__ import annotations

import json

import pytest

from tests.unit.grafana.minimal import CASES, MODULES, run_case, secrets

TESTED = [name for name in MODULES if name in CASES]
each_module = pytest.mark.parametrize("module", TESTED)
each_writer = pytest.mark.parametrize("module", [name for name in TESTED if not CASES[name].reads])
each_changer = pytest.mark.parametrize("module", [name for name in TESTED if CASES[name].change])
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def assert_clear(ran, module, url, *words, status=None):
    """The module failed with a sentence that says where, what and in whose words; no traceback, no secret."""
    assert ran.get("failed"), ran
    for word in (url + "/", *words):
        assert word in ran["msg"], (word, ran["msg"])
    if status:
        assert f"status {status}" in ran["msg"]
        assert ran["http_status"] == status
    assert "Traceback" not in ran.output
    assert [secret for secret in secrets(module) if secret in ran.output or json.dumps(secret)[1:-1] in ran.output] == []


def assert_goes_on(grafana, module, changed=False):
    """Without the fault the next run does its work, and the one after it finds nothing to do."""
    grafana.faults.clear()
    done = run_case(grafana, module, changed)
    assert not done.get("failed"), done
    again = run_case(grafana, module, changed)
    assert not again.get("failed"), again
    assert not again["changed"], again.get("diff")
