# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Contact points: single integrations by their flat options, whole contact points, secrets seen and not seen."""

from __future__ import annotations

import pytest
import requests
import yaml
from ansible_collections.observability.stack.plugins.module_utils.grafana.contact_point import CONTACT_POINT, ContactPoints
from ansible_collections.observability.stack.plugins.module_utils.grafana.contact_point_types import TYPES, misspelt

from tests.unit.grafana.running import converge, run_module
from tools import contact_point_options

API = "/api/v1/provisioning/contact-points"
ADMIN = ("admin", "admin")
SAMPLES = {"str": "https://example.org", "int": 1, "bool": True, "list": ["a", "b"]}


def run(grafana, **options):
    return run_module("grafana_contact_point", grafana.url, **options)


def done(grafana, **options):
    return converge("grafana_contact_point", grafana.url, **options)


def stored(grafana, name="", **query):
    """Return the receivers of each contact point, with their secrets."""
    query = {"format": "json", "decrypt": "true", **({"name": name} if name else {}), **query}
    answer = requests.get(f"{grafana.url}{API}/export", params=query, auth=ADMIN, timeout=5).json()
    return {one["name"]: one["receivers"] for one in answer["contactPoints"]}


def token(grafana, role):
    """Return the token of a service account."""
    account = requests.post(f"{grafana.url}/api/serviceaccounts", json={"name": role, "role": role}, auth=ADMIN, timeout=5).json()
    made = requests.post(f"{grafana.url}/api/serviceaccounts/{account['id']}/tokens", json={"name": role}, auth=ADMIN, timeout=5)
    return made.json()["key"]


def sample(one):
    """Return a value for an option."""
    if one.choices:
        return one.choices[0]
    return [{"name": "a", "type": "team"}] if one.elements == "dict" else SAMPLES[one.type]


@pytest.mark.parametrize("name", [name for name, point in TYPES.items() if point.options])
def test_every_type_is_made_found_and_removed_by_its_flat_options(grafana, name):
    options = {one.option: sample(one) for one in TYPES[name].options}
    made = done(grafana, uid=name, name=name, type=name, **options)
    assert (made["action"], made["state"]) == ("created", "present")
    expected = {"uid": name, "name": name, "type": TYPES[name].api, "disableResolveMessage": False}
    assert {key: made["contact_point"][key] for key in expected} == expected
    secrets = [one.option for one in TYPES[name].options if one.secret]
    if secrets:
        changed = done(grafana, uid=name, name=name, type=name, **{**options, secrets[0]: "another-sesame"})
        assert changed["changed"] and changed["diff"][0]["after"]["settings"] != changed["diff"][0]["before"]["settings"]
        assert "another-sesame" not in changed.output
    gone = done(grafana, uid=name, state="absent")
    assert (gone["state"], gone["contact_point"]["uid"]) == ("absent", name)
    assert name not in stored(grafana)


def test_values_reach_grafana_in_the_form_that_it_reads(grafana):
    run(grafana, uid="m", name="m", type="email", email_addresses=["a@example.com", "b@example.com"], email_single=False)
    run(grafana, uid="p", name="p", type="pagerduty", pagerduty_integration_key="x", pagerduty_details=[{"a": "1"}, {"b": "2"}])
    run(grafana, uid="d", name="d", type="dingding", dingding_url="https://example.org", dingding_message_type="action_card")
    there = stored(grafana)
    assert there["m"][0]["settings"] == {"addresses": "a@example.com;b@example.com", "singleEmail": False}
    assert there["p"][0]["settings"]["details"] == {"a": "1", "b": "2"}
    assert there["d"][0]["settings"]["msgType"] == "actionCard"


def test_what_is_written_differently_and_means_the_same_is_no_change(grafana):
    run(grafana, uid="m", name="m", type="email", email_addresses=["a@example.com", "b@example.com"])
    same = run(grafana, uid="m", type="email", settings={"addresses": "b@example.com, a@example.com"}, email_single=False)
    run(grafana, uid="w", name="w", type="webhook", webhook_url="https://example.org", webhook_max_alerts=5)
    number = run(grafana, uid="w", type="webhook", settings={"maxAlerts": "5"})
    assert (same["changed"], number["changed"]) == (False, False)


def test_a_server_that_assumes_yes_is_told_no(grafana):
    options = {"uid": "o", "name": "o", "type": "opsgenie", "opsgenie_api_key": "x"}
    run(grafana, **options)
    assert not run(grafana, **options, opsgenie_auto_close=True)["changed"]
    assert done(grafana, **options, opsgenie_auto_close=False)["changed"]


def test_a_second_run_asks_once_and_writes_nothing(grafana):
    options = {"uid": "w", "name": "Wëbhook ☃", "type": "webhook", "webhook_url": "https://example.org", "webhook_password": "sesame-open"}
    done(grafana, **options)
    del grafana.requests[:]
    assert run(grafana, **options)["changed"] is False
    assert grafana.requests == [("GET", f"{API}/export")]


def test_many_are_compared_with_one_request(grafana):
    items = [{"uid": f"u{number}", "name": f"n{number}", "type": "email", "email_addresses": ["a@example.com"]} for number in range(40)]
    done(grafana, items=items)
    del grafana.requests[:]
    assert not run(grafana, items=items)["changed"]
    assert grafana.requests == [("GET", f"{API}/export")]


def test_settings_that_nobody_names_stay_and_null_removes_one(grafana):
    run(grafana, uid="w", name="w", type="webhook", webhook_url="https://example.org", webhook_password="sesame-open", webhook_username="me")
    done(grafana, uid="w", webhook_title="Hello")
    done(grafana, uid="w", settings={"username": None})
    assert stored(grafana)["w"][0]["settings"] == {"url": "https://example.org", "password": "sesame-open", "title": "Hello"}


def test_another_type_leaves_nothing_of_the_old_one(grafana):
    run(grafana, uid="x", name="x", type="webhook", webhook_url="https://example.org", webhook_password="sesame-open")
    done(grafana, uid="x", name="x", type="email", email_addresses=["a@example.com"])
    assert stored(grafana)["x"][0] == {"uid": "x", "type": "email", "settings": {"addresses": "a@example.com"}, "disableResolveMessage": False}


def test_a_rename_is_followed_by_the_policies(grafana):
    run(grafana, uid="x", name="old", type="email", email_addresses=["a@example.com"])
    requests.put(f"{grafana.url}/api/v1/provisioning/policies", json={"receiver": "old"}, auth=ADMIN, timeout=5)
    done(grafana, uid="x", name="new")
    assert requests.get(f"{grafana.url}/api/v1/provisioning/policies", auth=ADMIN, timeout=5).json()["receiver"] == "new"


def test_secrets_are_compared_where_they_may_be_read_and_shown_nowhere(grafana):
    options = {"uid": "w", "name": "w", "type": "webhook", "webhook_url": "https://example.org"}
    run(grafana, **options, webhook_password="sesame-old")
    changed = run(grafana, **options, webhook_password="sesame-new")
    assert changed["diff"][0]["before"]["settings"]["password"] == "********"
    assert changed["diff"][0]["after"]["settings"]["password"] == "changed"
    assert changed["contact_point"]["settings"]["password"] == "[REDACTED]"
    assert "sesame" not in changed.output
    assert stored(grafana)["w"][0]["settings"]["password"] == "sesame-new"


def test_secrets_in_settings_and_receivers_are_hidden_even_when_the_module_fails(grafana):
    hook = {"type": "webhook", "settings": {"url": "https://example.org", "password": "sesame-one", "tlsConfig": {"clientKey": "sesame-two"}}}
    ran = run(grafana, items=[{"name": "w", "receivers": [hook]}, {"name": 5, "receivers": "nonsense"}])
    assert ran["failed"] and "sesame" not in ran.output
    ran = run(grafana, items=[{"name": "w", "receivers": [hook]}])
    assert ran["changed"] and "sesame" not in ran.output


def test_an_editor_cannot_see_secrets_so_update_secrets_decides(grafana):
    options = {"uid": "w", "name": "w", "type": "webhook", "webhook_url": "https://example.org", "token": token(grafana, "Editor")}
    run(grafana, **options, webhook_password="sesame-old")
    assert not run(grafana, **options, webhook_password="sesame-new")["changed"]
    run(grafana, **options, webhook_title="Hello")
    assert stored(grafana)["w"][0]["settings"]["password"] == "sesame-old"
    forced = run(grafana, **options, webhook_password="sesame-new", update_secrets="always")
    assert forced["changed"] and "sesame" not in forced.output
    assert stored(grafana)["w"][0]["settings"]["password"] == "sesame-new"


def test_redacted_keeps_a_secret_and_cannot_make_one(grafana):
    kept = {"url": "https://example.org", "password": "[REDACTED]"}
    refused = run(grafana, uid="w", name="w", type="webhook", settings=kept)
    assert "there is no secret password" in refused["msg"]
    run(grafana, uid="w", name="w", type="webhook", webhook_url="https://example.org", webhook_password="sesame-old")
    done(grafana, uid="w", name="w", type="webhook", settings={**kept, "title": "Hello"})
    assert stored(grafana)["w"][0]["settings"]["password"] == "sesame-old"


def receivers(*pairs):
    return [{"type": "email", "settings": {"addresses": address}, **({"uid": uid} if uid else {})} for uid, address in pairs]


def test_a_whole_contact_point_is_made_changed_and_removed(grafana):
    hook = {"type": "webhook", "settings": {"url": "https://example.org", "password": "sesame-open"}, "disable_resolve_message": True}
    made = done(grafana, name="Team ☃", receivers=[*receivers(("", "a@example.com"), ("", "b@example.com")), hook])
    assert made["action"] == "created" and all(one["uid"] for one in made["contact_point"]["receivers"])
    uids = [one["uid"] for one in stored(grafana)["Team ☃"]]
    del grafana.requests[:]
    done(grafana, name="Team ☃", receivers=[hook, *receivers(("", "b@example.com"), ("", "a@example.com"))])
    assert all(verb == "GET" for verb, _path in grafana.requests), "another order of the same receivers is no change"
    done(grafana, name="Team ☃", receivers=[*receivers(("", "c@example.com")), {**hook, "disable_resolve_message": False}])
    there = stored(grafana)["Team ☃"]
    assert sorted(one["type"] for one in there) == ["email", "webhook"] and {one["uid"] for one in there} <= set(uids)
    gone = done(grafana, name="Team ☃", state="absent")
    assert gone["action"] == "deleted" and "Team ☃" not in stored(grafana)


def test_a_whole_contact_point_is_renamed_by_the_uids_of_its_receivers(grafana):
    done(grafana, name="old", receivers=receivers(("one", "a@example.com"), ("two", "b@example.com")))
    done(grafana, name="new", receivers=receivers(("one", "a@example.com"), ("two", "b@example.com")))
    assert [one["uid"] for one in stored(grafana, "new")["new"]] == ["one", "two"] and "old" not in stored(grafana)


def test_purge_keeps_what_is_described_what_is_outside_and_what_grafana_made(grafana):
    for name in ("team a", "team b", "other"):
        run(grafana, name=name, receivers=receivers(("", "a@example.com")))
    kept = [{"name": "team a", "receivers": receivers(("", "a@example.com"))}]
    purged = done(grafana, items=kept, purge=True, scope=["team *", "grafana-*", "email*"])
    assert [(one["action"], one["object"]) for one in purged["results"]][1:] == [("deleted", "contact point team b")]
    assert sorted(stored(grafana)) == ["grafana-default-email", "other", "team a"]


def test_what_was_provisioned_cannot_become_editable_again_and_says_so_before_it_is_tried(grafana):
    options = {"uid": "x", "name": "x", "type": "email", "email_addresses": ["a@example.com"]}
    run(grafana, **options)
    again = {**options, "email_addresses": ["b@example.com"], "provisioning": False}
    for check in (True, False):
        assert "never makes such an object editable again" in run(grafana, check=check, **again)["msg"]
    editable = run(grafana, **{**options, "uid": "y", "name": "y"}, provisioning=False)
    assert editable["changed"] and run(grafana, **{**again, "uid": "y", "name": "y"})["changed"]


def test_what_is_in_use_says_who_uses_it(grafana):
    run(grafana, uid="x", name="x", type="email", email_addresses=["a@example.com"])
    requests.put(f"{grafana.url}/api/v1/provisioning/policies", json={"receiver": "x"}, auth=ADMIN, timeout=5)
    refused = run(grafana, uid="x", state="absent")
    assert "A notification policy sends to it" in refused["msg"] and refused["http_status"] == 409


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"type": "email", "email_addresses": ["a@example.com"]}, "name one by uid or name"),
        ({"uid": "x", "type": "email", "email_addresses": ["a@example.com"]}, "a new one needs its name"),
        ({"name": "x"}, "a new one needs its type"),
        ({"name": "x", "type": "slack"}, "needs slack_url, or slack_token and slack_recipient"),
        ({"name": "x", "type": "webhook", "settings": {"url": "a", "httpmethod": "PUT"}}, "no setting called 'httpmethod'. Did you mean 'httpMethod'?"),
        ({"name": "x", "type": "webhook", "receivers": []}, "not both"),
        ({"name": "x", "receivers": []}, "one receiver at least"),
        ({"name": "x", "type": "nosuch", "settings": {"a": "b"}}, "unknown integration type: nosuch"),
        ({"name": "x", "uid": "a b", "type": "email", "email_addresses": ["a@example.com"]}, "invalid format of UID"),
        ({"name": "grafana-default-email", "type": "email", "email_addresses": ["a@example.com"]}, "gave it no uid"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(grafana, options, words):
    ran = run(grafana, **options)
    assert ran["failed"] and words in ran["msg"], ran["msg"]


def test_two_integrations_of_one_name_must_be_told_apart(grafana):
    run(grafana, name="x", receivers=receivers(("one", "a@example.com"), ("two", "b@example.com")))
    assert "it has 2 integrations" in run(grafana, name="x", type="email", email_addresses=["c@example.com"])["msg"]


def test_options_and_settings_without_effect_are_warned_about(grafana):
    ran = run(grafana, name="x", type="email", email_addresses=["a@example.com"], slack_title="x", settings={"frobnicate": 1})
    assert "slack_title is an option of another type" in str(ran.warned) and "'frobnicate'" in str(ran.warned)


def test_in_check_mode_an_organization_that_a_play_would_make_is_empty(grafana):
    options = {"uid": "x", "name": "x", "type": "webhook", "webhook_url": "https://example.org", "webhook_password": "sesame-open"}
    ran = run(grafana, check=True, org_name="Warehouse", **options)
    assert ran["action"] == "created" and "sesame" not in ran.output
    assert run(grafana, check=True, org_name="Warehouse", uid="x", state="absent")["state"] == "absent"


def test_an_export_is_taken_back_without_a_change(grafana):
    run(grafana, name="x", receivers=[{"type": "webhook", "settings": {"url": "https://example.org", "password": "sesame-open"}}])
    items = [one for one in ContactPoints(CONTACT_POINT).export(Reader(grafana)) if one["name"] == "x"]
    assert "sesame-open" not in str(items)
    assert not run(grafana, items=items)["changed"]


class Reader:
    """Reads a server as its administrator."""

    def __init__(self, grafana):
        self.grafana = grafana

    def get(self, path, params=None):
        return requests.get(self.grafana.url + path, params=params, auth=ADMIN, timeout=5).json()


def test_the_documentation_of_each_option_says_what_its_row_says():
    assert contact_point_options.main(["--check"]) == 0, "run: python -m tools.contact_point_options"
    written = yaml.safe_load(contact_point_options.text().split('r"""\n')[1].rstrip('"\n'))["options"]
    spec = {name: row for name, row in CONTACT_POINT.argument_spec().items() if name not in {one.name for one in CONTACT_POINT.fields}}
    assert set(written) == set(spec)
    for name, row in spec.items():
        assert {key: row.get(key) for key in ("type", "elements", "choices")} == {key: written[name].get(key) for key in ("type", "elements", "choices")}


def test_settings_below_settings_are_checked_and_free_keys_are_not():
    errors, warnings = misspelt("webhook", {"tlsConfig": {"clientkey": "x"}, "headers": {"X-Any": "y"}, "payload": {"vars": {"any": "z"}}})
    assert len(errors) == 1 and "tlsConfig.clientKey" in errors[0] and warnings == []
