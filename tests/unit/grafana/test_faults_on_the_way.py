# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong between a module and the server, given to every module: cut answers, silence, other people's pages, certificates."""

from __future__ import annotations

import subprocess

import pytest

from tests.doubles.grafana import Grafana
from tests.unit.grafana.faulty import WRITES, assert_clear, assert_goes_on, each_module, each_writer
from tests.unit.grafana.minimal import PASSWORD, content, run_case

SELF_SIGNED = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Two (certificate, key) of which neither vouches for the other."""
    place, made = tmp_path_factory.mktemp("tls"), []
    for name in ("own", "other"):
        certificate, key = place / f"{name}.pem", place / f"{name}.key"
        words = [*SELF_SIGNED, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run(words, check=True, capture_output=True)
        made.append((certificate, key))
    return made


@each_module
def test_an_answer_that_is_cut_is_asked_for_again(server, module, pauses):
    server.faults.add(reset=True, method="GET", times=1)
    ran = run_case(server, module)
    assert not ran.get("failed"), ran
    assert pauses


@each_module
def test_answers_that_are_always_cut(server, module, pauses):
    before = content(server)
    server.faults.add(reset=True, method="GET")
    ran = run_case(server, module, retries=1)
    assert_clear(ran, module, server.url, "failed: the connection was lost in the middle of the answer (connection reset by peer)")
    assert content(server) == before
    assert_goes_on(server, module)


@each_writer
def test_a_write_whose_answer_is_cut_is_found_done_by_the_next_run(server, module, pauses):
    for method in WRITES:
        server.faults.add(reset=True, method=method, times=1)
    ran = run_case(server, module)
    if ran.get("failed"):
        assert_clear(ran, module, server.url, "the connection was lost in the middle of the answer", "Run again: what was done is found.")
    assert_goes_on(server, module)


@each_module
def test_a_server_that_does_not_answer_in_time(server, module):
    server.faults.add(delay=1.5)
    assert_clear(run_case(server, module, timeout=0.2, retries=0), module, server.url, "no answer within 0.2 s", "or raise timeout")


@each_module
def test_nobody_listens(server, module, pauses):
    server.server.shutdown()
    server.server.server_close()
    server.thread.join()
    assert_clear(run_case(server, module, retries=1), module, server.url, "refused", "Check that the service runs")


@each_module
def test_a_page_for_people_in_place_of_an_answer(server, module):
    before = content(server)
    server.faults.page()
    assert_clear(run_case(server, module), module, server.url, "the answer is not JSON", "not to a login page or a proxy", status=200)
    assert content(server) == before
    assert_goes_on(server, module)


@each_writer
def test_a_page_for_people_in_answer_to_a_write(server, module):
    before = content(server)
    for method in WRITES:
        server.faults.page(method=method)
    assert_clear(run_case(server, module), module, server.url, "the answer is not JSON", status=200)
    assert content(server) == before
    assert_goes_on(server, module)


@each_module
def test_a_certificate_that_nobody_vouches_for(module, certificates):
    (certificate, key), (other, _key) = certificates
    with Grafana(generation=13, admin_password=PASSWORD, tls=(certificate, key)) as server:
        assert_clear(run_case(server, module, ca_path=str(other)), module, server.url, "TLS failed (", "Name the CA in ca_path")
        assert_clear(run_case(server, module), module, server.url, "TLS failed (")
        missing = str(other) + "-missing"
        assert f"GET {server.url} failed: the CA file {missing} is not on the host" in run_case(server, module, ca_path=missing)["msg"]
        assert server.requests == [], "no password was sent"
        seen = run_case(server, "grafana_folder", ca_path=str(certificate), check=True)
        assert not seen.get("failed"), seen
