# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import socket

import pytest
from ansible_collections.observability.stack.plugins.module_utils.engine import client as client_module
from ansible_collections.observability.stack.plugins.module_utils.engine.client import Client, Connection
from ansible_collections.observability.stack.plugins.module_utils.engine.errors import ClientError, ReadOnlyError

from tests.unit.engine.web_double import WebDouble

OK = (200, {}, {"fine": True})


def client(url, read_only=False, pauses=None, **options):
    return Client(Connection(url=url, **options), read_only, sleep=(pauses if pauses is not None else []).append)


def failure(call):
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_client_that_only_reads_sends_no_write(verb):
    with WebDouble(OK) as web:
        with pytest.raises(ReadOnlyError):
            client(web.url, read_only=True).request(verb, "x")
        assert web.requests == []


def test_a_client_that_only_reads_reads():
    with WebDouble(OK) as web:
        assert client(web.url, read_only=True).get("api/x", {"a": "b"}) == {"fine": True}
        assert web.requests[0][:2] == ("GET", "/api/x?a=b")


@pytest.mark.parametrize(
    ("verb", "status", "tries"),
    [
        ("GET", 429, 2),
        ("GET", 502, 2),
        ("GET", 503, 2),
        ("GET", 504, 2),
        ("PUT", 502, 2),
        ("DELETE", 504, 2),
        ("POST", 429, 2),
        ("POST", 503, 2),
        ("POST", 502, 1),
        ("POST", 504, 1),
        ("GET", 500, 1),
        ("GET", 400, 1),
        ("PUT", 409, 1),
    ],
)
def test_what_is_sent_again(verb, status, tries):
    with WebDouble((status, {}, {"error": "not now"}), OK) as web:
        server = client(web.url)
        if tries == 2:
            assert server.json(verb, "x") == {"fine": True}
        else:
            assert failure(lambda: server.json(verb, "x")).status == status
        assert web.verbs == [verb] * tries


@pytest.mark.parametrize(("verb", "tries"), [("GET", 2), ("PUT", 2), ("POST", 1)])
def test_a_lost_connection_is_tried_again_only_where_repeating_is_safe(verb, tries):
    with WebDouble("hang up", OK) as web:
        server = client(web.url)
        if tries == 2:
            assert server.json(verb, "x") == {"fine": True}
        else:
            words = str(failure(lambda: server.json(verb, "x")))
            assert "/x failed: remote end closed connection without response. Check that the service runs" in words
        assert web.verbs == [verb] * tries


def test_pauses_grow_and_follow_the_server():
    pauses = []
    with WebDouble((503, {}, {}), (503, {"Retry-After": "7"}, {}), (503, {"Retry-After": "9999"}, {}), OK) as web:
        client(web.url, pauses=pauses).get("x")
    assert 0.2 < pauses[0] < 1
    assert pauses[1:] == [7, 30]


def test_attempts_are_bounded():
    pauses = []
    with WebDouble((503, {}, {"error": "starting"})) as web:
        error = failure(lambda: client(web.url, pauses=pauses, attempts=3).get("x"))
        assert len(web.requests) == 3
    assert len(pauses) == 2
    assert pauses[1] > pauses[0]
    assert "starting" in str(error)


def test_an_error_says_verb_url_status_reason_and_hint():
    with WebDouble((401, {}, {"message": "invalid user"})) as web:
        error = failure(lambda: client(web.url + "/prefix/").get("/api/x"))
        assert str(error) == (f"GET {web.url}/prefix/api/x failed with status 401: invalid user. Check url_username and url_password, or token.")
        assert (error.verb, error.status, error.message) == ("GET", 401, "invalid user")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"status": "error", "error": "parse error"}, "parse error"),
        (b"<html>nginx</html>", "Bad Gateway"),
        (b"plain\nmore", "plain"),
        (b"", "Bad Gateway"),
        (["x"], "['x']"),
    ],
)
def test_the_servers_message_is_found(body, message):
    with WebDouble((502, {}, body)) as web:
        assert failure(lambda: client(web.url, attempts=1).get("x")).message == message


def test_secrets_are_in_no_error_and_no_repr():
    connection = Connection(url="http://127.0.0.1", username="u", password="geheim", token="zeichen", headers={"A": "kopf"})
    assert not any(secret in repr(connection) for secret in ("geheim", "zeichen", "kopf"))
    with WebDouble((403, {}, {"error": "no right for geheim"})) as web:
        url = web.url.replace("http://", "http://u:geheim@")
        error = failure(lambda: client(url).get("x"))
    assert "geheim" not in str(error) + error.url
    assert "no right for ********" in str(error)


def test_credentials_in_the_url_are_used_and_given_ones_win():
    with WebDouble(OK) as web:
        url = web.url.replace("http://", "http://u:p@")
        client(url).get("x")
        client(url, username="ö", password="ü").get("x")
        client(web.url, token="abc").get("x")
        sent = [headers["Authorization"] for _, _, headers, _ in web.requests]
    assert sent == ["Basic dTpw", "Basic w7Y6w7w=", "Bearer abc"]


def test_netrc_never_gives_credentials(tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login thief password stolen\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with WebDouble(OK) as web:
        client(web.url).get("x")
        client(web.url, token="abc").get("x")
        assert [headers.get("Authorization") for _, _, headers, _ in web.requests] == [None, "Bearer abc"]


def test_the_environments_proxy_is_used_only_when_wanted(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with WebDouble(OK) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert client("http://nowhere.invalid:9090").get("x") == {"fine": True}
        assert proxy.requests[0][1] == "http://nowhere.invalid:9090/x"
        assert "nowhere.invalid" in str(failure(lambda: client("http://nowhere.invalid:9090", use_proxy=False, attempts=1).get("x")))
        assert len(proxy.requests) == 1


def test_a_redirected_read_is_followed_and_a_redirected_write_is_an_error():
    with WebDouble(OK) as new, WebDouble((302, {"Location": new.url + "/y"}, {})) as old:
        assert client(old.url).get("x") == {"fine": True}
        assert f"redirects to {new.url}/y. Use that URL." in str(failure(lambda: client(old.url).request("POST", "x", json={})))
        assert new.verbs == ["GET"]


def test_a_refused_connection_says_so_in_the_systems_words():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pauses = []
    error = failure(lambda: client(f"http://127.0.0.1:{port}", pauses=pauses).get("x"))
    assert error.message == "connection refused"
    assert error.status is None
    assert len(pauses) == 3


def test_silence_ends_by_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        error = failure(lambda: client(url, timeout=0.1, attempts=1).get("x"))
    assert error.message == "no answer within 0.1 s"


def test_a_ca_file_that_is_not_there_is_said_in_a_sentence():
    error = failure(lambda: client("https://127.0.0.1:1", ca_path="/nowhere/ca.pem"))
    assert "the CA file /nowhere/ca.pem is not on the host that runs this task" in str(error)
    # Without TLS it does not matter.
    client("http://127.0.0.1:1", ca_path="/nowhere/ca.pem")


def test_tls_errors_are_not_tried_again_and_name_the_option():
    with WebDouble(OK) as web:
        pauses = []
        error = failure(lambda: client(web.url.replace("http://", "https://"), pauses=pauses).get("x"))
    assert "ca_path" in error.hint
    assert pauses == []


@pytest.mark.parametrize("body", [b"<html>login</html>", b"ok"])
def test_an_answer_that_is_not_json_is_an_error(body):
    with WebDouble((200, {}, body)) as web:
        assert "not JSON" in failure(lambda: client(web.url).get("x")).message


def test_extra_headers_are_sent():
    with WebDouble(OK) as web:
        client(web.url, headers={"X-Scope-OrgID": "a"}).get("x")
        assert web.requests[0][2]["X-Scope-OrgID"] == "a"


def test_one_connection_serves_many_requests():
    with WebDouble(OK) as web:
        server = client(web.url)
        for _ in range(3):
            server.get("x")
        assert len(web.requests) == 3
        assert len(set(web.peers)) == 1


def test_without_requests_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(client_module, "requests", None)
    assert "python3-requests" in str(failure(lambda: client("http://127.0.0.1")))
