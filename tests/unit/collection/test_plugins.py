"""What cannot be forgotten when a module is added: its action group and a test that names it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
APIS = {"observability.stack.api", "observability.stack.grafana"}


def groups():
    return yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]


def documentation(module):
    """Return a module's documentation, read as ansible-doc does: as a literal, without importing anything."""
    tree = ast.parse((ROOT / "plugins/modules" / f"{module}.py").read_text(encoding="utf-8"))
    texts = {node.targets[0].id: node.value.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)}
    return yaml.safe_load(texts["DOCUMENTATION"])


def expected_groups(module):
    """Return the group of a module's product; modules that talk to no API take no connection defaults, so they have none."""
    return [module.split("_")[0]] if APIS & set(documentation(module).get("extends_documentation_fragment", [])) else []


@pytest.mark.parametrize("module", MODULES)
def test_each_module_is_in_the_group_of_its_product(module):
    assert [name for name, members in groups().items() if module in members] == expected_groups(module)


def test_groups_name_only_modules_and_are_sorted():
    for name, members in groups().items():
        assert members == sorted(set(members) & set(MODULES)), name


def test_each_module_is_named_by_a_test():
    names = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "tests", "molecule"]
    listed = subprocess.run(names, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    own = Path(__file__).relative_to(ROOT)
    paths = [ROOT / name for name in listed if name and Path(name) != own and Path(name).suffix in {".py", ".yml"}]
    words = {word for path in paths if path.exists() for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    assert [module for module in MODULES if module not in words] == []
