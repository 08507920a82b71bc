# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults on order, the log of requests, and both from another process."""

import json
import ssl
import subprocess
import time

import pytest
import requests

from tests.doubles.grafana import Grafana

LOGIN = ("admin", "admin")


@pytest.fixture
def grafana():
    with Grafana() as running:
        yield running


def test_too_many_requests_then_well(grafana):
    grafana.faults.too_many("^/api/folders$", seconds=3, times=2, method="GET")
    answers = [requests.get(grafana.url + "/api/folders", auth=LOGIN, timeout=5) for _try in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert requests.get(grafana.url + "/api/org", auth=LOGIN, timeout=5).status_code == 200


def test_locked_database_changes_nothing(grafana):
    grafana.faults.locked("^/api/folders$", method="POST", times=1)
    answer = requests.post(grafana.url + "/api/folders", json={"title": "x"}, auth=LOGIN, timeout=5)
    assert (answer.status_code, answer.json()["message"]) == (500, "database is locked")
    assert requests.get(grafana.url + "/api/folders", auth=LOGIN, timeout=5).json() == []


def test_some_requests_pass_first(grafana):
    grafana.faults.add("^/api/org$", status=503, after=2, times=1)
    assert [requests.get(grafana.url + "/api/org", auth=LOGIN, timeout=5).status_code for _try in range(4)] == [200, 200, 503, 200]


def test_connection_is_cut_in_the_middle_though_the_write_happened(grafana):
    grafana.faults.add("^/api/folders$", method="POST", reset=True, times=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.post(grafana.url + "/api/folders", json={"title": "x", "uid": "x"}, auth=LOGIN, timeout=5)
    assert requests.get(grafana.url + "/api/folders/x", auth=LOGIN, timeout=5).status_code == 200


def test_page_in_place_of_json(grafana):
    grafana.faults.page("^/api/search$")
    answer = requests.get(grafana.url + "/api/search", auth=LOGIN, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_slow_answer(grafana):
    grafana.faults.add("^/api/org$", delay=0.3, times=1)
    with pytest.raises(requests.Timeout):
        requests.get(grafana.url + "/api/org", auth=LOGIN, timeout=0.1)
    before = time.monotonic()
    assert requests.get(grafana.url + "/api/org", auth=LOGIN, timeout=5).status_code == 200
    assert time.monotonic() - before < 0.3


def test_requests_are_logged(grafana):
    requests.get(grafana.url + "/api/health?x=1", timeout=5)
    requests.delete(grafana.url + "/api/folders/nosuch", auth=LOGIN, timeout=5)
    assert grafana.requests == [("GET", "/api/health"), ("DELETE", "/api/folders/nosuch")]


def test_control_from_another_process(grafana):
    control = grafana.url + "/-/double/"
    requests.post(control + "faults", json={"path": "^/api/org$", "status": 502, "times": 1}, timeout=5)
    assert requests.get(grafana.url + "/api/org", auth=LOGIN, timeout=5).status_code == 502
    assert requests.get(control + "requests", timeout=5).json() == [["GET", "/api/org"]]
    assert requests.get(control + "faults", timeout=5).json()[0]["times"] == 0
    requests.delete(control + "requests", timeout=5)
    requests.delete(control + "faults", timeout=5)
    assert (grafana.requests, grafana.faults.orders) == ([], [])
    now = requests.get(control + "clock", timeout=5).json()["now"]
    requests.post(control + "clock", data=json.dumps({"advance": 3600}), timeout=5)
    assert requests.get(control + "clock", timeout=5).json()["now"] - now >= 3600


def test_tls(tmp_path):
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*words, *subject], check=True, capture_output=True)
    with Grafana(tls=(certificate, key)) as grafana:
        assert requests.get(grafana.url + "/api/health", verify=str(certificate), timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(grafana.url + "/api/health", timeout=5)
        assert ssl.get_server_certificate(("127.0.0.1", grafana.server.server_address[1])).startswith("-----BEGIN")
