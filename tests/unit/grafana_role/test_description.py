# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rest of the description: dashboards, LDAP, plugins, steps, checks, and what becomes of the data."""

from __future__ import annotations

import json
import tomllib

import pytest
import yaml

from tests.unit.grafana_role.support import described, files_of


def board(uid="", title="A"):
    return json.dumps({"uid": uid, "title": title})


def test_dashboards_keep_their_paths_and_need_no_restart():
    texts = {"stack": {"node.json": board("node")}, "own": {"shop/orders.json": board("orders")}}
    made = described(texts=texts)
    files = files_of(made)
    assert {path for path in files if path.startswith("dashboards/")} == {"dashboards/stack/node.json", "dashboards/own/shop/orders.json"}
    assert files["dashboards/stack/node.json"]["on_change"] == "none"
    # A persistent directory: its files are links one by one, so that no path changes with a generation.
    assert "/etc/grafana/dashboards" in {one["path"] for one in made["directories"]}
    rows = yaml.safe_load(files["provisioning/dashboards/observability.yaml"]["content"])["providers"]
    assert [(row["name"], row["folder"], row["options"]["path"]) for row in rows] == [
        ("observability.stack", "Observability", "/etc/grafana/dashboards/stack"),
        ("own", "", "/etc/grafana/dashboards/own"),
    ]


def test_folders_can_follow_directories():
    made = described(texts={"own": {"shop/orders.json": board()}}, dashboards_folders_from_files=True, dashboards_folder="ignored", dashboards_editable=True)
    row = yaml.safe_load(files_of(made)["provisioning/dashboards/observability.yaml"]["content"])["providers"][0]
    assert row["options"]["foldersFromFilesStructure"] and row["folder"] == "" and row["allowUiUpdates"]


def test_without_dashboards_there_is_no_provider():
    assert "provisioning/dashboards/observability.yaml" not in files_of(described())


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"a.json": "{"}, "a.json is not JSON"),
        ({"a.json": "{}"}, "a.json has no title"),
        ({"a.json": json.dumps({"dashboard": {"title": "x"}})}, "put what is below its key 'dashboard'"),
        ({"a.json": board("u"), "b.json": board("u", "B")}, "a.json and b.json have the same uid 'u'"),
    ],
)
def test_dashboards_that_grafana_would_not_show_are_refused(texts, sentence):
    with pytest.raises(ValueError, match=sentence):
        described(texts={"own": texts})


LDAP = {
    "verbose_logging": False,
    "servers": {
        "host": "ldap.example.org",
        "port": 636,
        "use_ssl": True,
        "bind_password": 'a"b\\c',
        "search_base_dns": ["dc=x"],
        "attributes": {"member_of": "memberOf"},
    },
    "group_mappings": [{"name": "Main Org.", "id": 1, "groups": [{"group_dn": "cn=admins", "org_role": "Admin"}, {"group_dn": "*", "org_role": "Viewer"}]}],
}


def test_ldap_is_written_switched_on_and_secret():
    files = files_of(described(ldap=LDAP))
    read = tomllib.loads(files["ldap.toml"]["content"])
    assert read["servers"][0]["bind_password"] == 'a"b\\c' and read["servers"][0]["attributes"] == {"member_of": "memberOf"}
    assert read["servers"][0]["group_mappings"][1] == {"group_dn": "*", "org_role": "Viewer", "org_id": 1}
    assert read["verbose_logging"] is False and files["ldap.toml"]["secret"]
    assert "[auth.ldap]\nenabled = true\nconfig_file = /etc/grafana/current/config/ldap.toml" in files["grafana.ini"]["content"]
    with pytest.raises(ValueError, match="grafana_ldap.servers must be"):
        described(ldap={"group_mappings": []})


def plugin_words(**over):
    return [
        (step["name"], step["argv"][step["argv"].index("cli") + 2 :], step["creates"]) for step in described(**over)["steps"] if step.get("when") == "before"
    ]


def test_plugins_are_steps_before_the_swap():
    flag, place = "--pluginsDir=/var/lib/grafana/plugins", "/var/lib/grafana/plugins/clock-panel"
    assert plugin_words(plugins=["clock-panel"]) == [("install the plugin clock-panel", [flag, "plugins", "install", "clock-panel"], place)]
    for one in ("clock-panel 2.1.3", "clock-panel@2.1.3", {"id": "clock-panel", "version": "2.1.3"}, {"name": "clock-panel", "version": "2.1.3"}):
        assert plugin_words(plugins=[one]) == [("install the plugin clock-panel 2.1.3", [flag, "plugins", "install", "clock-panel", "2.1.3"], place)]
    pattern = "https://mirror.example.org/{id}-{version}.zip"
    words = plugin_words(plugins=["clock-panel 2.1.3"], plugin_url=pattern)[0][1]
    assert words[1] == "--pluginUrl=https://mirror.example.org/clock-panel-2.1.3.zip"
    assert plugin_words(plugins=["x 1"], ini={"paths": {"plugins": "/srv/plugins"}})[0][2] == "/srv/plugins/x"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"plugins": ["../x"]}, "give the id"),
        ({"plugins": [{"version": "1"}]}, "give the id"),
        ({"plugins": ["x"], "plugin_url": "http://m/{id}-{version}.zip"}, "has no version"),
    ],
)
def test_plugins_that_cannot_be_meant_are_refused(over, sentence):
    with pytest.raises(ValueError, match=sentence):
        described(**over)


def test_the_password_is_set_from_a_file_and_stands_in_no_command():
    step = described()["steps"][-1]
    assert step["stdin"] == "secrets/admin_password" and "--password-from-stdin" in step["argv"]
    assert "correct-horse" not in json.dumps(described()["steps"] + described()["validate"])


def test_a_package_has_its_own_home():
    made = described(install_method="package", environment={"HTTPS_PROXY": "http://proxy"})
    assert "--homepath=/usr/share/grafana" in made["steps"][-1]["argv"] and "HTTPS_PROXY=http://proxy" in made["steps"][-1]["argv"]
    assert "/usr/share/grafana" in made["validate"][1]["argv"]


def test_only_a_database_that_is_ours_can_be_put_back():
    assert described()["data"]["rollback"] == "snapshot"
    assert described(database={"type": "postgres"})["data"]["rollback"] == "refuse"


def test_a_low_port_needs_a_capability_and_tls_another_probe():
    made = described(web_listen_address="0.0.0.0:443", web_config={"tls_server_config": {"cert_file": "/c", "key_file": "/k"}})
    assert made["unit"]["capabilities"] == ["CAP_NET_BIND_SERVICE"] and made["health"] == {"scheme": "https", "ca_file": "/c"}
    assert described()["unit"]["capabilities"] == [] and described()["health"] == {"scheme": "http"}


def test_provisioning_files_of_the_users():
    files = files_of(described(provisioning_files={"alerting/shop.yaml": {"apiVersion": 1}, "plugins/a.yml": "apiVersion: 1\n"}))
    assert files["provisioning/alerting/shop.yaml"]["secret"] and yaml.safe_load(files["provisioning/alerting/shop.yaml"]["content"]) == {"apiVersion": 1}
    assert "provisioning/alerting/README" not in files and files["provisioning/plugins/a.yml"]["content"] == "apiVersion: 1\n"
    with pytest.raises(ValueError, match="give a kind and a name"):
        described(provisioning_files={"../shop.yaml": ""})


def test_what_is_to_be_removed_need_not_be_right():
    assert described(state="absent", admin_password="", plugins=["../x"]) == {}
