# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role's own probe modules, asked of the real program."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.observability.stack.plugins.plugin_utils.plain import to_yaml

from tests.unit.programs import program, run

DEFAULTS = Path(__file__).resolve().parents[3] / "roles/blackbox_exporter/defaults/main.yml"


def modules():
    return yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))["blackbox_exporter_configuration_modules"]


def check(tmp_path, config):
    path = tmp_path / "blackbox.yml"
    path.write_text(to_yaml(config), encoding="utf-8")
    return run(program("blackbox_exporter"), "--config.file", path, "--config.check")


def test_blackbox_exporter_accepts_the_roles_modules(tmp_path):
    answer = check(tmp_path, {"modules": modules()})
    assert answer.returncode == 0, answer.stderr


def test_blackbox_exporter_refuses_a_module_that_is_wrong(tmp_path):
    assert check(tmp_path, {"modules": {"x": {"prober": "http", "nonsense": 1}}}).returncode == 1


def test_every_module_gives_up_before_prometheus_does():
    # Prometheus' own time-out is 10 s; a probe that takes longer shows nothing at all.
    assert {name for name, module in modules().items() if int(module["timeout"].rstrip("s")) >= 10} == set()


def test_blackbox_exporter_refuses_an_unknown_flag_when_only_asked_for_its_version():
    binary = program("blackbox_exporter")
    assert run(binary, "--log.level=info", "--version").returncode == 0
    assert run(binary, "--nonsense=1", "--version").returncode == 1
