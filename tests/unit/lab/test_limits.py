# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kernel's limit is raised where that is allowed, never lowered, and put back."""

from __future__ import annotations

import pytest

from tests.lab import limits


@pytest.fixture
def setting(tmp_path, monkeypatch):
    monkeypatch.delenv("INSTALL", raising=False)
    path = tmp_path / "max_user_instances"
    path.write_text("128\n")
    return path


@pytest.fixture
def record(tmp_path):
    return tmp_path / "former"


def test_a_small_limit_is_raised_and_put_back(setting, record):
    limits.ensure(record, setting)
    limits.ensure(record, setting)
    assert setting.read_text() == "2048\n"
    limits.restore(record, setting)
    assert setting.read_text() == "128\n"
    setting.write_text("500\n")
    limits.restore(record, setting)
    assert setting.read_text() == "500\n"


def test_the_first_value_comes_back_when_somebody_lowers_the_limit_meanwhile(setting, record):
    limits.ensure(record, setting)
    setting.write_text("200\n")
    limits.ensure(record, setting)
    limits.restore(record, setting)
    assert setting.read_text() == "128\n"


def test_a_large_limit_stays(setting, record):
    setting.write_text("8192\n")
    limits.ensure(record, setting)
    limits.restore(record, setting)
    assert setting.read_text() == "8192\n"


def test_where_nothing_may_be_changed_the_command_is_named(setting, record, monkeypatch, capsys):
    monkeypatch.setenv("INSTALL", "0")
    limits.ensure(record, setting)
    assert setting.read_text() == "128\n"
    assert "about 21 hosts. For more: sysctl fs.inotify.max_user_instances=2048" in capsys.readouterr().err
