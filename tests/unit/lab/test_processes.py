# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Background processes are found again, and never mistaken for others; files are written whole; locks hold."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import sys
import time

import pytest

from tests.lab import core
from tests.lab.core import LabError
from tests.lab.process import Process


def test_a_process_is_found_again_and_ended(tmp_path):
    process = Process(tmp_path / "record.json")
    assert process.pid() is None
    pid = process.start([sys.executable, "-c", "import time; print('hello', flush=True); time.sleep(60)"], tmp_path / "log")
    assert Process(tmp_path / "record.json").pid() == pid
    process.stop()
    assert process.pid() is None
    process.stop()


def test_another_process_with_the_same_pid_is_not_ours(tmp_path):
    record = tmp_path / "record.json"
    record.write_text(json.dumps({"pid": os.getpid(), "start": "1"}))
    process = Process(record)
    assert process.pid() is None
    process.stop()  # must not end this test


def test_a_failed_program_tells_its_last_words():
    with pytest.raises(LabError, match="status 3: no luck"):
        core.run([sys.executable, "-c", "import sys; sys.stderr.write('no luck'); sys.exit(3)"])
    with pytest.raises(LabError, match=r"did not end within 0\.2 s"):
        core.run(["sleep", "10"], timeout=0.2)
    with pytest.raises(LabError, match="no-such-program is not installed"):
        core.run(["no-such-program"])


def test_input_reaches_the_program():
    assert core.run(["cat"], input="text").stdout == b"text"
    assert core.run(["cat"]).stdout == b""


def test_files_have_their_mode_from_the_start(tmp_path):
    core.write(tmp_path / "deep" / "file", "x", mode=0o600)
    assert stat.S_IMODE((tmp_path / "deep" / "file").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file"]


def _hold(cache, held, release):
    os.environ["XDG_CACHE_HOME"] = cache
    with core.lock("thing"):
        held.set()
        release.wait(10)
        time.sleep(0.3)


def test_a_lock_makes_the_second_wait(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    context = multiprocessing.get_context("fork")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(tmp_path), held, release))
    other.start()
    assert held.wait(10)
    release.set()
    begin = time.monotonic()
    with core.lock("thing"):
        assert time.monotonic() - begin > 0.2
    other.join()
    assert "waiting for another process that works on thing" in capsys.readouterr().err
