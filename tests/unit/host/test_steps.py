# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps: what a program does to its own data on the description's behalf is done once, fed from a file, and undone with the rest."""

from __future__ import annotations

import os

import pytest
from ansible_collections.observability.stack.plugins.module_utils.host import steps
from ansible_collections.observability.stack.plugins.module_utils.host.errors import ServiceError


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(steps.time, "sleep", lambda _seconds: None)


def plugin(host, version="1", **over):
    place = host.path("var/plugin")
    words = 'echo "$1 in $2" >> "$0"; mkdir -p "$(dirname "$0")"; echo "$1 in $2" >> "$0"'
    return {"name": "install a plugin", "argv": ["/bin/sh", "-c", words, place, version, "{release}"], "creates": place, "when": "before", **over}


def password(host):
    words = 'IFS= read -r word; echo "$word" >> "$0"'
    return {"name": "set the password", "argv": ["/bin/sh", "-c", words, host.path("var/passwords")], "stdin": "secret"}


def described(host, *wanted, files=None):
    return host.description(files=files or {"demo.yml": "a: 1\n", "secret": "first\n"}, steps=list(wanted))


def said(host, name):
    try:
        with open(host.path(f"var/{name}"), encoding="utf-8") as stream:
            return stream.read().splitlines()
    except FileNotFoundError:
        return []


@pytest.fixture(autouse=True)
def var(host):
    os.makedirs(host.path("var"), exist_ok=True)


def test_a_step_is_foreseen_done_once_and_not_again(host):
    params = described(host, plugin(host), password(host))
    foreseen = host.run(params, check=True)
    assert "install a plugin" in foreseen["changes"] and said(host, "plugin") == []
    assert host.run(params)["changes"] == foreseen["changes"]
    assert not host.run(params)["changed"]
    assert len(said(host, "plugin")) == 2 and said(host, "passwords") == ["first"]


def test_a_step_before_the_swap_restarts_and_one_after_does_not(host):
    host.run(described(host))
    was = host.unit().book()["restarts"]
    done = host.run(described(host, password(host)))
    assert done["changes"] == ["set the password"] and host.unit().book()["restarts"] == was
    assert host.run(described(host, plugin(host), password(host)))["restarted"]


def test_a_step_is_done_again_when_its_words_or_its_input_change_or_its_work_is_gone(host):
    params = described(host, plugin(host), password(host))
    host.run(params)
    other = described(host, plugin(host, "2"), password(host), files={"demo.yml": "a: 1\n", "secret": "second\n"})
    assert {"install a plugin", "set the password"} <= set(host.run(other)["changes"])
    assert said(host, "passwords") == ["first", "second"] and said(host, "plugin")[-1].startswith("2 in")
    os.unlink(host.path("var/plugin"))
    assert "install a plugin" in host.run(other)["changes"] and said(host, "plugin")


def test_a_step_that_fails_before_the_swap_leaves_the_service_alone(host):
    host.run(described(host))
    before, running = host.listing(), host.unit().book()
    bad = plugin(host, argv=["/bin/sh", "-c", f"touch {host.path('var/plugin')}; echo no such plugin >&2; exit 3"])
    with pytest.raises(ServiceError, match="(?s)The step 'install a plugin' failed:.*no such plugin"):
        host.run(described(host, bad))
    assert host.listing() == before and host.unit().book() == running
    assert said(host, "plugin") == []


def test_a_step_that_fails_after_the_proof_takes_the_change_back(host):
    host.run(described(host))
    bad = {"name": "set the password", "argv": ["/bin/false"], "stdin": "secret"}
    with pytest.raises(ServiceError, match="(?s)step 'set the password' failed.*Rolled back to generation 1"):
        host.run(described(host, bad, files={"demo.yml": "a: 1\n", "secret": "second\n"}))
    assert host.unit().book()["running"]["config"]["config/secret"] == "first\n"
    with pytest.raises(ServiceError, match="step 'set the password' failed"):  # it stays due
        host.run(described(host, bad))


def test_a_step_that_succeeds_at_last_is_enough(host):
    counts = host.path("var/plugin")
    words = f"echo x >> {counts}; test $(wc -l < {counts}) = 3"
    host.run(described(host, plugin(host, argv=["/bin/sh", "-c", words])))
    assert said(host, "plugin") == ["x"] * 3


def test_a_stopped_service_has_no_steps(host):
    params = described(host, password(host))
    host.run({**params, "state": "stopped"})
    assert said(host, "passwords") == []
    assert "set the password" in host.run(params)["changes"] and said(host, "passwords") == ["first"]
