# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets of data sources: sent when they have to be, seen to differ with a key, and shown to nobody."""

from __future__ import annotations

import json

from ansible_collections.observability.stack.plugins.module_utils.grafana import datasource_secrets as marks

from tests.unit.grafana.running import converge, run_module
from tests.unit.grafana.test_datasource import stored

NAME = "grafana_datasource"
KEY = "a-key-out-of-the-vault"
MASK = "********"
SOURCE = {"name": "DB", "ds_type": "postgres", "ds_url": "127.0.0.1:5432", "user": "grafana"}


def kept(grafana, name="DB"):
    """Return the secrets as the server keeps them, which it tells nobody."""
    table = grafana.app.store.table("datasources", 1)
    return next(one["secrets"] for one in table.values() if one["name"] == name)


def test_without_a_key_a_secret_goes_along_with_other_changes_only(grafana):
    converge(NAME, grafana.url, password="first-password", **SOURCE)
    assert not run_module(NAME, grafana.url, password="second-password", **SOURCE)["changed"]
    assert kept(grafana) == {"password": "first-password"}
    converge(NAME, grafana.url, password="second-password", database="shop", **SOURCE)
    assert kept(grafana) == {"password": "second-password"}


def test_without_a_key_a_secret_that_is_not_there_is_seen(grafana):
    converge(NAME, grafana.url, **SOURCE)
    added = converge(NAME, grafana.url, password="first-password", **SOURCE)
    assert added.before_and_after[0][1]["secureJsonData"] == {"password": f"{MASK} (added)"}
    removed = converge(NAME, grafana.url, password="", **SOURCE)
    assert removed.before_and_after[0][0]["secureJsonData"] == {"password": MASK}
    assert kept(grafana) == {}


def test_with_a_key_a_changed_secret_is_seen_and_one_nobody_describes_is_removed(grafana):
    two = {"password": "first-password", "secure_json_data": {"sslPassword": "other-secret"}}
    converge(NAME, grafana.url, secrets_key=KEY, **two, **SOURCE)
    changed = converge(NAME, grafana.url, secrets_key=KEY, **{**two, "password": "second-password"}, **SOURCE)
    assert changed.before_and_after[0][1]["secureJsonData"] == {"password": f"{MASK} (changed)"}
    assert kept(grafana) == {"password": "second-password", "sslPassword": "other-secret"}
    removed = converge(NAME, grafana.url, secrets_key=KEY, password="second-password", **SOURCE)
    assert removed.before_and_after[0][0]["secureJsonData"] == {"sslPassword": MASK}
    assert kept(grafana) == {"password": "second-password"}


def test_a_secret_that_was_sent_without_the_key_is_sent_again_with_it(grafana):
    converge(NAME, grafana.url, secrets_key=KEY, password="first-password", **SOURCE)
    converge(NAME, grafana.url, password="second-password", database="shop", **SOURCE)
    assert converge(NAME, grafana.url, secrets_key=KEY, password="first-password", **SOURCE)["changed"]
    assert kept(grafana) == {"password": "first-password"}


def test_another_key_sends_everything_again_once(grafana):
    converge(NAME, grafana.url, secrets_key=KEY, password="first-password", **SOURCE)
    assert converge(NAME, grafana.url, secrets_key=KEY[::-1], password="first-password", **SOURCE)["changed"]


def test_many_with_a_key_are_compared_as_well(grafana):
    items = [{**SOURCE, "name": f"DB {number}", "password": f"password-{number}"} for number in range(5)]
    converge(NAME, grafana.url, items=items, secrets_key=KEY)
    items[2] = {**items[2], "password": "another-password"}
    ran = converge(NAME, grafana.url, items=items, secrets_key=KEY)
    assert [one["object"] for one in ran["results"] if one["action"] == "updated"] == ["data source DB 2"]
    assert kept(grafana, "DB 2") == {"password": "another-password"}


def test_who_wants_them_sent_always_gets_a_change_each_time(grafana):
    run_module(NAME, grafana.url, password="first-password", **SOURCE)
    for options in ({"enforce_secure_data": True}, {"update_secrets": "always"}):
        for _twice in range(2):
            ran = run_module(NAME, grafana.url, password="second-password", **options, **SOURCE)
            assert ran.before_and_after[0][1]["secureJsonData"] == {"password": f"{MASK} (sent again)"}
    assert kept(grafana) == {"password": "second-password"}


def test_no_secret_is_shown_and_no_mark(grafana):
    secrets = {
        "password": "hush-password", "basic_auth_password": "hush-basic", "tls_client_cert": "hush-cert", "tls_client_key": "hush-key",
        "secure_json_data": {"token": "hush-token"}, "http_headers": {"X-Key": "hush-header"},
    }  # fmt: skip
    for check in (True, False):
        single = run_module(NAME, grafana.url, check=check, secrets_key="hush-key-of-marks", **secrets, **SOURCE)
        many = run_module(NAME, grafana.url, check=check, items=[{**SOURCE, **secrets, "name": "Other"}], secrets_key="hush-key-of-marks")
        assert (single["changed"], many["changed"]) == (True, True)
        assert "hush" not in single.output + many.output
        assert marks.MARKS not in single.output + many.output
        expected = ["basicAuthPassword", "httpHeaderValue1", "password", "tlsClientCert", "tlsClientKey", "token"]
        assert sorted(single["datasource"]["secureJsonFields"]) == expected
    assert "hush" not in json.dumps(stored(grafana, "DB"))
    assert run_module(NAME, grafana.url, secrets_key="hush-key-of-marks", **secrets, **SOURCE)["changed"] is False


def test_no_secret_is_in_an_error(grafana):
    failed = run_module(NAME, grafana.url, name="M", ds_type="prometheus", ds_url="::no", password="hush-password", secure_json_data={"x": "hush-x"})
    assert failed["failed"]
    assert "hush" not in failed.output


def test_headers_are_all_there_are(grafana):
    source = {"name": "M", "ds_type": "prometheus", "ds_url": "http://127.0.0.1:9090", "secrets_key": KEY}
    converge(NAME, grafana.url, http_headers={"X-B": "value-b", "X-A": "value-a"}, **source)
    assert kept(grafana, "M") == {"httpHeaderValue1": "value-a", "httpHeaderValue2": "value-b"}
    converge(NAME, grafana.url, http_headers={"X-B": "value-b"}, **source)
    assert {key: value for key, value in stored(grafana, "M")["jsonData"].items() if "Header" in key} == {"httpHeaderName1": "X-B"}
    assert kept(grafana, "M") == {"httpHeaderValue1": "value-b"}


def test_a_mark_tells_nothing_to_who_lacks_the_key():
    one, two = marks.mark_of(KEY, "password", "secret"), marks.mark_of(KEY, "password", "secret")
    assert one != two
    assert marks.is_marked(one, KEY, "password", "secret")
    for key, name, value in ((KEY + "x", "password", "secret"), (KEY, "token", "secret"), (KEY, "password", "other")):
        assert not marks.is_marked(one, key, name, value)
    for nothing in (None, "", ":", "x", {"a": 1}):
        assert not marks.is_marked(nothing, KEY, "password", "secret")


def test_a_short_key_is_refused(grafana):
    failed = run_module(NAME, grafana.url, secrets_key="short", password="first-password", **SOURCE)
    assert "at least 16" in failed["msg"]


def test_a_short_secret_hides_no_part_of_other_words_and_is_shown_nowhere(grafana):
    source = {"ds_type": "loki", "ds_url": "http://127.0.0.1:3100"}
    for options in ({"name": "One", **source}, {"items": [{"name": "Two", **source}]}):
        secret = {"secure_json_data": {"pin": "7x"}, "json_data": {"version": "17x1"}}
        described = {**options, **secret} if "name" in options else {"items": [{**options["items"][0], **secret}]}
        for check in (True, False):
            ran = run_module(NAME, grafana.url, check=check, **described)
            assert '"17x1"' in ran.output
            assert ran.output.replace("17x1", "").count("7x") == 0
    refused = run_module(NAME, grafana.url, items=[{"name": "Three", "ds_type": 1, "access": "nope", "secure_json_data": {"pin": "7x"}}])
    assert refused["failed"] and "7x" not in refused.output
