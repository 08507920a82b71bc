"""Every role is described once, and what it describes is what it has."""

from pathlib import Path

import pytest
import yaml

from tools.role_readme import described_roles, readme

ROOT = Path(__file__).resolve().parents[3]
ROLES = described_roles(ROOT)
each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def options(role):
    return load(role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def is_template(value):
    return isinstance(value, str) and "{{" in value


def test_every_role_is_described():
    assert ROLES
    assert {role.name for role in ROLES} == {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}


@each_role
def test_defaults_and_described_options_are_the_same_names(role):
    required = {name for name, option in options(role).items() if option.get("required")}
    assert set(load(role / "defaults/main.yml")) == set(options(role)) - required


@each_role
def test_described_defaults_are_the_real_ones(role):
    real = load(role / "defaults/main.yml")
    described = {name: option["default"] for name, option in options(role).items() if "default" in option}
    assert described == {name: real[name] for name in described}


@each_role
def test_every_default_that_is_a_plain_value_is_described(role):
    """A template cannot always be described: ansible-doc refuses one for an option that is not a string."""
    real = load(role / "defaults/main.yml")
    plain = {name for name, value in real.items() if not is_template(value)}
    assert plain <= {name for name, option in options(role).items() if "default" in option}


@each_role
def test_every_default_has_the_roles_prefix(role):
    assert [name for name in load(role / "defaults/main.yml") if not name.startswith(f"{role.name}_")] == []


@each_role
def test_tasks_stay_one_screen(role):
    assert len((role / "tasks/main.yml").read_text(encoding="utf-8").splitlines()) <= 15


@each_role
def test_the_readme_is_current(role):
    assert (role / "README.md").read_text(encoding="utf-8") == readme(role), "run `make docs`"
