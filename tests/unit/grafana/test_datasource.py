# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data sources: made, changed, renamed, moved to another uid, removed, one or many; never by number."""

from __future__ import annotations

import re

import pytest
import requests
from ansible_collections.observability.stack.plugins.module_utils.grafana.api import Grafana as Api

from tests.unit.grafana.running import converge, run_module

NAME = "grafana_datasource"
PROMETHEUS = {"ds_type": "prometheus", "ds_url": "http://127.0.0.1:9090"}
NEW = {"tlsAuth": False, "tlsAuthWithCACert": False}  # what every new data source gets
LOGIN = ("admin", "admin")


def ask(grafana, path):
    """Return what the server answers, asked beside the module."""
    answer = requests.get(grafana.url + path, auth=LOGIN, timeout=5)
    return answer.json() if answer.status_code == 200 else None


def stored(grafana, name):
    """Return a data source as the server has it."""
    return ask(grafana, f"/api/datasources/name/{name}")


def put(grafana, found, **changes):
    """Change a data source as somebody else would."""
    body = {**found, **changes}
    answer = requests.put(f"{grafana.url}/api/datasources/uid/{found['uid']}", json=body, auth=LOGIN, timeout=5)
    assert answer.status_code == 200, answer.text


def numbered(grafana):
    """Return the requests that named a data source by its number."""
    return [path for _verb, path in grafana.requests if re.search(r"/datasources/\d+", path)]


def test_it_is_made_changed_renamed_and_removed(grafana):
    made = converge(NAME, grafana.url, name="Metrics", uid="m", time_interval="15s", **PROMETHEUS)
    assert (made["msg"], made["datasource"]["jsonData"]["timeInterval"]) == ("Datasource Metrics created", "15s")
    changed = converge(NAME, grafana.url, name="Metrics", uid="m", time_interval="30s", **PROMETHEUS)
    assert changed.before_and_after[0][0]["time_interval"] == "15s"
    assert changed.before_and_after[0][1]["time_interval"] == "30s"
    assert converge(NAME, grafana.url, name="Métriques ☂", uid="m", **PROMETHEUS)["msg"] == "Datasource Métriques ☂ updated"
    assert stored(grafana, "Metrics") is None
    gone = converge(NAME, grafana.url, name="Métriques ☂", state="absent")
    assert (gone["msg"], gone["datasource"]) == ("Datasource Métriques ☂ deleted.", None)
    assert run_module(NAME, grafana.url, name="Métriques ☂", state="absent")["msg"] == "Datasource Métriques ☂ does not exist."
    assert numbered(grafana) == []


def test_what_is_there_is_one_request_and_no_write(grafana):
    run_module(NAME, grafana.url, name="a/b c", uid="m", **PROMETHEUS)
    for options in ({"name": "a/b c"}, {"name": "a/b c", "uid": "m"}):
        del grafana.requests[:]
        assert not run_module(NAME, grafana.url, **options, **PROMETHEUS)["changed"]
        assert [verb for verb, _path in grafana.requests] == ["GET"]


def test_a_new_one_is_the_default_only_when_that_is_said(grafana):
    assert converge(NAME, grafana.url, name="First", **PROMETHEUS)["datasource"]["isDefault"] is False
    assert converge(NAME, grafana.url, name="First", is_default=True, **PROMETHEUS)["datasource"]["isDefault"] is True
    converge(NAME, grafana.url, name="First", time_interval="1m", **PROMETHEUS)
    assert stored(grafana, "First")["isDefault"], "who says nothing about the default changes nothing about it"


def test_settings_that_nobody_names_stay_unless_they_are_to_be_replaced(grafana):
    converge(NAME, grafana.url, name="M", json_data={"byHand": {"a": 1, "b": 2}, "tlsSkipVerify": True}, **PROMETHEUS)
    converge(NAME, grafana.url, name="M", json_data={"byHand": {"b": 3}, "manageAlerts": False}, **PROMETHEUS)
    settings = stored(grafana, "M")["jsonData"]
    assert (settings["byHand"], settings["manageAlerts"], settings["tlsSkipVerify"]) == ({"a": 1, "b": 3}, False, True)
    converge(NAME, grafana.url, name="M", json_data={"byHand": None}, **PROMETHEUS)
    assert "byHand" not in stored(grafana, "M")["jsonData"]
    whole = converge(NAME, grafana.url, name="M", json_data={"manageAlerts": False}, time_interval="5s", replace_json_data=True, **PROMETHEUS)
    assert stored(grafana, "M")["jsonData"] == {"manageAlerts": False, "timeInterval": "5s", **NEW}
    assert whole.before_and_after[0][0]["json_data"] == {"manageAlerts": False, "tlsSkipVerify": True}


def test_a_switch_that_is_off_is_not_one_that_was_never_set(grafana):
    converge(NAME, grafana.url, name="M", **PROMETHEUS)
    assert converge(NAME, grafana.url, name="M", manage_alerts=False, **PROMETHEUS)["changed"]


def test_an_option_counts_more_than_the_same_setting_in_json_data(grafana):
    options = {"json_data": {"timeInterval": "1s", "httpMethod": "POST"}, "time_interval": "2s"}
    converge(NAME, grafana.url, name="M", **options, **PROMETHEUS)
    assert stored(grafana, "M")["jsonData"]["timeInterval"] == "2s"


def test_another_uid_is_given_when_nothing_is_lost(grafana):
    converge(NAME, grafana.url, name="M", uid="one", is_default=True, time_interval="7s", **PROMETHEUS)
    moved = converge(NAME, grafana.url, name="M", uid="two", **PROMETHEUS)
    assert (moved["datasource"]["uid"], moved["datasource"]["isDefault"]) == ("two", True)
    assert [one["name"] for one in ask(grafana, "/api/datasources")] == ["M"]
    assert stored(grafana, "M")["jsonData"]["timeInterval"] == "7s"
    assert converge(NAME, grafana.url, name="M", uid="one", state="absent")["changed"], "an old uid does not hide it from its name"


def test_another_uid_is_refused_when_secrets_would_be_lost(grafana):
    run_module(NAME, grafana.url, name="M", uid="one", secure_json_data={"httpHeaderValue1": "hush"}, **PROMETHEUS)
    failed = run_module(NAME, grafana.url, name="M", uid="two", **PROMETHEUS)
    assert "its secrets httpHeaderValue1, which Grafana does not tell" in failed["msg"]
    assert stored(grafana, "M")["uid"] == "one"
    moved = run_module(NAME, grafana.url, name="M", uid="two", secure_json_data={"httpHeaderValue1": "hush"}, **PROMETHEUS)
    assert (moved["changed"], stored(grafana, "M")["secureJsonFields"]) == (True, {"httpHeaderValue1": True})


def test_another_uid_that_the_server_refuses_leaves_everything_as_it_was(grafana):
    run_module(NAME, grafana.url, name="M", uid="one", **PROMETHEUS)
    failed = run_module(NAME, grafana.url, name="M", uid="not a uid/", **PROMETHEUS)
    assert "Invalid datasource UID" in failed["msg"]
    assert [(one["name"], one["uid"]) for one in ask(grafana, "/api/datasources")] == [("M", "one")]


def meanwhile(monkeypatch, act, times=1):
    """Let somebody act each time just before the module's request to change something, so many times."""
    real, left = Api.json, [times]

    def json(self, verb, path, **options):
        if verb == "PUT" and left[0]:
            left[0] -= 1
            act()
        return real(self, verb, path, **options)

    monkeypatch.setattr(Api, "json", json)


def test_a_change_beside_somebody_elses_is_made_to_what_that_one_left(grafana, monkeypatch):
    run_module(NAME, grafana.url, name="M", uid="m", **PROMETHEUS)
    meanwhile(monkeypatch, lambda: put(grafana, stored(grafana, "M"), jsonData={"theirs": 1}))
    assert run_module(NAME, grafana.url, name="M", uid="m", time_interval="9s", **PROMETHEUS)["changed"]
    assert stored(grafana, "M")["jsonData"] == {"theirs": 1, "timeInterval": "9s"}


def test_who_is_overtaken_twice_is_told(grafana, monkeypatch):
    run_module(NAME, grafana.url, name="M", uid="m", **PROMETHEUS)
    meanwhile(monkeypatch, lambda: put(grafana, stored(grafana, "M"), jsonData={"theirs": 1}), times=2)
    failed = run_module(NAME, grafana.url, name="M", uid="m", time_interval="9s", **PROMETHEUS)
    assert (failed["http_status"], "already been updated by someone else" in failed["msg"]) == (409, True)


def test_what_a_file_describes_is_left_to_the_file(grafana):
    run_module(NAME, grafana.url, name="Provided", uid="p", **PROMETHEUS)
    table = grafana.app.store.table("datasources", 1)
    table.put("p", {**table["p"], "read_only": True})
    assert not run_module(NAME, grafana.url, name="Provided", **PROMETHEUS)["changed"]
    for options in ({**PROMETHEUS, "time_interval": "1m"}, {"state": "absent"}):
        failed = run_module(NAME, grafana.url, name="Provided", **options)
        assert "described by a provisioning file on the server" in failed["msg"]
    purged = run_module(NAME, grafana.url, items=[{"name": "Other", **PROMETHEUS}], purge=True, scope=["*"])
    assert not purged.get("failed")
    assert stored(grafana, "Provided") is not None


def test_many_are_one_list_and_the_writes_that_are_needed(grafana):
    items = [{"name": f"Source {number}", "uid": f"s{number}", "time_interval": "1m", **PROMETHEUS} for number in range(30)]
    assert {one["action"] for one in converge(NAME, grafana.url, items=items)["results"]} == {"created"}
    del grafana.requests[:]
    assert not run_module(NAME, grafana.url, items=items)["changed"]
    assert grafana.requests == [("GET", "/api/datasources")]
    items[3] = {**items[3], "time_interval": "2m"}
    del grafana.requests[:]
    run_module(NAME, grafana.url, items=items)
    assert grafana.requests == [("GET", "/api/datasources"), ("GET", "/api/datasources/uid/s3"), ("PUT", "/api/datasources/uid/s3")]


def test_a_purge_takes_what_is_in_its_scope_and_not_described(grafana):
    items = [{"name": name, **PROMETHEUS} for name in ("team one", "team two", "other")]
    run_module(NAME, grafana.url, items=items)
    purged = converge(NAME, grafana.url, items=items[:1], purge=True, scope=["team *"])
    assert [one["object"] for one in purged["results"] if one["action"] == "deleted"] == ["data source team two"]
    assert sorted(one["name"] for one in ask(grafana, "/api/datasources")) == ["other", "team one"]


def test_what_is_missing_or_contradictory_is_said_before_anything_is_asked(grafana):
    cases = {
        "state is present but all of the following are missing: ds_type, ds_url": {},
        "state is present but all of the following are missing: ds_url": {"ds_type": "loki"},
        "parameters are mutually exclusive: tls_ca_cert|tls_skip_verify": {**PROMETHEUS, "tls_ca_cert": "PEM text", "tls_skip_verify": True},
        "parameters are required together: tls_client_cert, tls_client_key": {**PROMETHEUS, "tls_client_cert": "PEM text"},
    }
    for words, options in cases.items():
        failed = run_module(NAME, grafana.url, name="M", **options)
        assert (failed["msg"], grafana.requests) == (words, [])


@pytest.mark.parametrize(("options", "words"), [
    ({"ds_type": "prometheus", "ds_url": "::not a url"}, "invalid URL"),
    ({**PROMETHEUS, "name": "taken", "uid": "m"}, "data source with the same name already exists"),
])  # fmt: skip
def test_the_servers_refusal_is_passed_on(grafana, options, words):
    run_module(NAME, grafana.url, name="taken", **PROMETHEUS)
    run_module(NAME, grafana.url, name="M", uid="m", **PROMETHEUS)
    failed = run_module(NAME, grafana.url, **{"name": "N", **options})
    assert failed["failed"]
    assert words in failed["msg"]


def test_who_may_not_is_told(grafana):
    failed = run_module(NAME, grafana.url, name="M", url_username="admin", url_password="wrong", **PROMETHEUS)
    assert failed["http_status"] == 401
    assert "url_password" in failed["msg"]
