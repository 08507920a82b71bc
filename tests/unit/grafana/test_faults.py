# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a server answers when it refuses or fails, given to every module: a sentence, nothing lost, nothing shown, and the next run goes on."""

from __future__ import annotations

import json

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine import client

from tests.doubles.grafana import Grafana
from tests.unit.grafana.accounts import call
from tests.unit.grafana.minimal import CASES, LOGIN, MODULES, content, run_case, secrets

TESTED = [name for name in MODULES if name in CASES]
each_module = pytest.mark.parametrize("module", TESTED)
each_writer = pytest.mark.parametrize("module", [name for name in TESTED if not CASES[name].reads])
each_changer = pytest.mark.parametrize("module", [name for name in TESTED if CASES[name].change])
WRITES = ("POST", "PUT", "PATCH", "DELETE")
WORDS = "so nicht, sagt der Server"


@pytest.fixture
def grafana(module):
    """A server of the newest generation with what the module needs, whose administrator has a password that nobody guesses."""
    with Grafana(generation=13, admin_password=LOGIN[1].decode()) as server:
        CASES[module].before(server)
        del server.requests[:]
        yield server
        assert server.app.mistakes == []


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that the server asked for; none is made."""
    asked = []
    monkeypatch.setattr(client, "_pause", lambda _attempt, response: asked.append(response is not None and response.headers.get("Retry-After")) or 0)
    return asked


def assert_clear(ran, module, grafana, *words, status=None):
    """The module failed with a sentence that says where, what and in whose words; no traceback, no secret."""
    assert ran.get("failed"), ran
    for word in (grafana.url + "/", *words):
        assert word in ran["msg"], (word, ran["msg"])
    if status:
        assert f"status {status}" in ran["msg"]
        assert ran["http_status"] == status
    assert "Traceback" not in ran.output
    assert [secret for secret in secrets(module) if secret in ran.output or json.dumps(secret)[1:-1] in ran.output] == []


def assert_goes_on(grafana, module, changed=False):
    """Without the fault the next run does its work, and the one after it finds nothing to do."""
    grafana.faults.clear()
    done = run_case(grafana, module, changed)
    assert not done.get("failed"), done
    again = run_case(grafana, module, changed)
    assert not again.get("failed"), again
    assert not again["changed"], again.get("diff")


def answer(grafana, status, methods=("",), **how):
    """Let the server answer these methods so."""
    for method in methods:
        grafana.faults.add(method=method, status=status, body=json.dumps({"message": WORDS}), **how)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_tested_here(module):
    assert module in CASES, "add a row to tests/unit/grafana/minimal.py"


@each_module
def test_a_token_that_nobody_knows(grafana, module):
    token = "glsa_KeinSchluessel_1234abcd"
    ran = run_case(grafana, module, token=token)
    assert_clear(ran, module, grafana, "Invalid API key", "Check url_username and url_password, or token.", status=401)
    assert token not in ran.output


@each_module
def test_a_wrong_password(grafana, module):
    ran = run_case(grafana, module, url_password="falsch-und-geheim")
    assert_clear(ran, module, grafana, "Invalid username or password", status=401)
    assert "falsch-und-geheim" not in ran.output


@each_module
@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_to_read(grafana, module, status):
    before = content(grafana)
    answer(grafana, status)
    assert_clear(run_case(grafana, module), module, grafana, WORDS, status=status)
    assert content(grafana) == before
    assert_goes_on(grafana, module)


@each_writer
@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 500])
def test_a_refusal_to_write(grafana, module, status):
    before = content(grafana)
    answer(grafana, status, WRITES)
    assert_clear(run_case(grafana, module), module, grafana, WORDS, status=status)
    assert content(grafana) == before
    assert_goes_on(grafana, module)


@each_changer
@pytest.mark.parametrize("status", [403, 404, 409, 412, 500])
def test_a_refusal_to_change(grafana, module, status):
    run_case(grafana, module)
    before = content(grafana)
    answer(grafana, status, WRITES)
    assert_clear(run_case(grafana, module, changed=True), module, grafana, WORDS, status=status)
    assert content(grafana) == before, "what was there stays"
    assert_goes_on(grafana, module, changed=True)


@each_module
def test_too_many_requests_are_made_later(grafana, module, pauses):
    grafana.faults.too_many(seconds=7, times=2)
    ran = run_case(grafana, module)
    assert not ran.get("failed"), ran
    assert pauses == ["7", "7"]


@each_writer
def test_too_many_writes_are_made_later(grafana, module, pauses):
    for method in WRITES:
        grafana.faults.too_many(method=method, times=1)
    assert not run_case(grafana, module).get("failed")
    assert "1" in pauses
    assert not run_case(grafana, module)["changed"], "and made once"


@each_module
def test_too_many_requests_for_good(grafana, module, pauses):
    grafana.faults.too_many()
    assert_clear(run_case(grafana, module, retries=1), module, grafana, "Too many requests", status=429)
    assert len(pauses) >= 1
    assert_goes_on(grafana, module)


@each_module
@pytest.mark.parametrize("status", [502, 503])
def test_a_server_that_is_away_for_a_moment(grafana, module, status, pauses):
    answer(grafana, status, times=2)
    assert not run_case(grafana, module).get("failed")
    assert len(pauses) >= 2


@each_module
@pytest.mark.parametrize("status", [502, 503])
def test_a_server_that_is_away(grafana, module, status, pauses):
    grafana.faults.add(status=status, html=True, body="<html><body><h1>nginx</h1></body></html>")
    assert_clear(run_case(grafana, module, retries=1), module, grafana, {502: "Bad Gateway", 503: "Service Unavailable"}[status], status=status)
    assert_goes_on(grafana, module)


@each_module
def test_a_locked_database_is_read_later(grafana, module, pauses):
    grafana.faults.locked(method="GET", times=2)
    assert not run_case(grafana, module).get("failed")
    assert len(pauses) >= 2


@each_writer
def test_a_locked_database_is_written_by_this_run_or_the_next(grafana, module, pauses):
    for method in WRITES:
        grafana.faults.locked(method=method, times=1)
    ran = run_case(grafana, module)
    if any(verb == "POST" for verb, _path in grafana.requests) and ran.get("failed"):
        assert_clear(ran, module, grafana, "database is locked", status=500)
    else:
        assert not ran.get("failed"), ran
    assert_goes_on(grafana, module)


@each_changer
def test_a_locked_database_takes_a_put_later(grafana, module, pauses):
    run_case(grafana, module)
    grafana.faults.locked(method="PUT", times=2)
    ran = run_case(grafana, module, changed=True)
    assert not ran.get("failed"), ran
    assert_goes_on(grafana, module, changed=True)


@each_module
def test_a_viewer(grafana, module):
    account = call(grafana, "POST", "/api/serviceaccounts", {"name": "Zuschauer", "role": "Viewer"}, LOGIN)
    token = call(grafana, "POST", f"/api/serviceaccounts/{account['id']}/tokens", {"name": "t"}, LOGIN)["key"]
    before = content(grafana)
    ran = run_case(grafana, module, token=token)
    assert token not in ran.output
    if CASES[module].reads and not ran.get("failed"):
        return
    assert_clear(ran, module, grafana, status=403)
    assert content(grafana) == before
