# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How verify logs in to what the inventory protects, and what it advises where it is refused."""

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.filter.verify_password import verify_password
from ansible_collections.observability.stack.plugins.plugin_utils.proofs.prove import prove

from tests.unit.verify import world

HASH = "$2b$10$" + "x" * 53
USERS = {"alertmanager_basic_auth_users": {"ann": "s3cret"}}


def posts(**host_vars):
    return [(post["urls"], post["login"]["user"]) for post in world.plan(variables=host_vars)["steps"]["posts"]]


def test_a_plan_says_who_logs_in_and_holds_no_password():
    variables = {"mon1": {"prometheus_web_config": {"basic_auth_users": {"ann": "s3cret"}}}}
    plan = world.plan(variables=variables)
    login = plan["prometheus"][0]["login"]
    assert (login["user"], login["source"]) == ("ann", "prometheus_web_config")
    assert "s3cret" not in str(plan)
    assert verify_password(login, variables) == "s3cret"
    assert verify_password({**login, "user": ""}, variables) == ""


def test_tls_is_that_of_the_record():
    endpoint = {"server_name": "mon1.lan", "insecure_skip_verify": True, "ca_file": "/ca", "scheme": "https"}
    login = world.plan(variables={"mon1": {"prometheus_endpoint": endpoint}})["prometheus"][0]["login"]
    assert (login["ca_path"], login["server_name"], login["validate_certs"]) == ("/ca", "mon1.lan", False)


@pytest.mark.parametrize(
    ("host_vars", "expected"),
    [
        ({}, [(["http://10.0.0.1:9093", "http://10.0.0.2:9093"], "")]),
        ({"mon1": USERS, "mon2": USERS}, [(["http://10.0.0.1:9093", "http://10.0.0.2:9093"], "ann")]),
        ({"mon1": USERS}, [(["http://10.0.0.1:9093"], "ann"), (["http://10.0.0.2:9093"], "")]),
        (
            {"mon1": USERS, "mon2": {"alertmanager_basic_auth_users": {"ann": "other"}}},
            [(["http://10.0.0.1:9093"], "ann"), (["http://10.0.0.2:9093"], "ann")],
        ),
    ],
)
def test_members_with_the_same_password_are_posted_to_at_once(host_vars, expected):
    assert posts(**host_vars) == expected


def one_failure(name, host_vars, seen):
    return next(record for record in prove(world.plan(variables=host_vars), seen) if record["ok"] is False and record["name"] == name)


REFUSED = {"msg": "GET http://x failed with status 401: no. Check url_username and url_password, or token.", "http_status": 401}
TLS = {"msg": "GET https://x failed: TLS failed (self-signed certificate). Name the CA in ca_path, or check ...", "http_status": None}


@pytest.mark.parametrize(
    ("host_vars", "result", "hint"),
    [
        ({}, REFUSED, "Set observability_api_username and observability_api_password"),
        ({"mon2": USERS}, REFUSED, "alertmanager_basic_auth_users holds another password of ann than mon2 does: run site.yml"),
        ({}, TLS, "Set observability_api_ca_file"),
        ({}, {"msg": "connection refused"}, "See 'systemctl status alertmanager' on mon2"),
    ],
)
def test_advice_speaks_of_variables(host_vars, result, hint):
    seen = world.seen()
    seen["alertmanager"]["mon2"] = result
    failure = one_failure("API answers", host_vars, seen)
    assert failure["hint"].startswith(hint)
    for option in ("url_username", "url_password", " ca_path"):
        assert option not in str(failure)


@pytest.mark.parametrize(
    ("users", "hint"),
    [({"ann": HASH}, "Set observability_scrape_username and observability_scrape_password"), ({"ann": "s3cret"}, "Run site.yml")],
)
def test_a_target_that_asks_for_a_password_says_what_to_set(users, hint):
    seen = world.seen()
    target = next(item for item in seen["prometheus"]["mon1"]["targets"]["active"] if item["instance"] == "web1:9100")
    target.update(health="down", last_error="server returned HTTP status 401 Unauthorized")
    assert one_failure("target is up", {"web1": {"node_exporter_basic_auth_users": users}}, seen)["hint"].startswith(hint)
