"""The staged copy is the checkout as git would see it, no more and no less."""

import subprocess

import pytest

from tools.build_tree import stage


@pytest.fixture
def checkout(tmp_path):
    root = tmp_path / "checkout"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("ignored\n")
    (root / "plugins").mkdir()
    (root / "plugins" / "a.py").write_text("a = 1\n")
    (root / "ignored").write_text("x")
    subprocess.run(["git", "add", "plugins"], cwd=root, check=True)
    return root


def names(tree):
    return {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file() and ".git/" not in str(path)}


def test_tracked_and_new_files_are_copied_and_ignored_ones_are_not(checkout, tmp_path):
    (checkout / "new.yml").write_text("x: 1\n")
    tree = stage(checkout, tmp_path / "ns" / "name")
    assert names(tree) == {".gitignore", "plugins/a.py", "new.yml"}


def test_changes_and_removals_follow(checkout, tmp_path):
    tree = stage(checkout, tmp_path / "ns" / "name")
    (checkout / "plugins" / "a.py").write_text("a = 22\n")
    (checkout / "plugins" / "b.py").write_text("")
    stage(checkout, tree)
    assert (tree / "plugins" / "a.py").read_text() == "a = 22\n"
    (checkout / "plugins" / "b.py").unlink()
    stage(checkout, tree)
    assert names(tree) == {".gitignore", "plugins/a.py"}


def test_what_ansible_test_wrote_stays(checkout, tmp_path):
    tree = stage(checkout, tmp_path / "ns" / "name")
    (tree / "tests" / "output").mkdir(parents=True)
    (tree / "tests" / "output" / "report.txt").write_text("kept")
    stage(checkout, tree)
    assert (tree / "tests" / "output" / "report.txt").exists()


def test_unchanged_files_are_left_alone(checkout, tmp_path):
    tree = stage(checkout, tmp_path / "ns" / "name")
    before = (tree / "plugins" / "a.py").stat().st_ino
    stage(checkout, tree)
    assert (tree / "plugins" / "a.py").stat().st_ino == before
