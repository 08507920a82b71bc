# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tokens: made once, renewed when they must be, and their keys in a file for the owner only or in a hidden result."""

from __future__ import annotations

import datetime
import os

import pytest
import requests

from tests.unit.grafana.accounts import call, writes
from tests.unit.grafana.running import converge, run_module

DAY = 86400


@pytest.fixture
def key_file(tmp_path):
    return tmp_path / "token"


def account(grafana, run=converge, *tokens, **options):
    """Run the module for an account with these tokens."""
    return run("grafana_service_account", grafana.url, name="robot", **({"tokens": list(tokens)} if tokens else {}), **options)


def tokens_of(grafana):
    """Return {name: number} of the account's tokens."""
    found = call(grafana, "GET", "/api/serviceaccounts/search")["serviceAccounts"]
    return {one["name"]: one["id"] for robot in found for one in call(grafana, "GET", f"/api/serviceaccounts/{robot['id']}/tokens")}


def works(grafana, path):
    """Tell whether the key in a file is good."""
    headers = {"Authorization": f"Bearer {path.read_text().strip()}"}
    return requests.get(grafana.url + "/api/org", headers=headers, timeout=5).status_code == 200


def test_a_key_is_written_once_for_its_owner_only(grafana, key_file):
    made = account(grafana, converge, {"name": "t", "token_file": str(key_file)})
    assert works(grafana, key_file)
    assert oct(key_file.stat().st_mode & 0o777) == "0o600"
    assert key_file.read_text().strip() not in made.output
    assert os.listdir(key_file.parent) == ["token"], "nothing is left beside it"


def test_neither_an_umask_nor_an_old_file_makes_it_readable(grafana, key_file):
    key_file.write_text("old")
    key_file.chmod(0o644)
    before = os.umask(0)
    try:
        account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    finally:
        os.umask(before)
    assert oct(key_file.stat().st_mode & 0o777) == "0o600"
    assert works(grafana, key_file)


def test_a_file_that_others_may_read_is_closed_and_the_token_stays(grafana, key_file):
    account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    key = key_file.read_text()
    key_file.chmod(0o640)
    closed = account(grafana, converge, {"name": "t", "token_file": str(key_file)})
    assert closed.before_and_after == [({"tokens": {"t": "expires never"}}, {"tokens": {"t": "expires never; file for its owner only"}})]
    assert (oct(key_file.stat().st_mode & 0o777), key_file.read_text() == key) == ("0o600", True)


@pytest.mark.parametrize("lose", [lambda path: path.unlink(), lambda path: path.write_text("")])
def test_a_lost_file_means_a_new_token(grafana, key_file, lose):
    account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    first = tokens_of(grafana)["t"]
    lose(key_file)
    again = account(grafana, converge, {"name": "t", "token_file": str(key_file)})
    assert again.before_and_after == [({"tokens": {"t": "expires never"}}, {"tokens": {"t": "made, since its file is not there"}})]
    assert (tokens_of(grafana)["t"] != first, works(grafana, key_file)) == (True, True)


def test_a_token_is_renewed_before_it_ends_and_not_sooner(grafana, key_file):
    wanted = {"name": "t", "seconds_to_live": 30 * DAY, "renew_before": 7 * DAY, "token_file": str(key_file)}
    account(grafana, converge, wanted)
    key = key_file.read_text()
    grafana.clock.advance(20 * DAY)
    assert not account(grafana, run_module, wanted)["changed"]
    grafana.clock.advance(4 * DAY)
    assert account(grafana, converge, wanted)["changed"]
    assert (key_file.read_text() != key, works(grafana, key_file), len(tokens_of(grafana))) == (True, True, 1)


def test_a_token_that_has_ended_is_made_anew(grafana, key_file):
    wanted = {"name": "t", "seconds_to_live": 60, "token_file": str(key_file)}
    account(grafana, converge, wanted)
    grafana.clock.advance(61)
    again = account(grafana, converge, wanted)
    assert again["diff"][0]["after"] == {"tokens": {"t": "made, since it has expired"}}
    assert works(grafana, key_file)


def test_a_token_ends_at_the_time_that_is_said(grafana, key_file):
    def until(days):
        moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        return {"name": "t", "expires": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "token_file": str(key_file)}

    account(grafana, converge, until(10))
    later = account(grafana, converge, until(20))
    assert later["diff"][0]["after"] == {"tokens": {"t": "made, since it is to expire at another time"}}
    number = call(grafana, "GET", "/api/serviceaccounts/search")["serviceAccounts"][0]["id"]
    left = call(grafana, "GET", f"/api/serviceaccounts/{number}/tokens")[0]["secondsUntilExpiration"]
    assert abs(left - 20 * DAY) < 60


def test_a_key_is_returned_only_to_a_task_that_nobody_is_shown(grafana):
    wanted = {"name": "t", "return_key": True}
    refused = account(grafana, run_module, wanted)
    assert refused["msg"].startswith("service account robot: return_key needs no_log: true on the task")
    assert writes(grafana) == []
    made = account(grafana, run_module, wanted, _ansible_no_log=True)
    key = made["service_account"]["token_keys"]["t"]
    assert requests.get(grafana.url + "/api/org", headers={"Authorization": f"Bearer {key}"}, timeout=5).status_code == 200
    again = account(grafana, run_module, wanted, _ansible_no_log=True)
    assert (again["changed"], "token_keys" in again["service_account"]) == (False, False)


def test_a_token_whose_key_goes_nowhere_is_not_made(grafana):
    refused = account(grafana, run_module, {"name": "t"})
    assert "say where its key goes: into a token_file, or return_key" in refused["msg"]
    assert writes(grafana) == []


def test_a_token_is_revoked_with_its_file(grafana, key_file):
    account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    gone = account(grafana, converge, {"name": "t", "state": "absent", "token_file": str(key_file)})
    assert gone.before_and_after == [({"tokens": {"t": "expires never"}}, {"tokens": {}})]
    assert (tokens_of(grafana), key_file.exists()) == ({}, False)


def test_a_removed_account_leaves_no_file(grafana, key_file):
    account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    account(grafana, converge, {"name": "t", "token_file": str(key_file)}, state="absent")
    assert not key_file.exists()


def test_a_directory_that_is_not_there_is_told_before_anything_is_made(grafana, tmp_path):
    wanted = {"name": "t", "token_file": str(tmp_path / "later" / "token")}
    assert account(grafana, run_module, wanted, check=True)["changed"], "a task before may make the directory"
    refused = account(grafana, run_module, wanted)
    assert f"There is no directory {tmp_path}/later for the token_file" in refused["msg"]
    assert writes(grafana) == []


def test_a_new_token_that_fails_leaves_no_key_that_does_not_work(grafana, key_file):
    wanted = {"name": "t", "seconds_to_live": 60, "token_file": str(key_file)}
    account(grafana, run_module, wanted)
    grafana.clock.advance(61)
    grafana.faults.add("/tokens$", method="POST", status=500, body='{"message":"database failure"}', times=1)
    failed = account(grafana, run_module, wanted)
    assert "/tokens failed with status 500: database failure." in failed["msg"]
    assert os.listdir(key_file.parent) == [], "the old key is worth nothing"
    assert account(grafana, converge, wanted)["changed"]
    assert works(grafana, key_file)


def test_a_key_that_is_lost_on_the_way_is_made_again_by_the_next_run(grafana):
    wanted = {"name": "t", "return_key": True}
    account(grafana, run_module)
    grafana.faults.add("/tokens$", method="POST", reset=True, times=1)
    assert account(grafana, run_module, wanted, _ansible_no_log=True)["failed"]
    assert tokens_of(grafana) == {}
    assert account(grafana, run_module, wanted, _ansible_no_log=True)["service_account"]["token_keys"]["t"].startswith("glsa_")


def test_a_name_that_another_accounts_token_has_is_told_in_the_servers_words(grafana, key_file):
    account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    refused = run_module("grafana_service_account", grafana.url, name="other", tokens=[{"name": "t", "token_file": str(key_file) + "2"}])
    assert "service account token with given name already exists in the organization" in refused["msg"]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"seconds_to_live": 60, "expires": "2099-01-01"}, "has seconds_to_live and expires; give one"),
        ({"seconds_to_live": -1}, "cannot live for -1 seconds"),
        ({"renew_before": 60}, "has renew_before, which needs seconds_to_live"),
        ({"seconds_to_live": 60, "renew_before": 60}, "would be renewed by every run"),
        ({"expires": "2001-01-01"}, "is to expire at 2001-01-01, which is past"),
        ({"expires": "soon"}, "expires is 'soon', but is to be a date or a time"),
    ],
)
def test_a_wish_that_contradicts_itself_is_refused(grafana, key_file, wish, words):
    assert words in account(grafana, run_module, {"name": "t", "token_file": str(key_file), **wish})["msg"]
    assert writes(grafana) == []


def test_a_second_run_asks_twice_and_tokens_of_others_are_left_alone(grafana, key_file):
    made = account(grafana, run_module, {"name": "t", "token_file": str(key_file)})
    call(grafana, "POST", f"/api/serviceaccounts/{made['service_account']['id']}/tokens", {"name": "by hand"})
    del grafana.requests[:]
    assert not account(grafana, run_module, {"name": "t", "token_file": str(key_file)})["changed"]
    assert (len(grafana.requests), set(tokens_of(grafana))) == (2, {"t", "by hand"})


def test_many_accounts_with_tokens(grafana, tmp_path):
    items = [{"name": f"robot {n}", "role": "viewer", "tokens": [{"name": f"t{n}", "token_file": str(tmp_path / f"t{n}")}]} for n in range(12)]
    converge("grafana_service_account", grafana.url, items=items)
    assert all(works(grafana, tmp_path / f"t{n}") for n in range(12))
