# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must hold for every input; only where hypothesis is installed."""

from __future__ import annotations

import contextlib
import io
import os
import posixpath
import re
import shutil
import tarfile
import tempfile

import pytest

pytest.importorskip("hypothesis")

from ansible_collections.observability.stack.plugins.module_utils.host import archive
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError
from ansible_collections.observability.stack.plugins.plugin_utils.service.unit import quote, quote_argument
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.host.fake_host import FakeHost

WORDS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=20)
ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "t": "\t"}


def words_of(line):
    """Split a line as systemd.syntax(7) says; `$` and `%` are still doubled then."""
    found, word, quoted, began, place = [], "", "", False, 0
    while place < len(line):
        char = line[place]
        if char == "\\":
            code = line[place + 1]
            word += chr(int(line[place + 2:place + 4], 16)) if code == "x" else ESCAPES[code]
            place, began = place + (4 if code == "x" else 2), True
            continue
        if quoted:
            quoted, word = ("", word) if char == quoted else (quoted, word + char)
        elif char in "\"'" and not word:
            quoted, began = char, True
        elif char in " \t\n\r":
            found, word, began = (found + [word] if began else found), "", False
        else:
            word, began = word + char, True
        place += 1
    return found + [word] if began else found


@given(st.lists(WORDS, max_size=5))
def test_arguments_mean_themselves_to_systemd(words):
    line = " ".join(quote_argument(word) for word in words)
    assert "\n" not in line
    assert not re.search(r"(?:^|[^%])(?:%%)*%(?:[^%]|$)", line), "a specifier"
    assert not re.search(r"(?:^|[^$])(?:\$\$)*\$(?:[^$]|$)", line), "a variable"
    assert [word.replace("%%", "%").replace("$$", "$") for word in words_of(line)] == words
    assert not any(quote_argument(word)[:1] in ("#", ";") for word in words), "a comment, where it begins a continued line"


@given(WORDS, WORDS)
def test_variables_mean_themselves_to_systemd(name, value):
    assert [word.replace("%%", "%") for word in words_of(quote("%s=%s" % (name, value)))] == ["%s=%s" % (name, value)]


NAMES = st.lists(st.sampled_from(["..", ".", "a", "b", "", "top"]), min_size=1, max_size=4).map("/".join)
ROWS = st.lists(st.tuples(NAMES, st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE]), NAMES), max_size=6)


@settings(max_examples=200, deadline=None)
@example([("a/a", tarfile.SYMTYPE, "..")], False)
@example([("a/a", tarfile.SYMTYPE, "..")], True)
@given(ROWS, st.booleans())
def test_nothing_is_ever_written_outside_the_target(rows, everything):
    root = tempfile.mkdtemp()
    try:
        path, target = os.path.join(root, "a.tar"), os.path.join(root, "deep", "target")
        os.makedirs(target)
        with tarfile.open(path, "w") as handle:
            for name, kind, link in rows:
                row = tarfile.TarInfo(name)
                row.type, row.linkname, row.size = kind, link, 1 if kind == tarfile.REGTYPE else 0
                handle.addfile(row, io.BytesIO(b"x"))
        with contextlib.suppress(ServiceError, OSError):  # refused is fine; what must not be is a file elsewhere
            archive.unpack(path, "a.tar", target, {} if everything else {"a": "a"})
        assert sorted(os.listdir(root)) == ["a.tar", "deep"]
        assert set(os.listdir(os.path.join(root, "deep"))) <= {"target"}
        for folder, dirs, names in os.walk(target):
            for one in dirs + names:
                place = os.path.join(folder, one)
                link = os.readlink(place) if os.path.islink(place) else "."
                inside = posixpath.normpath(posixpath.join(os.path.relpath(folder, target), link))
                assert not inside.startswith("..") and not link.startswith("/")
    finally:
        shutil.rmtree(root)


FILES = st.dictionaries(st.sampled_from(["demo.yml", "rules/a.yml", "rules/b.yml", "x/y/z"]), st.sampled_from(["1\n", "2\n"]))
STATES = st.fixed_dictionaries(
    {
        "version": st.sampled_from(["1.0.0", "2.0.0"]),
        "files": FILES,
        "state": st.sampled_from(["started", "started", "started", "stopped", "absent"]),
        "flags": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from([True, "x", None])),
        "reload": st.sampled_from([{}, None]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STATES, min_size=1, max_size=5))
def test_whatever_comes_after_whatever_check_mode_foretells_the_run(monkeypatch, states):
    """Any sequence of descriptions: predicted = done, the second run does nothing, and what runs is what lies there."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None
    root = tempfile.mkdtemp(prefix="fake-host-", dir=memory)
    try:
        host = FakeHost(os.path.join(root, "host"), monkeypatch)
        for one in states:
            over = {key: value for key, value in one.items() if key not in ("version", "files", "flags")}
            params = host.description(one["version"], one["files"], unit={"exec": "demo", "flags": one["flags"]}, **over)
            before = host.listing()
            foreseen = host.run(params, check=True)
            assert host.listing() == before
            done = host.run(params)
            assert (foreseen["changes"], foreseen.get("before")) == (done["changes"], done.get("before"))
            assert not host.run(params)["changed"]
            book = host.unit().book()
            assert book["state"] == ("active" if one["state"] == "started" else "inactive")
            if one["state"] == "started":
                assert book["running"] == dict(host.unit().tree(), unit=host.unit().on_disk())
    finally:
        shutil.rmtree(root)
