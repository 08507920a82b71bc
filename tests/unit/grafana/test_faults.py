# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a server answers when it refuses or fails, given to every module: a sentence, nothing lost, nothing shown, and the next run goes on."""

from __future__ import annotations

import json

import pytest

from tests.unit.grafana.accounts import call
from tests.unit.grafana.faulty import WRITES, assert_clear, assert_goes_on, each_changer, each_module, each_writer
from tests.unit.grafana.minimal import CASES, LOGIN, MODULES, content, run_case

WORDS = "so nicht, sagt der Server"


def answer(server, status, methods=("",), **how):
    """Let the server answer these methods so."""
    for method in methods:
        server.faults.add(method=method, status=status, body=json.dumps({"message": WORDS}), **how)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_tested_here(module):
    assert module in CASES, "add a row to tests/unit/grafana/minimal.py"


@each_module
def test_a_token_that_nobody_knows(server, module):
    token = "glsa_KeinSchluessel_1234abcd"
    ran = run_case(server, module, token=token)
    assert_clear(ran, module, server.url, "Invalid API key", "Check url_username and url_password, or token.", status=401)
    assert token not in ran.output


@each_module
def test_a_wrong_password(server, module):
    ran = run_case(server, module, url_password="falsch-und-geheim")
    assert_clear(ran, module, server.url, "Invalid username or password", status=401)
    assert "falsch-und-geheim" not in ran.output


@each_module
@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_to_read(server, module, status):
    before = content(server)
    answer(server, status)
    assert_clear(run_case(server, module), module, server.url, WORDS, status=status)
    assert content(server) == before
    assert_goes_on(server, module)


@each_writer
@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 500])
def test_a_refusal_to_write(server, module, status):
    before = content(server)
    answer(server, status, WRITES)
    assert_clear(run_case(server, module), module, server.url, WORDS, status=status)
    assert content(server) == before
    assert_goes_on(server, module)


@each_changer
@pytest.mark.parametrize("status", [403, 404, 409, 412, 500])
def test_a_refusal_to_change(server, module, status):
    run_case(server, module)
    before = content(server)
    answer(server, status, WRITES)
    assert_clear(run_case(server, module, changed=True), module, server.url, WORDS, status=status)
    assert content(server) == before, "what was there stays"
    assert_goes_on(server, module, changed=True)


@each_module
def test_too_many_requests_are_made_later(server, module, pauses):
    server.faults.too_many(seconds=7, times=2)
    ran = run_case(server, module)
    assert not ran.get("failed"), ran
    assert pauses == ["7", "7"]


@each_writer
def test_too_many_writes_are_made_later(server, module, pauses):
    for method in WRITES:
        server.faults.too_many(method=method, times=1)
    assert not run_case(server, module).get("failed")
    assert "1" in pauses
    assert not run_case(server, module)["changed"], "and made once"


@each_module
def test_too_many_requests_for_good(server, module, pauses):
    server.faults.too_many()
    assert_clear(run_case(server, module, retries=1), module, server.url, "Too many requests", status=429)
    assert len(pauses) >= 1
    assert_goes_on(server, module)


@each_module
@pytest.mark.parametrize("status", [502, 503])
def test_a_server_that_is_away_for_a_moment(server, module, status, pauses):
    answer(server, status, times=2)
    assert not run_case(server, module).get("failed")
    assert len(pauses) >= 2


@each_module
@pytest.mark.parametrize("status", [502, 503])
def test_a_server_that_is_away(server, module, status, pauses):
    server.faults.add(status=status, html=True, body="<html><body><h1>nginx</h1></body></html>")
    assert_clear(run_case(server, module, retries=1), module, server.url, {502: "Bad Gateway", 503: "Service Unavailable"}[status], status=status)
    assert_goes_on(server, module)


@each_module
def test_a_locked_database_is_read_later(server, module, pauses):
    server.faults.locked(method="GET", times=2)
    assert not run_case(server, module).get("failed")
    assert len(pauses) >= 2


@each_writer
def test_a_locked_database_is_written_by_this_run_or_the_next(server, module, pauses):
    for method in WRITES:
        server.faults.locked(method=method, times=1)
    ran = run_case(server, module)
    if any(verb == "POST" for verb, _path in server.requests) and ran.get("failed"):
        assert_clear(ran, module, server.url, "database is locked", status=500)
    else:
        assert not ran.get("failed"), ran
    assert_goes_on(server, module)


@each_changer
def test_a_locked_database_takes_a_put_later(server, module, pauses):
    run_case(server, module)
    server.faults.locked(method="PUT", times=2)
    ran = run_case(server, module, changed=True)
    assert not ran.get("failed"), ran
    assert_goes_on(server, module, changed=True)


@each_module
def test_a_viewer(server, module):
    account = call(server, "POST", "/api/serviceaccounts", {"name": "Zuschauer", "role": "Viewer"}, LOGIN)
    token = call(server, "POST", f"/api/serviceaccounts/{account['id']}/tokens", {"name": "t"}, LOGIN)["key"]
    before = content(server)
    ran = run_case(server, module, token=token)
    assert token not in ran.output
    if CASES[module].reads and not ran.get("failed"):
        return
    assert_clear(ran, module, server.url, status=403)
    assert content(server) == before
