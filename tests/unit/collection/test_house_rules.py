"""Rules that keep the engine readable: files and functions stay short, and nothing of a maker's machine gets in."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LONGEST_FILE = 250
LONGEST_FUNCTION = 30
ENGINE = sorted(path for folder in ("module_utils", "plugin_utils") for path in (ROOT / "plugins" / folder).rglob("*.py"))
each_file = pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT / "plugins")))


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def length(function):
    """Return a function's lines without its docstring."""
    body = function.body
    documented = isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant)
    docstring = body[0].end_lineno - body[0].lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - docstring


@each_file
def test_engine_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@each_file
def test_engine_functions_stay_short(path):
    functions = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert {function.name: length(function) for function in functions if length(function) > LONGEST_FUNCTION} == {}


@each_file
def test_public_functions_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"))
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_nothing_unfinished_is_tracked():
    marks = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "raise Not" + "ImplementedError"]))
    texts = {path: path.read_text(encoding="utf-8", errors="ignore") for path in tracked() if path.suffix in {".py", ".yml"}}
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if marks.search(text)] == []
