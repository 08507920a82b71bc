# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engine is killed before each single step that changes anything, as by kill -9; then the next run must put all right.

A step is a call that changes a name on the disk, and a call to systemd. The run is a child process that ends at once
there, without any clean-up of its own.
"""

from __future__ import annotations

import json
import os
import shutil

import pytest
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError

from tests.unit.host.fake_host import FakeUnit

# All steps take minutes on a busy machine.
STRIDE = 1 if os.environ.get("KILL_AT_EVERY_STEP") else 5
STEPS = ("replace", "rename", "symlink", "link", "mkdir", "rmdir", "unlink", "remove", "chmod", "chown")
KILLED, DONE, REFUSED = 9, 0, 3


def run_until(host, params, step):
    """Run in a child that dies before its step number ``step``; return KILLED, DONE or REFUSED."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if hasattr(os, "waitstatus_to_exitcode") else os.WEXITSTATUS(os.waitpid(child, 0)[1])
    count = [0]

    def counted(real):
        def call(*args, **kwargs):
            count[0] += 1
            if count[0] == step:
                os._exit(KILLED)
            return real(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    for name in ("act", "signal", "daemon_reload"):
        setattr(FakeUnit, name, counted(getattr(FakeUnit, name)))
    try:
        host.run(params)
        os._exit(DONE)
    except ServiceError:
        os._exit(REFUSED)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


def whole(host):
    """Assert that what lies there is one whole generation, or none, and that nobody stopped what ran."""
    current = host.path("etc/demo/current")
    if os.path.lexists(current):
        assert os.path.isfile(os.path.join(current, "generation.json")), "current leads to something half"
        assert os.path.isdir(os.path.join(current, "release")), "current has no program"


def settled(host, params):
    """Assert that the host is as described: what runs is what lies there, and a further run finds nothing to do."""
    book = host.unit().book()
    assert book["state"] == "active"
    assert book["running"] == dict(host.unit().tree(), unit=host.unit().on_disk())
    assert not host.run(params)["changed"]
    litter = [path for path in host.listing() if any(word in path for word in ("staging", ".observability-", ".adopted", ".newer"))]
    assert not [path for path in litter if not path.endswith("50-observability.conf")]


def copy_of(original, place, monkeypatch):
    """Return a host that is like the original; the original keeps its files, paths are the same on both."""
    shutil.rmtree(original.root)
    shutil.copytree(place, original.root, symlinks=True)
    return original


def committed(host):
    """Return the number of the generation that was proven last; None when there is none."""
    path = host.path("var/lib/observability.stack/services/demo.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)["committed"]


def first(host):
    return host.description()


def reload_change(host):
    return host.description(files={"demo.yml": "a: 2\n", "rules/new.yml": "r\n"})


def upgrade(host):
    return host.description("2.0.0", {"demo.yml": "a: 2\n"}, data={"paths": [host.path("var/lib/demo")], "rollback": "snapshot"})


def nothing_yet(host):
    pass


def installed(host):
    host.run(host.description())
    with open(host.path("var/lib/demo/block"), "w", encoding="utf-8") as handle:
        handle.write("samples")


def theirs(host):
    os.makedirs(host.path("etc/demo/rules"))
    for path, text in (("etc/demo/demo.yml", "theirs: 1\n"), ("etc/demo/rules/theirs.yml", "r\n"), ("usr/local/bin/demo", "#!/bin/sh\n"),
                       ("etc/systemd/system/demo.service", "[Unit]\nDescription=x\n[Service]\nExecStart=/x\n[Install]\nWantedBy=y\n")):  # fmt: skip
        with open(host.path(path), "w", encoding="utf-8") as handle:
            handle.write(text)
    unit = host.unit()
    unit.daemon_reload()
    unit.keep(enabled=True, state="active", pid=7, running={"config": {}, "release": "", "unit": unit.on_disk()})


NEW = {nothing_yet: 1, installed: 2, theirs: 1}


def each_step(host, start, params_of, after, monkeypatch):
    """Kill a run before step 1, 2, 3 ... of the same start, and call after each time; return how many steps there are."""
    start(host)
    picture = host.root + ".picture"
    shutil.copytree(host.root, picture, symlinks=True)
    for step in range(1, 500, STRIDE):
        copy_of(host, picture, monkeypatch)
        ended = run_until(host, params_of(host), step)
        if ended != KILLED:
            assert ended == DONE, "the run itself failed at step %d" % step
            return step - 1
        try:
            after(host, step)
        except Exception as exc:
            raise AssertionError("killed before step %d: %s" % (step, exc)) from exc
    raise AssertionError("no end")


@pytest.mark.parametrize(
    ("start", "params_of"),
    [(nothing_yet, first), (installed, reload_change), (installed, upgrade), (theirs, reload_change)],
    ids=["first run", "reload", "upgrade with a snapshot", "adoption"],
)
class TestKilledAnywhere:
    """A run dies at any moment."""

    def test_the_next_run_finishes_it(self, host, monkeypatch, start, params_of):
        def after(host, _step):
            whole(host)
            host.run(params_of(host))
            settled(host, params_of(host))
            if start is installed:
                assert open(host.path("var/lib/demo/block"), encoding="utf-8").read() == "samples"

        assert each_step(host, start, params_of, after, monkeypatch) > 15

    def test_removal_then_leaves_nothing(self, host, monkeypatch, start, params_of):
        if start is theirs:
            pytest.skip("what they installed stays theirs in part")
        before = host.listing()

        def after(host, _step):
            host.run(host.description(state="absent", remove_data=True))
            assert host.listing() == before

        each_step(host, start, params_of, after, monkeypatch)

    def test_a_bad_run_after_it_goes_back(self, host, monkeypatch, start, params_of):
        """Killed on the way to something good, then asked for something bad: what ran at first must run again."""
        if start is nothing_yet:
            pytest.skip("nothing ran at first")

        def after(host, _step):
            bad = dict(params_of(host), unit=host.description(unit={"exec": "demo", "flags": {"mode": "CRASH"}})["unit"])
            proven = committed(host)
            with pytest.raises(ServiceError) as refusal:
                host.run(bad)
            book = host.unit().book()
            assert book["state"] == "active", str(refusal.value)
            was = "theirs: 1\n" if start is theirs else "a: 1\n"
            assert host.unit().tree()["config"]["config/demo.yml"] == ("a: 2\n" if proven == NEW[start] else was)
            if start is installed:
                assert open(host.path("var/lib/demo/block"), encoding="utf-8").read() == "samples"

        each_step(host, start, params_of, after, monkeypatch)


def test_a_killed_removal_is_finished(host, monkeypatch):
    before = host.listing()

    def after(host, _step):
        host.run(host.description(state="absent", remove_data=True))
        assert host.listing() == before

    each_step(host, installed, lambda host: host.description(state="absent", remove_data=True), after, monkeypatch)


def test_a_killed_rollback_is_finished(host, monkeypatch):
    """The newer version has written to the data; the way back is killed anywhere; data and program must fit again."""
    installed(host)
    picture = host.root + ".picture"
    shutil.copytree(host.root, picture, symlinks=True)
    act = FakeUnit.act

    def act_and_write(unit, verb):
        act(unit, verb)
        if verb == "restart" and "MIGRATE" in unit.book()["loaded"]:
            with open(host.path("var/lib/demo/block"), "w", encoding="utf-8") as handle:
                handle.write("migrated")
            unit.keep(state="failed")

    monkeypatch.setattr(FakeUnit, "act", act_and_write)
    for step in range(1, 500, STRIDE):
        copy_of(host, picture, monkeypatch)
        bad = dict(upgrade(host), unit=host.description(unit={"exec": "demo", "flags": {"x": "MIGRATE"}})["unit"])
        ended = run_until(host, bad, step)
        good = host.description(files={"demo.yml": "a: 3\n"})
        host.run(good)
        settled(host, good)
        text = open(host.path("var/lib/demo/block"), encoding="utf-8").read()
        if ended == REFUSED:
            assert text == "samples"
            return
        moved_on = host.unit().book()["running"]["release"].endswith("2.0.0")
        assert not moved_on and text in ("samples", "migrated")
