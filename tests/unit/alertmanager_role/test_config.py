# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.observability.stack.plugins.plugin_utils.alertmanager_config import INHIBIT_DEFAULTS, build
from ansible_collections.observability.stack.plugins.plugin_utils.plain import to_yaml

from tests.unit.alertmanager_role.settings import settings
from tests.unit.programs import program, run

TWO = [{"name": "ops"}, {"name": "pager"}]

# One receiver of every integration, as upstream's documentation writes them.
INTEGRATIONS = {
    "discord_configs": {"webhook_url": "https://discord.example/hook"},
    "email_configs": {"to": "ops@example.org"},
    "incidentio_configs": {"url": "https://incident.example/", "alert_source_token": "t"},
    "jira_configs": {"api_url": "https://jira.example/", "project": "OPS", "issue_type": "Bug"},
    "mattermost_configs": {"webhook_url": "https://mattermost.example/hook"},
    "msteams_configs": {"webhook_url": "https://teams.example/hook"},
    "msteamsv2_configs": {"webhook_url": "https://teams.example/flow"},
    "opsgenie_configs": {"api_key_file": "/etc/alertmanager/secrets/opsgenie"},
    "pagerduty_configs": {"routing_key_file": "/etc/alertmanager/secrets/pagerduty"},
    "pushover_configs": {"user_key": "u", "token": "t"},
    "rocketchat_configs": {"token_id": "i", "token": "t", "channel": "#ops"},
    "slack_configs": {"api_url_file": "/etc/alertmanager/secrets/slack", "channel": "#ops"},
    "sns_configs": {"topic_arn": "arn:aws:sns:eu-west-1:1:ops", "sigv4": {"region": "eu-west-1"}},
    "telegram_configs": {"bot_token_file": "/etc/alertmanager/secrets/telegram", "chat_id": 1},
    "victorops_configs": {"api_key": "k", "routing_key": "r"},
    "webex_configs": {"room_id": "r", "http_config": {"authorization": {"credentials": "c"}}},
    "webhook_configs": {"url": "http://127.0.0.1:1/"},
    "wechat_configs": {"api_secret": "s", "corp_id": "c"},
}


def check(tmp_path, config):
    """Let amtool check a configuration in its directory; returns the finished process."""
    (tmp_path / "alertmanager.yml").write_text(to_yaml(config), encoding="utf-8")
    return run(program("amtool", "alertmanager"), "check-config", tmp_path / "alertmanager.yml")


def test_without_receivers_alerts_go_to_nobody():
    config = build(settings(verify_port=0))
    assert config["receivers"] == [{"name": "nobody"}]
    assert config["route"] == {
        "receiver": "nobody",
        "group_by": ["alertname"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "4h",
    }


def test_the_first_receiver_is_the_default_one_unless_another_is_named():
    assert build(settings(receivers=TWO))["route"]["receiver"] == "ops"
    assert build(settings(receivers=TWO, default_receiver="pager"))["route"]["receiver"] == "pager"


def test_a_given_tree_is_left_as_it_is_but_for_a_missing_receiver():
    route = {"group_by": ["team"], "routes": [{"receiver": "pager", "match": {"severity": "critical"}}]}
    config = build(settings(receivers=TWO, route=route, verify_port=0))
    assert config["route"] == {"receiver": "ops", **route}


def test_routes_by_label_come_after_the_tree_and_the_verify_route_before_it():
    route = {"receiver": "ops", "routes": [{"receiver": "pager"}]}
    config = build(settings(receivers=TWO, route=route, routes_by={"team": {"a": "ops"}}))
    assert [one["receiver"] for one in config["route"]["routes"]] == ["observability-verify", "pager", "ops"]
    assert route["routes"] == [{"receiver": "pager"}]


def test_the_verify_route_takes_the_test_alert_and_nothing_else():
    config = build(settings(receivers=TWO))
    first = config["route"]["routes"][0]
    assert first["matchers"] == ['observability_verify="true"']
    assert (first["group_by"], first["group_wait"], first["group_interval"]) == (["alertname", "run"], "1s", "5s")
    (receiver,) = [one for one in config["receivers"] if one["name"] == first["receiver"]]
    (webhook,) = receiver["webhook_configs"]
    assert (webhook["url"], webhook["send_resolved"]) == ("http://127.0.0.1:19099/", True)


def test_numbers_may_be_text_as_older_cores_hand_them_over():
    assert build(settings(verify_port="19099")) == build(settings())
    assert build(settings(verify_port="0"))["receivers"] == [{"name": "nobody"}]


@pytest.mark.parametrize("over", [{"default_receiver": "gone"}, {"routes_by": {"a": {"b": "gone"}}}, {"route": {"routes": [{"receiver": "gone"}]}}])
def test_a_route_to_a_receiver_that_is_not_there_is_refused(over):
    with pytest.raises(ValueError, match=r"'gone'.*ops, pager"):
        build(settings(receivers=TWO, **over))


def test_nobody_can_be_named_without_being_defined():
    config = build(settings(receivers=TWO, routes_by={"severity": {"info": "nobody"}}, verify_port=0))
    assert {"name": "nobody"} in config["receivers"]


def test_globals_leave_out_what_is_empty_and_prefix_mail():
    values = {
        "resolve_timeout": "3m",
        "slack_api_url": "",
        "http_config": {},
        "smtp": {"from": "a@example.org", "require_tls": "False"},
        "more": {"telegram_bot_token_file": "/x"},
    }
    assert build(settings(**{"global": values}))["global"] == {
        "resolve_timeout": "3m",
        "smtp_from": "a@example.org",
        "smtp_require_tls": False,
        "telegram_bot_token_file": "/x",
    }


def test_inhibition_has_defaults_that_can_be_switched_off():
    own = {"source_matchers": ['a="b"'], "target_matchers": ['c="d"']}
    assert build(settings(inhibit_rules=[own]))["inhibit_rules"] == [own, *INHIBIT_DEFAULTS]
    assert build(settings(inhibit_rules=[own], inhibit_defaults=False))["inhibit_rules"] == [own]
    assert "inhibit_rules" not in build(settings(inhibit_defaults=False))


def test_anything_else_is_laid_over():
    config = build(settings(extra={"global": {"resolve_timeout": "1m"}, "tracing": {"endpoint": "x"}}))
    assert config["global"]["resolve_timeout"] == "1m"
    assert config["tracing"] == {"endpoint": "x"}


@pytest.mark.parametrize("integration", INTEGRATIONS)
def test_amtool_accepts_a_receiver_of_every_integration(tmp_path, integration):
    receivers = [{"name": "one", integration: [INTEGRATIONS[integration]]}]
    values = settings(receivers=receivers)
    values["global"]["smtp"] = {"from": "a@example.org", "smarthost": "mail.example.org:25"}
    answer = check(tmp_path, build(values))
    assert answer.returncode == 0, answer.stderr


def test_amtool_accepts_what_the_role_makes_when_nothing_is_set(tmp_path):
    answer = check(tmp_path, build(settings()))
    assert answer.returncode == 0, answer.stderr


def test_amtool_checks_the_templates_beside_the_configuration(tmp_path):
    config = build(settings(templates=["templates/*.tmpl"]))
    (tmp_path / "templates").mkdir()
    template = tmp_path / "templates" / "mail.tmpl"
    template.write_text('{{ define "x" }}{{ .Labels }}{{ end }}', encoding="utf-8")
    assert check(tmp_path, config).returncode == 0
    template.write_text('{{ define "x" }}{{ .Labels ', encoding="utf-8")
    assert check(tmp_path, config).returncode != 0


def test_alertmanager_refuses_an_unknown_flag_when_only_asked_for_its_version():
    binary = program("alertmanager")
    assert run(binary, "--cluster.listen-address=", "--version").returncode == 0
    refused = run(binary, "--nonsense=1", "--version")
    assert refused.returncode == 1 and "nonsense" in refused.stderr
