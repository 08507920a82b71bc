# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kernel's limit is raised where that is allowed, and never lowered."""

from __future__ import annotations

import pytest

from tests.lab import limits


@pytest.fixture
def setting(tmp_path, monkeypatch):
    monkeypatch.delenv("INSTALL", raising=False)
    path = tmp_path / "max_user_instances"
    path.write_text("128\n")
    return path


def test_a_small_limit_is_raised(setting):
    limits.ensure(setting)
    assert setting.read_text() == "1024\n"


def test_a_large_limit_stays(setting):
    setting.write_text("8192\n")
    limits.ensure(setting)
    assert setting.read_text() == "8192\n"


def test_where_nothing_may_be_installed_it_is_only_named(setting, monkeypatch, capsys):
    monkeypatch.setenv("INSTALL", "0")
    limits.ensure(setting)
    assert setting.read_text() == "128\n"
    assert "sysctl fs.inotify.max_user_instances=1024" in "".join(capsys.readouterr())


def test_a_kernel_without_it_is_no_error(tmp_path):
    limits.ensure(tmp_path / "missing")
