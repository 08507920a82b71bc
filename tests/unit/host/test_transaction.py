# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole transaction on a host in a directory: what runs, what lies there, and what check mode said before."""

from __future__ import annotations

import os

import pytest
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError

CRASH = {"exec": "demo", "flags": {"mode": "CRASH"}}


def converge(host, params):
    """Run as check mode, then for real, then again: the prediction holds and the second run changes nothing."""
    foreseen = host.run(params, check=True)
    before = host.listing()
    assert host.run(params, check=True)["changes"] == foreseen["changes"]
    assert host.listing() == before, "check mode wrote something"
    done = host.run(params)
    assert (foreseen["changes"], foreseen.get("before")) == (done["changes"], done.get("before"))
    again = host.run(params)
    assert (again["changed"], again["changes"]) == (False, [])
    return done


def test_a_first_run_starts_the_service_with_all_that_is_described(host):
    done = converge(host, host.description())
    running = host.unit().book()["running"]
    assert running["config"] == {"config/demo.yml": "a: 1\n"}
    assert running["release"] == host.path("opt/observability/demo/1.0.0")
    assert host.unit().book()["enabled"] and done["generation"] == 1
    assert os.readlink(host.path("etc/demo/demo.yml")) == "current/config/demo.yml"


@pytest.mark.parametrize(
    ("over", "restarts", "reloads"),
    [
        ({"files": {"demo.yml": "a: 2\n"}}, 0, 1),
        ({"files": {"demo.yml": "a: 1\n", "rules/more.yml": "b\n"}}, 0, 1),
        ({"unit": {"exec": "demo", "flags": {"new": "x"}}}, 1, 0),
        ({"version": "2.0.0"}, 1, 0),
        ({"version": "2.0.0", "files": {"demo.yml": "a: 2\n"}}, 1, 0),
        ({"files": {"demo.yml": "a: 2\n"}, "reload": None}, 1, 0),
        ({"health": {"timeout": 99}}, 0, 0),
        ({}, 0, 0),
    ],
    ids=["file", "new file", "flag", "version", "version and file", "no reload", "probe", "nothing"],
)
def test_only_the_activation_that_a_change_needs(host, over, restarts, reloads):
    converge(host, host.description())
    was = host.unit().book()
    params = host.description(**over)
    if over:
        converge(host, params)
    else:
        assert not host.run(params)["changed"]
    book = host.unit().book()
    assert (book["restarts"] - was["restarts"], book["reloads"] - was["reloads"]) == (restarts, reloads)
    assert dict(host.unit().tree(), unit=host.unit().on_disk()) == book["running"] or not (restarts or reloads)


def test_a_failed_upgrade_returns_to_what_ran(host):
    host.run(host.description())
    before, running = host.listing(), host.unit().book()["running"]
    with pytest.raises(ServiceError, match="failed at its start.*Rolled back to generation 1"):
        host.run(host.description("2.0.0", {"demo.yml": "a: 2\n"}, unit=CRASH))
    assert host.listing() == before
    assert host.unit().book()["running"] == running


def test_a_failed_first_run_leaves_nothing(host):
    before = host.listing()
    with pytest.raises(ServiceError, match="everything that this run made has been removed again"):
        host.run(host.description(unit=CRASH))
    assert host.listing() == before
    assert not host.unit().book()["enabled"]


def test_any_error_of_ours_after_the_swap_rolls_back_too(host, monkeypatch):
    host.run(host.description())
    before = host.listing()

    def broken(*_):
        raise ValueError("could not convert string to float")

    monkeypatch.setattr("ansible_collections.observability.stack.plugins.module_utils.host.transaction.prove", broken)
    with pytest.raises(ServiceError, match="An unexpected ValueError.*Rolled back"):
        host.run(host.description(files={"demo.yml": "a: 2\n"}))
    assert host.listing() == before


def test_a_file_changed_by_hand_is_put_right(host):
    params = host.description()
    host.run(params)
    with open(host.path("etc/demo/demo.yml"), "w", encoding="utf-8") as handle:
        handle.write("by hand\n")
    done = converge(host, params)
    assert done["before"]["config/demo.yml"]["text"] == "by hand\n"
    assert host.unit().book()["running"]["config"]["config/demo.yml"] == "a: 1\n"


def test_a_link_replaced_by_a_file_is_put_back(host):
    params = host.description()
    host.run(params)
    place = host.path("etc/demo/demo.yml")
    os.unlink(place)
    with open(place, "w", encoding="utf-8") as handle:
        handle.write("by hand\n")
    converge(host, params)
    assert os.path.islink(place)
    assert not [path for path in host.listing() if "observability-replaced" in path]


def test_files_no_longer_described_are_removed_with_their_links(host):
    host.run(host.description(files={"demo.yml": "a: 1\n", "rules/a.yml": "x\n", "rules/b.yml": "y\n"}))
    converge(host, host.description(files={"demo.yml": "a: 1\n", "rules/a.yml": "x\n"}))
    assert sorted(os.listdir(host.path("etc/demo/rules"))) == ["a.yml"]
    converge(host, host.description())
    assert not os.path.lexists(host.path("etc/demo/rules"))


def test_stopped_and_started_again(host):
    host.run(host.description())
    converge(host, host.description(state="stopped"))
    assert (host.unit().book()["state"], host.unit().book()["enabled"]) == ("inactive", False)
    converge(host, host.description("2.0.0", state="stopped"))
    assert host.unit().book()["state"] == "inactive"
    converge(host, host.description("2.0.0"))
    assert host.unit().book()["running"]["release"].endswith("/2.0.0")


@pytest.mark.parametrize("moved", [{"config_dir": "etc/elsewhere"}, {"release_root": "opt/elsewhere"}])
def test_an_installed_service_is_not_moved(host, moved):
    """Else its programs would be nobody's and removed, and it would not come back after a reboot."""
    host.run(host.description())
    before = host.listing()
    params = host.description(**{key: host.path(path) for key, path in moved.items()})
    for check in (True, False):
        with pytest.raises(ServiceError, match="is installed with its .* and cannot move to"):
            host.run(params, check=check)
    assert host.listing() == before
    host.run(host.description(state="absent"))
    converge(host, params)


@pytest.mark.parametrize("written", [True, False], ids=["data", "no data yet"])
@pytest.mark.parametrize("state", ["started", "stopped"])
def test_nobody_stands_by_to_start_a_service_after_a_run_that_ended_well(host, written, state):
    """Who stands by for a killed run would start a service that is to stay stopped."""
    converge(host, host.description())
    policy = {"paths": [host.path("var/lib/demo" if written else "var/lib/nothing")], "rollback": "snapshot"}
    converge(host, host.description("2.0.0", data=policy, state=state))
    book = host.unit().book()
    assert (book["reviver"], book["state"]) == (None, "active" if state == "started" else "inactive")


def test_generations_and_releases_are_kept_as_many_as_asked(host):
    for number in range(1, 6):
        host.run(host.description("%d.0.0" % number, keep_releases=1))
    assert sorted(os.listdir(host.path("etc/demo/generations"))) == ["4", "5"]
    assert sorted(os.listdir(host.path("opt/observability/demo"))) == ["4.0.0", "5.0.0"]


class TestRemoval:
    """state: absent."""

    def test_nothing_is_left_but_data(self, host):
        before = host.listing()
        host.run(host.description())
        with open(host.path("var/lib/demo/block"), "w", encoding="utf-8") as handle:
            handle.write("samples")
        gone = {"state": "absent"}
        foreseen = host.run(host.description(**gone), check=True)["changes"]
        done = host.run(host.description(**gone))
        assert done["changes"] == foreseen
        assert "keep %s, which holds data" % host.path("var/lib/demo") in foreseen
        left = {path: what for path, what in host.listing().items() if path not in before}
        assert left == {"var/lib/demo": "directory", "var/lib/demo/block": "samples"}
        assert not host.run(host.description(**gone))["changed"]

    def test_data_go_when_asked_and_only_ours(self, host):
        """The parent that we made for our data is where somebody else has put data since."""
        data = host.path("srv/data/demo")
        host.run(host.description(directories=[{"path": data}], data={"paths": [data]}))
        os.mkdir(host.path("srv/data/other"))
        for name in ("demo", "other"):
            with open(host.path("srv/data/%s/block" % name), "w", encoding="utf-8") as handle:
                handle.write("samples")
        host.run(host.description(state="absent", remove_data=True))
        assert os.listdir(host.path("srv/data")) == ["other"]
        assert os.listdir(host.path("srv/data/other")) == ["block"]

    def test_a_foreign_file_in_the_configuration_directory_stays(self, host):
        host.run(host.description())
        with open(host.path("etc/demo/mine.txt"), "w", encoding="utf-8") as handle:
            handle.write("mine")
        host.run(host.description(state="absent"))
        assert os.listdir(host.path("etc/demo")) == ["mine.txt"]

    def test_a_running_service_may_still_write_its_data_down_when_it_is_stopped(self, host):
        host.run(host.description())
        foreseen = host.run(host.description(state="absent"), check=True)["changes"]
        assert "keep %s, which holds data" % host.path("var/lib/demo") in foreseen
        host.run(host.description(state="absent"))
        assert os.path.isdir(host.path("var/lib/demo"))

    def test_a_release_shared_by_two_units_stays_for_the_second(self, host, monkeypatch):
        before = host.listing()
        host.run(host.description())
        second = {"name": "other", "config_dir": host.path("etc/other"), "links": {}, "directories": [], "data": {}}
        host.run(host.description(**second))
        host.run(host.description(state="absent", remove_data=True))
        assert os.listdir(host.path("opt/observability/demo")) == ["1.0.0"]
        assert os.listdir(host.path("usr/local/lib/systemd/system")) == ["other.service.d"]
        host.run(host.description(state="absent", **second))
        assert host.listing() == before


class TestAdoption:
    """What somebody else installed at our paths becomes generation 0."""

    @pytest.fixture
    def theirs(self, host):
        os.makedirs(host.path("etc/demo/rules"))
        for path, text in (("etc/demo/demo.yml", "theirs: 1\n"), ("etc/demo/rules/theirs.yml", "r\n"), ("usr/local/bin/demo", "#!/bin/sh\n"),
                           ("etc/systemd/system/demo.service", "[Unit]\nDescription=x\n[Service]\nExecStart=/x\n[Install]\nWantedBy=y\n")):  # fmt: skip
            with open(host.path(path), "w", encoding="utf-8") as handle:
                handle.write(text)
        unit = host.unit()
        unit.daemon_reload()
        unit.keep(enabled=True, state="active", pid=7, running={"config": {}, "release": "", "unit": unit.on_disk()})
        return host

    def test_a_first_run_adopts_and_shows_what_changes(self, theirs):
        params = theirs.description(files={"demo.yml": "a: 1\n", "rules/ours.yml": "o\n"})
        done = converge(theirs, params)
        assert done["changes"][0] == "adopt the installation that is there as generation 0"
        assert done["before"]["config/demo.yml"]["text"] == "theirs: 1\n"
        assert "remove rules/theirs.yml" in done["changes"]
        assert theirs.unit().book()["restarts"] == 1
        zero = theirs.path("etc/demo/generations/0")
        assert sorted(theirs.unit().tree()["config"]) == ["config/demo.yml", "config/rules/ours.yml"]
        assert os.path.exists(os.path.join(zero, "config/rules/theirs.yml"))
        assert "[Install]" not in open(os.path.join(zero, "unit.d/50-observability.conf"), encoding="utf-8").read()

    def test_a_failing_first_run_goes_back_to_theirs(self, theirs):
        with pytest.raises(ServiceError, match="Rolled back to generation 0"):
            theirs.run(theirs.description(unit=CRASH))
        running = theirs.unit().book()["running"]
        assert running["config"]["config/demo.yml"] == "theirs: 1\n"
        assert "ExecStart=/x" in running["unit"]

    def test_a_stray_file_without_a_unit_is_kept_as_generation_0(self, host):
        os.makedirs(host.path("etc/demo"))
        with open(host.path("etc/demo/demo.yml"), "w", encoding="utf-8") as handle:
            handle.write("theirs\n")
        converge(host, host.description())
        assert open(host.path("etc/demo/generations/0/config/demo.yml"), encoding="utf-8").read() == "theirs\n"
